#include "tests/hostile/hashing.hpp"
#include "tests/hostile/judge.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>

// Every entry of a log must be what somebody asked for who might.
namespace parley::hostile {

namespace json = boost::json;

namespace {

std::string text_of(const json::object& from, std::string_view name) {
  const auto* found = from.if_contains(name);
  return found && found->is_string() ? std::string{found->as_string()}
                                     : std::string{};
}

std::uint64_t number_of(const json::object& from, std::string_view name) {
  const auto* found = from.if_contains(name);
  return found && found->is_int64()
           ? static_cast<std::uint64_t>(found->as_int64())
           : 0;
}

std::uint32_t mark_of(std::string_view text) {
  auto out = nobody;
  canary_book::scan(text, [&](std::uint32_t mark) {
    if (out == nobody)
      out = mark;
  });
  return out;
}

} // namespace

bool judge::claimed(std::string_view kind, std::string_view place,
                    std::uint32_t by, std::uint64_t more) const {
  auto key = hash_of(kind, place, by, more);
  return claims_.contains(key) || old_claims_.contains(key);
}

void judge::stray(const conversation& place, std::uint64_t seq,
                  std::string_view what) {
  found_.add("an entry of a log that must not be", last_call_,
             fmt::format("{} at {} of {}", what, seq, place.id));
}

void judge::read_log(std::uint32_t place, const json::array& entries) {
  for (const auto& each : entries) {
    const auto& event = each.as_object();
    read_entry(place, text_of(event, "method"), event.at("params").as_object());
  }
}

void judge::read_again(std::uint32_t index, const json::array& entries) {
  const auto& place = seen_.conversations()[index];
  for (const auto& each : entries) {
    const auto& params = each.as_object().at("params").as_object();
    auto seq = number_of(params, "seq");
    const auto* known = place.find(seq);
    auto is_message = params.contains("sender");
    auto by = seen_.find_person(text_of(params, is_message ? "sender" : "by"));
    if (seq > place.known_upto)
      return;
    if (!known || known->by != by
        || is_message != (known->kind == entry_kind::message))
      stray(place, seq, "another entry than the one that was there");
  }
}

void judge::read_entry(std::uint32_t index, std::string_view name,
                       const json::object& params) {
  auto& place = seen_.conversations()[index];
  auto seq = number_of(params, "seq");
  if (seq != place.known_upto + 1)
    return stray(place, seq, fmt::format("a gap after {}", place.known_upto));
  if (seq == 1)
    place.changed_round = round_;
  place.at(seq);
  place.known_upto = seq;
  if (name == "event.message")
    return read_message(place, seq, params);
  if (name == "event.conversation")
    return read_change(place, seq, params);
  auto& found = place.at(seq);
  found.by = seen_.find_person(text_of(params, "by"));
  found.target = number_of(params, "target");
  const auto* target = place.find(found.target);
  auto author = target ? target->by : nobody;
  auto rank_now = place.rank_of(found.by);
  auto kind = name.substr(name.find('.') + 1);
  if (!claimed(kind, place.id, found.by, found.target))
    stray(place, seq, fmt::format("{} that nobody asked for", kind));
  if (rank_now == rank::none)
    stray(place, seq, fmt::format("{} by no member", kind));
  if (name == "event.edited") {
    found.kind = entry_kind::edited;
    if (author != found.by)
      stray(place, seq, "an edit of another's message");
    found.mark = mark_of(text_of(params, "text"));
    if (found.mark != nobody) {
      auto& mark = canaries_.at(found.mark);
      mark.place = index;
      mark.seq = seq;
      mark.target = found.target;
    }
  } else if (name == "event.deleted") {
    found.kind = entry_kind::deleted;
    if (author != found.by && (place.kind != 'g' || rank_now < rank::admin))
      stray(place, seq, "a deletion of another's message");
    if (target && target->mark != nobody)
      canaries_.at(target->mark).gone_round = round_;
  } else {
    found.kind = entry_kind::reaction;
  }
  auto stays = place.stays.find(found.by);
  if (stays != place.stays.end()
      && found.target < stays->second.back().sees_from)
    stray(place, seq, fmt::format("{} of what was said before joining", kind));
}

void judge::read_message(conversation& place, std::uint64_t seq,
                         const json::object& params) {
  auto& found = place.at(seq);
  found.kind = entry_kind::message;
  found.by = seen_.find_person(text_of(params, "sender"));
  found.said = hash_of(text_of(params, "client_id"));
  found.is_gone = params.contains("deleted");
  if (auto mark = mark_of(text_of(params, "text")); mark != nobody) {
    auto& canary = canaries_.at(mark);
    if (canary.writer != found.by)
      stray(place, seq, "the text of another");
    found.mark = mark;
    if (canary.kind == secret::text) {
      canary.seq = seq;
      canary.place = seen_.find(place.id);
    }
  }
  if (const auto* list = params.if_contains("attachments"))
    if (auto mark = mark_of(json::serialize(*list)); mark != nobody) {
      canaries_.at(mark).seq = seq;
      canaries_.at(mark).place = seen_.find(place.id);
    }
  // Nothing says any more which call a deleted one came of.
  if (!found.is_gone && !claimed("message", place.id, found.by, found.said))
    stray(place, seq, "a message that nobody asked for");
  if (place.rank_of(found.by) == rank::none)
    stray(place, seq, "a message by no member");
}

void judge::read_change(conversation& place, std::uint64_t seq,
                        const json::object& params) {
  auto change = text_of(params, "change");
  auto by = seen_.find_person(text_of(params, "by"));
  std::vector<std::uint32_t> users;
  if (const auto* all = params.if_contains("users"))
    for (const auto& each : all->as_array())
      users.push_back(seen_.find_person(each.as_string()));
  auto& found = place.at(seq);
  found.by = by;
  if (change == "created") {
    found.kind = entry_kind::created;
    if (seq != 1)
      stray(place, seq, "created twice");
    if (place.kind == 'd' || (place.kind == 'g' && !claimed("created", "", by)))
      stray(place, seq, "created by nobody's call");
    read_joined(place, seq, by, users, true);
    if (place.kind == 'g')
      place.members[by] = rank::owner;
  } else if (change == "joined") {
    found.kind = entry_kind::joined;
    read_joined(place, seq, by, users, false);
  } else if (change == "left") {
    found.kind = entry_kind::left;
    read_left(place, seq, by, users);
  } else if (change == "role") {
    found.kind = entry_kind::role;
    read_role(place, seq, by, params, users);
  } else if (change == "updated") {
    found.kind = entry_kind::updated;
    if (place.rank_of(by) < rank::admin || !claimed("updated", place.id, by))
      stray(place, seq, "an update by no admin, or by nobody's call");
  }
  if (change == "created" || change == "updated") {
    auto mark = mark_of(text_of(params, "title"));
    place.titles.emplace_back(seq, mark);
    if (mark != nobody)
      canaries_.at(mark).place = seen_.find(place.id);
  }
}

void judge::read_joined(conversation& place, std::uint64_t seq,
                        std::uint32_t by,
                        const std::vector<std::uint32_t>& users,
                        bool is_first) {
  auto is_own = users.size() == 1 && users.front() == by;
  if (place.kind == 'd')
    stray(place, seq, "somebody joined a direct conversation");
  if (!is_first && is_own && !claimed("came", place.id, by))
    stray(place, seq, "joined by nobody's call");
  if (!is_first && !is_own && place.rank_of(by) < rank::admin)
    stray(place, seq, "invited by no admin");
  if (!is_first && is_own && place.removed.contains(by))
    stray(place, seq, "joined who was removed");
  for (auto user : users) {
    place.removed.erase(user);
    if (!is_first && !is_own && !claimed("invited", place.id, by, user))
      stray(place, seq, "invited by nobody's call");
    if (place.rank_of(user) != rank::none)
      stray(place, seq, "joined who was there");
    auto is_owner = place.members.empty() && !is_first;
    place.members[user] = is_owner ? rank::owner : rank::member;
    place.stays[user].push_back({seq, 0, seq});
  }
}

void judge::read_left(conversation& place, std::uint64_t seq, std::uint32_t by,
                      const std::vector<std::uint32_t>& users) {
  place.is_over = place.kind == 'm';
  for (auto user : users) {
    if (place.kind == 'g' && user == by && !claimed("went", place.id, by))
      stray(place, seq, "left by nobody's call");
    if (place.kind == 'g' && user != by
        && (place.rank_of(by) <= place.rank_of(user)
            || !claimed("removed", place.id, by, user)))
      stray(place, seq, "removed by somebody who may not, or did not");
    if (place.kind == 'd' || place.rank_of(user) == rank::none)
      stray(place, seq, "left who can't");
    if (place.rank_of(user) == rank::owner)
      leaving_owner_[place.id] = user;
    if (user != by)
      place.removed.insert(user);
    place.members.erase(user);
    if (auto stays = place.stays.find(user); stays != place.stays.end())
      stays->second.back().upto = seq;
  }
}

void judge::read_role(conversation& place, std::uint64_t seq, std::uint32_t by,
                      const json::object& params,
                      const std::vector<std::uint32_t>& users) {
  auto role = text_of(params, "role");
  auto heir = leaving_owner_.find(place.id);
  auto is_heir = role == "owner" && heir != leaving_owner_.end();
  for (auto user : users) {
    if (place.rank_of(user) == rank::none)
      stray(place, seq, "a role for no member");
    if (!is_heir
        && (place.rank_of(by) != rank::owner
            || !claimed("role", place.id, by, user)))
      stray(place, seq, "a role by nobody's call, or by no owner");
    place.members[user] = role == "owner"   ? rank::owner
                          : role == "admin" ? rank::admin
                                            : rank::member;
  }
  if (is_heir)
    leaving_owner_.erase(heir);
}

} // namespace parley::hostile
