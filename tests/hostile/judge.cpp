#include "tests/hostile/judge.hpp"

#include "bench/load/clock_us.hpp"
#include "tests/hostile/hashing.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <limits>
#include <utility>

// What is asked for, and what comes back, as it comes.
namespace parley::hostile {

namespace json = boost::json;

namespace {

constexpr std::size_t excerpt_bytes = 240;
constexpr auto never = std::numeric_limits<std::uint64_t>::max();

std::string text_of(const json::object& from, std::string_view name) {
  const auto* found = from.if_contains(name);
  return found && found->is_string() ? std::string{found->as_string()}
                                     : std::string{};
}

std::uint64_t number_of(const json::object& from, std::string_view name) {
  const auto* found = from.if_contains(name);
  if (found && found->is_int64())
    return static_cast<std::uint64_t>(found->as_int64());
  return 0;
}

// Every string in it that is called `id` or `conversation`.
template <class Found>
void for_each_id(const json::value& in, const Found& found) {
  if (const auto* all = in.if_array())
    for (const auto& each : *all)
      for_each_id(each, found);
  const auto* object = in.if_object();
  if (!object)
    return;
  for (const auto& [name, value] : *object) {
    if ((name == "id" || name == "conversation") && value.is_string())
      found(std::string_view{value.as_string()});
    else if (value.is_structured())
      for_each_id(value, found);
  }
}

} // namespace

std::uint64_t judge::relation(char kind, std::uint64_t a,
                              std::uint64_t b) const {
  return std::uint64_t{static_cast<unsigned char>(kind)} << 56
         | (a & 0xFFFFFFF) << 28 | (b & 0xFFFFFFF);
}

void judge::touch(char kind, std::uint64_t a, std::uint64_t b) {
  touched_round_[relation(kind, a, b)] = round_;
}

bool judge::is_settled(char kind, std::uint64_t a, std::uint64_t b) const {
  constexpr std::uint64_t rounds = 4;
  auto found = touched_round_.find(relation(kind, a, b));
  return found == touched_round_.end()
         || (found->second <= round_ && round_ - found->second >= rounds);
}

void judge::begin_round(const std::vector<call>& calls) {
  ++round_;
  claims_.clear();
  for (const auto& each : calls) {
    claim(each, claims_);
    touch_relations(each);
    last_call_ = each.number;
  }
}

void judge::claim(const call& what,
                  std::unordered_set<std::uint64_t>& to) const {
  auto add = [&](std::string_view kind, std::uint64_t more = 0) {
    to.insert(hash_of(kind, what.place_id, what.by, more));
  };
  if (what.is("message.send") || what.is("/v1/messages"))
    add("message", hash_of(what.client_id));
  else if (what.is("message.edit"))
    add("edited", what.seq);
  else if (what.is("message.delete"))
    add("deleted", what.seq);
  else if (what.is("message.react"))
    add("reaction", what.seq);
  else if (what.is("conversation.create"))
    to.insert(hash_of("created", "", what.by, 0));
  else if (what.is("conversation.update"))
    add("updated");
  else if (what.is("conversation.join") || what.is("conversation.accept"))
    add("came");
  else if (what.is("conversation.leave"))
    add("went");
  else if (what.is("conversation.remove"))
    add("removed", what.subject);
  else if (what.is("conversation.set_role"))
    add("role", what.subject);
  else if (what.is("conversation.invite"))
    for (auto user : what.subjects)
      add("invited", user);
}

void judge::touch_relations(const call& what) {
  if (what.is("user.block") || what.is("user.unblock")) {
    auto& last = touched_round_[relation('b', std::min(what.by, what.subject),
                                         std::max(what.by, what.subject))];
    // Nobody knows which of two in one round came last: never judged then.
    last = last >= round_ ? never : round_;
  }
  if (what.is("report.create") || what.name.starts_with("match."))
    touch('x', what.by, 0);
  if (what.is("presence.set")) {
    appearances_[what.by].asked_round = round_;
    appearances_[what.by].asked_us = bench::now_us();
  }
  if (what.place == nobody)
    return;
  if (what.is("conversation.invite"))
    for (auto user : what.subjects)
      touch('m', what.place, user);
  else if (what.is("conversation.remove") || what.is("conversation.set_role"))
    touch('m', what.place, what.subject);
  else if (what.is("conversation.join") || what.is("conversation.leave")
           || what.is("conversation.accept"))
    touch('m', what.place, what.by);
  else if (what.is("conversation.update"))
    touch('p', what.place, 0);
  else if (what.is("message.send") || what.is("/v1/messages"))
    touch('s', what.place, 0);
}

void judge::sanctioned(const call& what) {
  touch('k', what.subject, 0);
  auto& now = sanctions_[what.subject];
  if (what.is("user.ban"))
    now.banned = true;
  else if (what.is("user.unban"))
    now.banned = false;
  else if (what.is("user.mute"))
    now.muted = true;
  else if (what.is("user.unmute"))
    now.muted = false;
}

bool judge::is_banned(std::uint32_t user) const {
  auto found = sanctions_.find(user);
  return found != sanctions_.end() && found->second.banned;
}

std::vector<std::uint32_t> judge::sanctioned_users() const {
  std::vector<std::uint32_t> out;
  for (const auto& [user, now] : sanctions_)
    if (now.banned || now.muted)
      out.push_back(user);
  std::sort(out.begin(), out.end());
  return out;
}

// -- what comes ---------------------------------------------------------------

void judge::saw(std::uint32_t user, std::string_view bytes) {
  canary_book::scan(bytes, [&](std::uint32_t mark) {
    ++sightings;
    auto is_event = bytes.find("\"method\":\"event.") < excerpt_bytes;
    if (!canaries_.knows(mark))
      return;
    if (may_see(user, canaries_.at(mark), mark, is_event))
      return;
    auto text = canary_book::text_of(canaries_.at(mark).kind, mark);
    auto at = std::min(bytes.find(text), bytes.size());
    auto from = at > excerpt_bytes / 2 ? at - excerpt_bytes / 2 : 0;
    sightings_.push_back(
      {user, mark, is_event, std::string{bytes.substr(from, excerpt_bytes)}});
  });
}

void judge::answered(client& from, call& what, const json::object& answer) {
  const auto* failed = answer.if_contains("error");
  const auto* good = answer.if_contains("result");
  if (failed && failed->is_object()) {
    what.ended = outcome::refused;
    what.code = static_cast<int>(
      static_cast<std::int64_t>(number_of(failed->as_object(), "code")));
    if (what.code == 503)
      ++unavailable;
    if (what.code == -32603)
      found_.add("internal", what, json::serialize(answer));
    if (what.code == 0)
      found_.add("an error without a code", what, json::serialize(answer));
    return;
  }
  what.ended = outcome::done;
  if (!good)
    return found_.add("an answer with neither error nor result", what,
                      json::serialize(answer));
  if (what.method)
    if (auto wrong = rules_.breach(*what.method->result, *good); !wrong.empty())
      found_.add("a result against the specification", what,
                 "result" + wrong + ": "
                   + json::serialize(answer).substr(0, excerpt_bytes));
  if (good->is_object())
    note_result(from, what, good->as_object());
}

void judge::note_result(client& from, call& what, const json::object& result) {
  if (what.is("message.history"))
    judge_page(what, result);
  if (what.is("presence.get"))
    judge_presences(what, result);
  what.answered_seq = number_of(result, "seq");
  what.is_duplicate = result.contains("duplicate");
  for_each_id(json::value(result),
              [&](std::string_view id) { seen_.meet(id); });
  if (auto id = text_of(result, "conversation"); !id.empty())
    what.place = seen_.find(id);
  if (what.place == nobody && !what.place_id.empty())
    what.place = seen_.find(what.place_id);
  if (what.is("conversation.create"))
    if (const auto* made = result.if_contains("conversation");
        made && made->is_object()) {
      what.place = seen_.find(text_of(made->as_object(), "id"));
      what.answered_seq = number_of(made->as_object(), "last_seq");
      if (what.mark != nobody && what.place != nobody)
        canaries_.at(what.mark).place = what.place;
    }
  if (what.place == nobody || what.answered_seq == 0)
    return;
  if (what.answered_seq > seen_.conversations()[what.place].known_upto)
    grown_.insert(what.place);
  mark_seen(from, what.place, what.answered_seq, false);
}

void judge::told(client& from, const json::object& event) {
  ++events;
  auto name = text_of(event, "method");
  const auto* given = event.if_contains("params");
  if (!given || !given->is_object())
    return found_.add("an event without params", last_call_, name);
  const auto& params = given->as_object();
  auto id = text_of(params, "conversation");
  auto place = id.empty() ? nobody : seen_.meet(id);
  auto* session = static_cast<session_client*>(&from);
  if (name == "event.gap") {
    if (place != nobody)
      session->told_of_log[place].is_judged = false;
    return;
  }
  auto seq = number_of(params, "seq");
  auto is_durable = name == "event.message" || name == "event.edited"
                    || name == "event.deleted" || name == "event.reaction"
                    || name == "event.conversation";
  if (is_durable && place != nobody)
    told_durable(*session, name, place, seq);
  else
    told_in_passing(from, name, params, place);
}

void judge::told_durable(session_client& from, std::string_view name,
                         std::uint32_t place, std::uint64_t seq) {
  mark_seen(from, place, seq, true);
  if (seq > seen_.conversations()[place].known_upto)
    grown_.insert(place);
  if (!seen_.conversations()[place].was_there(from.user(), seq)
      || seen_.conversations()[place].known_upto < seq)
    tellings_.push_back({from.user(), place, seq, std::string{name}});
}

void judge::told_in_passing(client& from, std::string_view name,
                            const json::object& params, std::uint32_t place) {
  auto about = seen_.find_person(
    text_of(params, name == "event.signal" ? "from" : "user"));
  if (name == "event.presence") {
    auto one = std::min(from.user(), about);
    auto other = std::max(from.user(), about);
    if (about != nobody && is_settled('b', one, other)
        && blocked(from.user(), about)
        && text_of(params, "status") != "offline")
      found_.add("presence across a block", last_call_,
                 json::serialize(params));
    if (about != from.user() && is_invisible(about)
        && text_of(params, "status") != "offline")
      found_.add("shown who is invisible", last_call_, json::serialize(params));
    return;
  }
  if (place == nobody || name == "event.match")
    return;
  const auto& there = seen_.conversations()[place];
  // A call ends also for one who has left meanwhile.
  auto ends_call = name == "event.signal" && text_of(params, "kind") == "hangup"
                   && there.was_ever_there(from.user());
  if (there.kind != 'm' && there.known_upto > 0 && !ends_call
      && is_settled('m', place, from.user())
      && there.rank_of(from.user()) == rank::none)
    found_.add("an event to somebody who is no member", last_call_,
               std::string{name} + " " + json::serialize(params) + " to "
                 + std::to_string(from.user()));
  if (name == "event.receipt" && there.kind == 'd' && about != nobody
      && about != from.user()
      && is_settled('b', std::min(from.user(), about),
                    std::max(from.user(), about))
      && blocked(from.user(), about))
    found_.add("a receipt across a block", last_call_, json::serialize(params));
}

} // namespace parley::hostile
