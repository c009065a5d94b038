#include "actors/user_call.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace parley::actors {

namespace {

constexpr const char* nothing = "null";

std::string because(std::string_view reason) {
  return R"({"reason":")" + std::string{reason} + R"("})";
}

bool begins_call(signal_kind kind) {
  return kind == signal_kind::ring || kind == signal_kind::offer;
}

} // namespace

void user_call::begin(const conversation_id& conversation) {
  conversation_ = conversation;
  session_ = 0;
  gone_since_ = 0;
}

void user_call::leave_match_for(signal_kind kind, const conversation_id& next) {
  auto both_match = active()
                    && kind_of(conversation_) == conversation_kind::match
                    && kind_of(next) == conversation_kind::match;
  if (both_match && begins_call(kind) && next != conversation_)
    others_.clear();
}

bool user_call::is_in(const conversation_id& conversation) const {
  return active() && conversation == conversation_;
}

// -- the user's own signals ---------------------------------------------------

result<void> user_call::may_signal(session_id from, const place_signal& m,
                                   bool is_newer) const {
  if (!begins_call(m.kind) && !is_in(m.conversation))
    return error{errc::not_found, "there is no such call"};
  if (!active())
    return {};
  if (m.conversation != conversation_)
    return error{errc::conflict, "you are in another call"};
  auto takes_over = is_newer && m.kind == signal_kind::offer;
  if (session_ != 0 && session_ != from && gone_since_ == 0 && !takes_over)
    return error{errc::conflict, "another of your devices has the call"};
  return {};
}

call_step user_call::place(session_id from, const place_signal& m,
                           timestamp_ms now, bool is_newer) {
  if (m.kind == signal_kind::hangup)
    return place_hangup(from, m);
  leave_match_for(m.kind, m.conversation);
  call_step out;
  out.verdict = may_signal(from, m, is_newer);
  if (!out.verdict)
    return out;
  if (begins_call(m.kind))
    return place_call(from, m, now);
  if (m.kind == signal_kind::answer) {
    take_over(from, out);
    for (const auto& user : m.to)
      if (auto other = others_.find(user); other != others_.end())
        out.answers |= std::exchange(other->second, 0) != 0;
  }
  pass_on(m, out);
  return out;
}

call_step user_call::place_call(session_id from, const place_signal& m,
                                timestamp_ms now) {
  call_step out;
  out.begins = !active();
  if (out.begins)
    begin(m.conversation);
  take_over(from, out);
  for (const auto& user : m.to)
    others_.try_emplace(user, now + opts_.ring.count());
  pass_on(m, out);
  return out;
}

call_step user_call::place_hangup(session_id from, const place_signal& m) {
  call_step out;
  auto ended = m;
  // A node that has died has forgotten the call, and the browsers have not.
  if (!is_in(m.conversation)) {
    ended.data = nothing;
    if (!m.ends_only)
      pass_on(ended, out);
    return out;
  }
  out.verdict = may_signal(from, m);
  if (!out.verdict)
    return out;
  if (m.ends_only)
    ended.data = nothing;
  if (m.to_all || m.to.empty()) {
    ended.to.clear();
    for (const auto& [user, until] : others_)
      ended.to.push_back(user);
  } else {
    std::erase_if(ended.to,
                  [&](const auto& user) { return !others_.contains(user); });
  }
  pass_on(ended, out);
  for (const auto& user : ended.to)
    if (others_.erase(user) != 0 && session_ == 0)
      tell_end(user, "declined", from, out);
  return out;
}

call_step user_call::drop(const user_id& other) {
  call_step out;
  if (!others_.contains(other))
    return out;
  hang_up_on(other, conversation_, "offline", out);
  tell({conversation_, other, signal_kind::hangup, because("offline")}, out);
  others_.erase(other);
  return out;
}

/// The session has the call from now on; where it rang on others, it does no
/// more.
void user_call::take_over(session_id from, call_step& out) {
  if (session_ == 0)
    for (const auto& [user, until] : others_)
      tell_end(user, "answered_elsewhere", from, out);
  session_ = from;
  gone_since_ = 0;
}

void user_call::pass_on(const place_signal& m, call_step& out) const {
  for (const auto& user : m.to)
    out.pass.push_back({user, {m.conversation, self_, m.kind, m.data}});
}

// -- those of others ----------------------------------------------------------

call_step user_call::take(const take_signal& m, bool reachable,
                          timestamp_ms now) {
  leave_match_for(m.kind, m.conversation);
  call_step out;
  if (begins_call(m.kind)) {
    if (auto why = why_not(m, reachable); !why.empty()) {
      hang_up_on(m.from, m.conversation, why, out);
      return out;
    }
    if (!active())
      begin(m.conversation);
    others_.try_emplace(m.from, now + opts_.ring.count());
  } else if (!is_in(m.conversation) || !others_.contains(m.from)) {
    // What is late, or of a call that the node has forgotten and a browser
    // may not have.
    if (m.kind == signal_kind::hangup && !active() && reachable)
      tell({m.conversation, m.from, m.kind, m.data}, out);
    return out;
  }
  if (m.kind == signal_kind::answer)
    others_[m.from] = 0;
  tell({m.conversation, m.from, m.kind, m.data}, out);
  if (m.kind == signal_kind::hangup)
    others_.erase(m.from);
  return out;
}

std::string_view user_call::why_not(const take_signal& m,
                                    bool reachable) const {
  if (is_in(m.conversation) && others_.contains(m.from))
    return {};
  if (!reachable)
    return "offline";
  auto full = others_.size() >= limits::call_users_max;
  return active() && (m.conversation != conversation_ || full) ? "busy" : "";
}

void user_call::hang_up_on(const user_id& user,
                           const conversation_id& conversation,
                           std::string_view reason, call_step& out) const {
  out.hung_up = reason;
  out.pass.push_back(
    {user, {conversation, self_, signal_kind::hangup, because(reason)}});
}

void user_call::tell(signal what, call_step& out) const {
  out.tell.push_back({std::move(what), session(), 0});
}

void user_call::tell_end(const user_id& user, std::string_view reason,
                         session_id except, call_step& out) const {
  out.tell.push_back(
    {{conversation_, user, signal_kind::hangup, because(reason)}, 0, except});
}

// -- time ---------------------------------------------------------------------

void user_call::note_session(bool is_there, timestamp_ms now) {
  if (is_there)
    gone_since_ = 0;
  else if (gone_since_ == 0)
    gone_since_ = now;
}

std::optional<timestamp_ms> user_call::due() const {
  std::optional<timestamp_ms> first;
  auto note
    = [&](timestamp_ms at) { first = std::min(first.value_or(at), at); };
  for (const auto& [user, until] : others_)
    if (until != 0)
      note(until);
  if (active() && gone_since_ != 0)
    note(gone_since_ + opts_.grace.count());
  return first;
}

call_step user_call::expire(timestamp_ms now) {
  call_step out;
  if (active() && gone_since_ != 0
      && gone_since_ + opts_.grace.count() <= now) {
    for (const auto& [user, until] : std::exchange(others_, {}))
      hang_up_on(user, conversation_, "gone", out);
    return out;
  }
  for (auto i = others_.begin(); i != others_.end();) {
    if (i->second == 0 || i->second > now) {
      ++i;
      continue;
    }
    out.hung_up = "timeout";
    tell({conversation_, i->first, signal_kind::hangup, because("timeout")},
         out);
    i = others_.erase(i);
  }
  return out;
}

} // namespace parley::actors
