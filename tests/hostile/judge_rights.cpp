#include "bench/load/clock_us.hpp"
#include "tests/hostile/hashing.hpp"
#include "tests/hostile/judge.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

// Whether who was answered, or told, might be.
namespace parley::hostile {

namespace json = boost::json;

namespace {

std::uint64_t pair_key(std::uint32_t one, std::uint32_t other) {
  return std::uint64_t{one} << 32 | other;
}

bool reads(const call& what) {
  return what.is("message.history") || what.is("conversation.get")
         || what.is("message.read") || what.is("message.delivered")
         || what.is("typing.set") || what.is("conversation.mute")
         || what.is("message.reactions")
         // Whoever was there may still end a call.
         || (what.is("signal.send")
             && what.params.find("hangup") == std::string::npos);
}

bool speaks(const call& what) {
  return what.is("message.send") || what.is("message.edit")
         || what.is("message.react") || what.is("typing.set")
         || what.is("/v1/messages") || what.is("conversation.update")
         || what.is("conversation.invite") || what.is("conversation.create")
         || what.is("match.enqueue");
}

bool writes_log(const call& what) {
  return what.is("message.send") || what.is("message.edit")
         || what.is("message.delete") || what.is("message.react")
         || what.is("conversation.update") || what.is("conversation.invite")
         || what.is("conversation.remove") || what.is("conversation.join")
         || what.is("conversation.leave") || what.is("conversation.set_role")
         || what.is("/v1/messages");
}

} // namespace

bool judge::blocked(std::uint32_t one, std::uint32_t other) const {
  return blocks_.contains(pair_key(one, other))
         || blocks_.contains(pair_key(other, one));
}

bool judge::may_see(std::uint32_t user, const canary& what, std::uint32_t mark,
                    bool is_event) const {
  switch (what.kind) {
    case secret::password:
    case secret::report: return false;
    case secret::wish:
    case secret::device: return user == what.writer;
    case secret::status:
      return user == what.writer
             || !is_settled('b', std::min(user, what.writer),
                            std::max(user, what.writer))
             || !blocked(user, what.writer);
    case secret::title: return may_see_title(user, what, mark);
    default: break;
  }
  if (user == what.writer)
    return true;
  if (what.place == nobody)
    return what.is_uncertain;
  const auto& place = seen_.conversations()[what.place];
  // Who the members are of a conversation that nobody has read yet is not
  // known.
  if (what.kind == secret::signal)
    return (what.addressee == nobody || what.addressee == user)
           && (place.was_ever_there(user) || place.kind == 'm'
               || place.known_upto == 0);
  if (what.is_uncertain)
    return place.was_ever_there(user);
  if (what.gone_round != 0 && !is_event && round_ > what.gone_round + 1)
    return false;
  auto stays = place.stays.find(user);
  if (what.seq == 0 || stays == place.stays.end())
    return false;
  auto shown = what.target != 0 ? what.target : what.seq;
  return std::any_of(stays->second.begin(), stays->second.end(),
                     [&](const stay& each) {
                       return shown >= each.sees_from
                              && (each.upto == 0 || what.seq <= each.upto);
                     });
}

// Whoever was there while the conversation had that title.
bool judge::may_see_title(std::uint32_t user, const canary& what,
                          std::uint32_t mark) const {
  if (user == what.writer)
    return true;
  if (what.place == nobody)
    return false;
  const auto& place = seen_.conversations()[what.place];
  auto stays = place.stays.find(user);
  if (stays == place.stays.end())
    return false;
  for (std::size_t i = 0; i < place.titles.size(); ++i) {
    if (place.titles[i].second != mark)
      continue;
    auto from = place.titles[i].first;
    auto upto = i + 1 < place.titles.size() ? place.titles[i + 1].first : 0;
    for (const auto& each : stays->second)
      if ((each.upto == 0 || each.upto >= from)
          && (upto == 0 || each.from <= upto))
        return true;
  }
  return false;
}

void judge::end_round(std::vector<call>& calls) {
  for (auto& each : calls)
    settle_call(each);
  for (const auto& each : calls)
    judge_answer(each);
  for (const auto& each : std::exchange(sightings_, {})) {
    const auto& what = canaries_.at(each.mark);
    if (may_see(each.user, what, each.mark, each.is_event))
      continue;
    auto place = what.place == nobody ? std::string{"no conversation"}
                                      : seen_.conversations()[what.place].id;
    found_.add(fmt::format("a canary of kind {} to somebody it is not for",
                           static_cast<char>(what.kind)),
               what.call,
               fmt::format("user {} saw what user {} wrote to {} at {} "
                           "(round {}): {}",
                           each.user, what.writer, place, what.seq, round_,
                           each.excerpt));
  }
  for (const auto& each : std::exchange(tellings_, {})) {
    const auto& place = seen_.conversations()[each.place];
    if (each.seq <= place.known_upto && place.was_there(each.user, each.seq))
      continue;
    if (each.seq > place.known_upto && nodes_die)
      continue;
    found_.add("an event to somebody who was no member", last_call_,
               fmt::format("{} {} of {} to user {}", each.name, each.seq,
                           place.id, each.user));
  }
}

// Two wishes in one round may have come in either order.
void judge::settle_appearance(const call& what) {
  if (what.ended == outcome::refused && what.code != 503)
    return;
  auto& now = appearances_[what.by];
  now.is_certain = what.ended == outcome::done && now.settled_round != round_;
  now.is_invisible = what.params.find("\"invisible\"") != std::string::npos;
  now.settled_round = round_;
}

bool judge::is_invisible(std::uint32_t user) const {
  constexpr std::uint64_t rounds = 3;
  // Who hides is seen to go as late as who leaves.
  constexpr std::int64_t fade_us = 3'000'000;
  auto found = appearances_.find(user);
  return found != appearances_.end() && found->second.is_certain
         && found->second.is_invisible
         && found->second.asked_round + rounds <= round_
         && found->second.asked_us + fade_us < bench::now_us();
}

void judge::judge_page(const call& what, const json::object& result) {
  constexpr std::size_t page_max = 200;
  boost::system::error_code failed;
  auto params = json::parse(what.params, failed);
  const auto* given = failed ? nullptr : params.if_object();
  const auto* asked = given ? given->if_contains("limit") : nullptr;
  const auto* page = result.if_contains("messages");
  if (!page || !page->is_array())
    return;
  auto most = asked && asked->is_int64()
                ? static_cast<std::size_t>(asked->as_int64())
                : page_max;
  if (page->as_array().size() > std::min(most, page_max))
    found_.add("a page longer than asked for", what,
               fmt::format("{} messages", page->as_array().size()));
}

void judge::judge_presences(const call& what, const json::object& result) {
  const auto* all = result.if_contains("presences");
  if (!all || !all->is_array())
    return;
  for (const auto& each : all->as_array()) {
    const auto& view = each.as_object();
    auto about = seen_.find_person(view.at("user").as_string());
    if (about == nobody || about == what.by || view.at("status") == "offline")
      continue;
    if (is_invisible(about))
      found_.add("shown who is invisible", what, json::serialize(view));
    if (is_settled('b', std::min(what.by, about), std::max(what.by, about))
        && blocked(what.by, about))
      found_.add("presence across a block", what, json::serialize(view));
  }
}

// Learns from a call whose outcome is known, or that it never will be.
void judge::settle_call(call& what) {
  if (what.ended == outcome::unsent)
    return;
  if (what.is("presence.set"))
    settle_appearance(what);
  // Two in one round may have come in either order.
  if (what.is("report.create") && what.ended != outcome::refused) {
    auto [first, is_new] = reports_.try_emplace(pair_key(what.by, what.subject),
                                                round_, what.number);
    if (!is_new && first->second.first == round_)
      first->second.second = 0;
  }
  if (what.place == nobody && !what.place_id.empty())
    what.place = seen_.find(what.place_id);
  for (auto mark : what.marks)
    if (auto& each = canaries_.at(mark); each.place == nobody)
      each.place = what.place;
  if (what.ended == outcome::unknown || what.code == 503) {
    claim(what, old_claims_);
    for (auto mark : what.marks)
      canaries_.at(mark).is_uncertain = true;
    if (what.is("user.block") || what.is("user.unblock"))
      touched_round_[relation('b', std::min(what.by, what.subject),
                              std::max(what.by, what.subject))]
        = std::numeric_limits<std::uint64_t>::max();
    return;
  }
  if (what.ended != outcome::done)
    return;
  if (what.is("user.block"))
    blocks_.insert(pair_key(what.by, what.subject));
  if (what.is("user.unblock"))
    blocks_.erase(pair_key(what.by, what.subject));
  if (what.place == nobody || what.is_duplicate || what.answered_seq == 0)
    return;
  const auto* found = seen_.conversations()[what.place].find(what.answered_seq);
  if (!found || found->by != what.by)
    return;
  for (auto index : what.marks) {
    auto& mark = canaries_.at(index);
    if (mark.seq != 0)
      continue;
    if (what.is("message.edit") && found->kind == entry_kind::edited) {
      mark.seq = what.answered_seq;
      mark.target = what.seq;
    } else if (found->kind == entry_kind::message) {
      mark.seq = what.answered_seq;
    }
  }
}

void judge::judge_answer(const call& what) {
  if (what.ended == outcome::waiting)
    return found_.add("no answer", what, "");
  if (what.ended == outcome::unknown || what.ended == outcome::unsent
      || what.code == 503)
    return;
  if (what.by != nobody && what.ended == outcome::done
      && is_settled('k', what.by, 0)) {
    auto found = sanctions_.find(what.by);
    auto now = found == sanctions_.end() ? sanction{} : found->second;
    if (now.banned && what.method)
      found_.add("done for who is banned", what, "");
    if (now.muted && speaks(what) && !what.is_duplicate)
      found_.add("said by who is muted", what, "");
  }
  if (what.method && what.ended == outcome::refused
      && !what.method->errors.contains(what.code) && what.code > 0
      && what.code != 413 && !(what.code == 403 && !is_settled('k', what.by, 0))
      && !(what.code == 403 && sanctions_.contains(what.by)))
    found_.add("an error against the specification", what, "");
  if (what.place == nobody)
    return;
  const auto& place = seen_.conversations()[what.place];
  if (what.ended == outcome::done)
    judge_success(what, place);
  else
    judge_refusal(what, place);
}

void judge::judge_success(const call& what, const conversation& place) {
  if (writes_log(what) && what.answered_seq > place.known_upto)
    found_.add("acknowledged, and not in the log", what,
               fmt::format("the log ends at {}", place.known_upto));
  if (what.is("message.send") || what.is("/v1/messages")) {
    const auto* found = place.find(what.answered_seq);
    if (!found || found->kind != entry_kind::message || found->by != what.by
        || (found->said != hash_of(what.client_id) && !found->is_gone))
      found_.add("acknowledged, and something else in the log", what, "");
    auto [one, other] = seen_.pair_of(place.id);
    if (place.kind == 'd' && one != nobody && !what.is_duplicate
        && is_settled('b', std::min(one, other), std::max(one, other))
        && blocked(one, other))
      found_.add("said across a block", what, "");
  }
  if (what.is("conversation.update") && what.sets_public && what.is_valid
      && is_settled('m', what.place, what.by)
      && place.rank_of(what.by) != rank::owner)
    found_.add("made public by no owner", what, "");
  if (reads(what) && place.kind != 'm' && is_settled('m', what.place, what.by)
      && place.rank_of(what.by) == rank::none)
    found_.add("done for who is no member", what, "");
  // Who has reported somebody is answered with that report again.
  if (what.is("report.create") && what.subject != nobody
      && reports_.at(pair_key(what.by, what.subject)).second == what.number
      && what.is_valid && place.kind != 'm'
      && is_settled('m', what.place, what.by)
      && place.rank_of(what.by) == rank::none
      && what.params.find(place.id) != std::string::npos)
    found_.add("evidence for who is no member", what, "");
}

// A member is not refused what any member may; a stranger is not told whether
// there is such a conversation.
void judge::judge_refusal(const call& what, const conversation& place) {
  auto is_settled_here
    = is_settled('m', what.place, what.by) && is_settled('s', what.place, 0)
      && is_settled('k', what.by, 0) && !sanctions_.contains(what.by);
  constexpr std::uint64_t rounds = 2;
  if (!what.is_valid || place.kind == 'm' || !is_settled_here
      || place.known_upto == 0 || round_ < place.changed_round + rounds)
    return;
  auto is_read = what.is("message.history") || what.is("conversation.get");
  auto rank_now = place.rank_of(what.by);
  if (is_read && rank_now != rank::none
      && (what.code == 403 || what.code == 404)
      && !seen_.people()[what.by].is_guest)
    found_.add("refused to a member", what, "");
  if (is_read && what.code == 403 && !place.was_ever_there(what.by)
      && place.kind == 'd' && !seen_.people()[what.by].is_guest)
    found_.add("told that two have talked", what, "");
}

} // namespace parley::hostile
