#include "tests/sim/whole/history.hpp"

#include <algorithm>
#include <limits>

namespace parley::sim {

namespace {

std::string short_of(const actors::message& m) {
  return "message " + m.content.client_id.str() + " of "
         + m.content.sender.str();
}

std::string short_of(const actors::log_event& e) {
  return "event " + std::to_string(static_cast<int>(e.content.kind)) + " by "
         + e.content.by.str() + " about " + std::to_string(e.content.target)
         + e.content.value + (e.content.removed ? " removed" : "");
}

seq place_of(const actors::durable_event& e) {
  return std::visit([](auto& x) { return x.at; }, e);
}

std::string short_of(const actors::durable_event& e) {
  return std::visit([](auto& x) { return short_of(x); }, e);
}

std::string name(const conversation_id& where, seq at) {
  return where.str() + " " + std::to_string(at);
}

} // namespace

// -- what clients do ---------------------------------------------------------

void history::begun_send(const conversation_id& where, const message_key& which,
                         const std::string& text, true_us now) {
  records_[where].sends.emplace(which, send_note{text, now});
}

void history::acked_send(const actors::sent& what, const message_key& which,
                         true_us now) {
  auto& r = records_[what.conversation];
  auto& note = r.sends[which];
  if (note.acked >= 0 && note.at != what.at)
    fail("client_id: " + which.second.str() + " was answered with "
         + name(what.conversation, note.at) + " and "
         + std::to_string(what.at));
  if (note.acked >= 0 && !what.duplicate)
    fail("client_id: " + which.second.str() + " was new twice");
  if (note.acked >= 0)
    return;
  ++acknowledged_;
  check_block(what, which, note);
  note.acked = now;
  note.at = what.at;
  r.acked = std::max(r.acked, what.at);
  saw(what.conversation, what.at,
      "message " + which.second.str() + " of " + which.first.str(),
      "acknowledged");
}

void history::refused_send(const conversation_id& where,
                           const message_key& which) {
  records_[where].sends[which].refused = true;
}

void history::begun_edit(const conversation_id& where, seq target,
                         const std::string& text) {
  records_[where].edits[target].push_back({text, 0});
}

void history::acked_edit(const conversation_id& where, seq target,
                         const std::string& text, seq at) {
  for (auto& e : records_[where].edits[target])
    if (e.text == text)
      e.at = at;
  acked_change(where, at);
}

void history::acked_reaction(const conversation_id& where, seq target,
                             const user_id& by, bool given) {
  auto& note = records_[where].reactions[{target, by}];
  note.given = given;
}

void history::doubtful_reaction(const conversation_id& where, seq target,
                                const user_id& by) {
  records_[where].reactions[{target, by}].sure = false;
}

void history::acked_change(const conversation_id& where, seq at) {
  auto& r = records_[where];
  r.acked = std::max(r.acked, at);
}

void history::acked_mark(const conversation_id& where, const user_id& by,
                         seq at) {
  auto& known = records_[where].marks[by];
  known = std::max(known, at);
}

seq history::floor(const conversation_id& where) const {
  auto found = records_.find(where);
  return found == records_.end() ? 0 : found->second.acked;
}

void history::read(const actors::events_page& page, seq after, seq floor) {
  auto at = after;
  for (const auto& e : page.events) {
    if (place_of(e) != ++at) {
      fail("gap: a page has " + name(page.conversation, place_of(e)) + " after "
           + std::to_string(at - 1));
      return;
    }
    saw(page.conversation, at, short_of(e), "read");
    if (const auto* m = std::get_if<actors::message>(&e))
      check_text(page.conversation, *m, floor);
  }
  if (!page.has_more && at < floor)
    fail("stale read: " + name(page.conversation, at) + " is the end, but "
         + std::to_string(floor) + " was acknowledged before");
}

void history::read(const actors::conversation_details& what, seq floor) {
  if (what.summary.last_seq < floor)
    fail("stale read: " + name(what.summary.id, what.summary.last_seq)
         + " is the last, but " + std::to_string(floor)
         + " was acknowledged before");
}

void history::told(const actors::publication& what) {
  if (const auto* m = std::get_if<actors::message>(&what.what))
    saw(what.conversation, m->at, short_of(*m), "told");
  else if (const auto* e = std::get_if<actors::log_event>(&what.what))
    saw(what.conversation, e->at, short_of(*e), "told");
  else if (const auto* p = std::get_if<actors::position>(&what.what)) {
    auto& end = records_[what.conversation].told_end;
    end = std::max(end, p->at);
  }
}

void history::saw(const conversation_id& where, seq at, std::string what,
                  const char* how) {
  auto [known, fresh] = records_[where].seen.emplace(at, what);
  if (!fresh && known->second != what)
    fail("order: " + name(where, at) + " is " + known->second + ", but " + how
         + " was " + what);
}

/// Each text that a message had was given to it by one edit, if not by its
/// sender: none may be older than the last one that is known.
void history::check_text(const conversation_id& where, const actors::message& m,
                         seq floor) {
  const auto& r = records_[where];
  auto found = r.edits.find(m.at);
  if (found == r.edits.end() || m.content.deleted)
    return;
  seq is = 0;
  for (const auto& e : found->second)
    if (e.text == m.content.text) {
      is = e.at;
      // Where it is in the log nobody was told.
      if (is == 0)
        return;
    }
  for (const auto& e : found->second)
    if (e.at > is && e.at <= floor)
      fail("stale read: " + name(where, m.at) + " has the text of "
           + std::to_string(is) + ", not of " + std::to_string(e.at));
}

void history::begun_block(const user_id& by, const user_id& whom, bool on) {
  if (!on)
    blocks_[{by, whom}].on = false;
}

void history::acked_block(const user_id& by, const user_id& whom, bool on,
                          true_us now) {
  auto& note = blocks_[{by, whom}];
  note.acked = now;
  note.on = on;
}

void history::doubtful_block(const user_id& by, const user_id& whom) {
  blocks_[{by, whom}].sure = false;
}

std::set<user_id> history::blocked_by(const user_id& by) const {
  std::set<user_id> out;
  for (const auto& [pair, block] : blocks_)
    if (pair.first == by && block.on && block.sure)
      out.insert(pair.second);
  return out;
}

void history::check_block(const actors::sent& what, const message_key& which,
                          const send_note& note) {
  for (const auto& [pair, block] : blocks_)
    if (block.on && block.sure && pair.second == which.first
        && note.begun > block.acked
        && what.conversation == direct_conversation(pair.first, pair.second))
      fail("block: " + name(what.conversation, what.at) + " of "
           + which.first.str() + " was taken although " + pair.first.str()
           + " had blocked them");
}

// -- what is in the store ----------------------------------------------------

void history::compare(
  const conversation_id& where, const std::vector<actors::durable_event>& log,
  const std::map<user_id, storage::member_record>& members) {
  auto& r = records_[where];
  seq at = 0;
  std::uint64_t ordinal = 0;
  timestamp_ms ts = 0;
  std::map<message_key, seq> places;
  for (const auto& e : log) {
    if (place_of(e) != ++at)
      return fail("gap: " + name(where, at) + " is missing");
    saw(where, at, short_of(e), "stored");
    auto when = std::visit([](auto& x) { return x.content.ts; }, e);
    if (when < ts)
      fail("time goes back at " + name(where, at));
    ts = when;
    const auto* m = std::get_if<actors::message>(&e);
    if (!m)
      continue;
    if (m->content.ordinal != ++ordinal)
      fail("ordinal of " + name(where, at) + " is "
           + std::to_string(m->content.ordinal));
    message_key which{m->content.sender, m->content.client_id};
    if (!places.emplace(which, at).second)
      fail("client_id: " + name(where, at) + " and "
           + std::to_string(places[which]) + " are both " + which.second.str());
  }
  for (const auto& [place, what] : r.seen)
    if (place > at)
      return fail("lost: " + name(where, place) + ", " + what);
  if (r.acked > at || r.told_end > at)
    return fail("lost: " + where.str() + " ends at " + std::to_string(at)
                + ", was " + std::to_string(std::max(r.acked, r.told_end)));
  for (const auto& [which, note] : r.sends) {
    auto found = places.find(which);
    if (note.acked >= 0 && (found == places.end() || found->second != note.at))
      fail("lost: " + which.second.str() + ", acknowledged as "
           + name(where, note.at));
    if (note.refused && found != places.end())
      fail("refused and done: " + which.second.str() + " is "
           + name(where, found->second));
  }
  for (const auto& [user, upto] : r.marks)
    if (auto found = members.find(user); found != members.end()
                                         && found->second.read_seq < upto
                                         && found->second.visible_from <= upto)
      fail("lost: " + user.str() + " has read " + name(where, upto)
           + ", stored is " + std::to_string(found->second.read_seq));
  check_order(where, r);
}

/// What was acknowledged before another was begun comes before it.
void history::check_order(const conversation_id& where, const record& r) {
  std::vector<const send_note*> acked;
  for (const auto& [which, note] : r.sends)
    if (note.acked >= 0)
      acked.push_back(&note);
  std::sort(acked.begin(), acked.end(),
            [](auto* a, auto* b) { return a->at < b->at; });
  // From the last one on: the earliest acknowledgement of those behind.
  auto earliest = std::numeric_limits<true_us>::max();
  seq whose = 0;
  for (auto i = acked.rbegin(); i != acked.rend(); ++i) {
    if (earliest < (*i)->begun)
      fail("order: " + name(where, (*i)->at) + " was begun after "
           + std::to_string(whose) + " was acknowledged");
    if ((*i)->acked < earliest) {
      earliest = (*i)->acked;
      whose = (*i)->at;
    }
  }
}

void history::compare_reactions(const reaction_query& given) {
  for (const auto& [where, r] : records_)
    for (const auto& [which, note] : r.reactions)
      if (note.sure && given(where, which.first, which.second) != note.given)
        fail("lost: a reaction of " + which.second.str() + " to "
             + name(where, which.first));
}

std::vector<conversation_id> history::conversations() const {
  std::vector<conversation_id> out;
  for (const auto& [where, r] : records_)
    out.push_back(where);
  return out;
}

seq history::some_message(const conversation_id& where, const user_id& by,
                          std::uint64_t luck) const {
  auto found = records_.find(where);
  if (found == records_.end())
    return 0;
  std::vector<seq> mine;
  for (const auto& [which, note] : found->second.sends)
    if (note.acked >= 0 && (by.empty() || which.first == by))
      mine.push_back(note.at);
  return mine.empty() ? 0 : mine[luck % mine.size()];
}

} // namespace parley::sim
