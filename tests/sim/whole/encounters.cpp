#include "tests/sim/whole/encounters.hpp"

#include "actors/queue_rows.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace parley::sim {

namespace {

std::string name(const queue_name& where, match::ticket_id ticket) {
  return "ticket " + std::to_string(ticket) + " of " + where.str();
}

/// Somebody who waits, with all wishes as wide as they ever get: in the end
/// every step was due.
struct seeker {
  match::ticket t;
  match::wish want;
};

std::optional<seeker> seeker_of(match::ticket_id id,
                                const storage::ticket_record& row,
                                const match::policy& rules) {
  auto t = actors::ticket_of(id, row, rules);
  if (!t)
    return std::nullopt;
  seeker out{std::move(*t), {}};
  out.want = out.t.asked.want;
  for (const auto& step : out.t.asked.steps)
    apply(step, out.want);
  return out;
}

bool suit(const seeker& a, const seeker& b) {
  return accepts(a.want, b.t.asked.self) && accepts(b.want, a.t.asked.self)
         && !a.t.avoids(b.t.user) && !b.t.avoids(a.t.user);
}

/// Everybody of a queue who has met, with how often.
std::map<std::pair<user_id, user_id>, int> pairs_of(const queue_view& q) {
  std::map<std::pair<user_id, user_id>, int> out;
  auto note = [&](const storage::meeting_record& met) {
    ++out[std::minmax(met.first.user, met.second.user)];
  };
  for (const auto& [id, met] : q.present)
    note(met);
  for (const auto& [id, x] : q.over)
    note(x.met);
  return out;
}

} // namespace

const std::vector<queue_name>& encounters::queues() {
  static const std::vector<queue_name> all{queue_name{"tea"},
                                           queue_name{"walks"}};
  return all;
}

// -- what users do -----------------------------------------------------------

void encounters::acked_seek(const user_id& by, const queue_name& where,
                            match::ticket_id ticket,
                            const std::set<user_id>& avoided) {
  auto [known, fresh] = tickets_.try_emplace(
    {where, ticket}, ticket_note{by, avoided, doubtful_.contains(by)});
  if (!fresh)
    all_.fail("tickets: " + name(where, ticket) + " is " + by.str() + "'s and "
              + known->second.by.str() + "'s");
}

void encounters::begun_cancel(const user_id& by) {
  for (auto& [which, note] : tickets_)
    note.may_go = note.may_go || note.by == by;
}

void encounters::acked_cancel(const user_id& by) {
  for (const auto& q : last_look_)
    for (auto& [which, note] : tickets_) {
      if (which.first != q.name || note.by != by)
        continue;
      if (q.waiting.contains(which.second))
        all_.fail("cancelled: " + name(q.name, which.second) + " still waits");
      note.gone = !matched_.contains(which);
    }
}

void encounters::told(const actors::match_notice& what) {
  using state = actors::match_event::state;
  const auto& e = what.what;
  auto where = e.conversation.str();
  if (e.what == state::ended) {
    auto [known, fresh] = ended_.try_emplace(e.conversation, e.why);
    if (!fresh && known->second != e.why)
      all_.fail("told: " + where + " has ended in two ways");
  }
  if (e.what != state::found)
    return;
  auto& both = found_[e.conversation];
  auto [mine, fresh]
    = both.try_emplace(what.user, told_note{e.partner, e.polite});
  if (!fresh && mine->second.partner != e.partner)
    all_.fail("told: " + what.user.str() + " met " + e.partner.str() + " and "
              + mine->second.partner.str() + " in " + where);
  for (const auto& [user, note] : both)
    if (user != what.user
        && (note.partner != what.user || e.partner != user
            || note.polite == e.polite))
      all_.fail("told: " + user.str() + " and " + what.user.str()
                + " were told otherwise of " + where);
}

// -- at each look ------------------------------------------------------------

void encounters::look(std::vector<queue_view> views) {
  for (const auto& q : views)
    look_at(q);
  check_places(views);
  last_look_ = std::move(views);
}

void encounters::look_at(const queue_view& q) {
  for (const auto& [id, met] : q.present)
    look_at(q, id, met);
  for (const auto& [id, x] : q.over)
    look_at(q, id, x.met);
  for (const auto& [ticket, row] : q.waiting) {
    if (matched_.contains({q.name, ticket}))
      all_.fail("twice: " + name(q.name, ticket) + " waits and was matched");
    look_at_ticket(q, row.user, ticket, {});
  }
}

void encounters::look_at(const queue_view& q, const conversation_id& id,
                         const storage::meeting_record& met) {
  if (!looked_at_.insert(id).second)
    return;
  const auto& [a, b] = std::tie(met.first, met.second);
  for (auto ticket : {met.first_id, met.second_id})
    if (!matched_.insert({q.name, ticket}).second)
      all_.fail("twice: " + name(q.name, ticket) + " was matched again, in "
                + id.str());
  look_at_ticket(q, a.user, met.first_id, b.user);
  look_at_ticket(q, b.user, met.second_id, a.user);
  auto one = seeker_of(met.first_id, a, rules_);
  auto other = seeker_of(met.second_id, b, rules_);
  if (!one || !other || a.user == b.user || !suit(*one, *other))
    all_.fail("rules: " + a.user.str() + " and " + b.user.str()
              + " do not suit each other");
}

void encounters::look_at_ticket(const queue_view& q, const user_id& user,
                                match::ticket_id ticket,
                                const user_id& partner) {
  auto found = tickets_.find({q.name, ticket});
  if (found == tickets_.end())
    return;
  const auto& note = found->second;
  if (note.by != user)
    all_.fail("tickets: " + name(q.name, ticket) + " is " + user.str()
              + "'s, was " + note.by.str() + "'s");
  if (note.gone)
    all_.fail("cancelled: " + name(q.name, ticket) + " is used after all");
  if (note.avoided.contains(partner))
    all_.fail("rules: " + user.str() + " was to avoid " + partner.str());
}

/// Nobody has two tickets, or two matches, or one of each; in no two queues.
void encounters::check_places(const std::vector<queue_view>& views) {
  std::map<user_id, std::string> places;
  auto put = [&](const user_id& user, const std::string& where) {
    auto [known, fresh] = places.try_emplace(user, where);
    if (!fresh)
      all_.fail("twice: " + user.str() + " has " + known->second + " and "
                + where);
  };
  for (const auto& q : views) {
    for (const auto& [ticket, row] : q.waiting)
      put(row.user, name(q.name, ticket));
    for (const auto& [id, met] : q.present)
      for (const auto& user : {met.first.user, met.second.user})
        put(user, "the match " + id.str());
  }
}

// -- in the end --------------------------------------------------------------

std::string encounters::unrest(const std::vector<queue_view>& views) {
  for (const auto& q : views) {
    if (auto who = who_waits_in_vain(q); !who.empty())
      return who;
    for (const auto& [id, met] : q.present)
      for (const auto& user : {met.first.user, met.second.user})
        if (!found_[id].contains(user))
          return user.str() + " was not told of " + id.str();
  }
  return {};
}

std::string encounters::who_waits_in_vain(const queue_view& q) const {
  auto met = rules_.met_for >= far_off ? pairs_of(q) : decltype(pairs_of(q)){};
  std::vector<seeker> all;
  for (const auto& [id, row] : q.waiting)
    if (auto one = seeker_of(id, row, rules_))
      all.push_back(std::move(*one));
  for (const auto& a : all)
    for (const auto& b : all)
      if (a.t.user < b.t.user && suit(a, b)
          && !met.contains({a.t.user, b.t.user}))
        return a.t.user.str() + " and " + b.t.user.str() + " wait in vain in "
               + q.name.str();
  return {};
}

void encounters::compare(const std::vector<queue_view>& views) {
  look(views);
  compare_told(views);
  for (const auto& q : views) {
    compare_tickets(q);
    compare_pairs(q);
  }
}

/// What anybody was told is in the records.
void encounters::compare_told(const std::vector<queue_view>& views) {
  std::map<conversation_id, const storage::meeting_record*> met;
  std::map<conversation_id, std::uint32_t> over;
  for (const auto& q : views) {
    for (const auto& [id, row] : q.present)
      met.emplace(id, &row);
    for (const auto& [id, row] : q.over) {
      if (!met.emplace(id, &row.met).second)
        all_.fail("twice: " + id.str() + " is over and is not");
      over.emplace(id, row.how);
    }
  }
  for (const auto& [id, both] : found_)
    for (const auto& [user, note] : both) {
      auto row = met.find(id);
      if (row == met.end()
          || std::minmax(row->second->first.user, row->second->second.user)
               != std::minmax(user, note.partner))
        all_.fail("lost: " + user.str() + " met " + note.partner.str() + " in "
                  + id.str());
    }
  for (const auto& [id, how] : ended_)
    if (auto row = over.find(id); row == over.end() || row->second != how)
      all_.fail("lost: the end of " + id.str());
}

/// What was acknowledged is somewhere.
void encounters::compare_tickets(const queue_view& q) {
  for (const auto& [which, note] : tickets_) {
    if (which.first != q.name)
      continue;
    auto there = q.waiting.contains(which.second) || matched_.contains(which);
    if (which.second > q.last_ticket || (calm() && !note.may_go && !there))
      all_.fail("lost: " + name(q.name, which.second) + ", " + note.by.str()
                + "'s");
  }
}

/// Nobody meets the same one too soon.
void encounters::compare_pairs(const queue_view& q) {
  if (rules_.met_for < far_off)
    return;
  for (const auto& [pair, times] : pairs_of(q))
    if (times > 1)
      all_.fail("rules: " + pair.first.str() + " and " + pair.second.str()
                + " met again too soon");
}

} // namespace parley::sim
