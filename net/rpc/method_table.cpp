#include "net/rpc/method_table.hpp"

#include "net/rpc/methods.hpp"

#include <algorithm>
#include <vector>

namespace parley::net::rpc {

namespace {

std::vector<method> collect() {
  std::vector<method> all;
  for (auto group : {session_methods(), conversation_methods(),
                     message_methods(), presence_methods(), user_methods(),
                     call_methods(), match_methods(), moderation_methods()})
    all.insert(all.end(), group.begin(), group.end());
  std::sort(all.begin(), all.end(),
            [](const method& a, const method& b) { return a.name < b.name; });
  return all;
}

} // namespace

std::span<const method> methods() {
  static const auto all = collect();
  return all;
}

bool is_muted(timestamp_ms muted_until, timestamp_ms now) {
  return muted_until < 0 || muted_until > now;
}

result<void> may_call(const method& called, const standing& caller) {
  const auto& right = actors::right_of(called.right);
  if (caller.over_http && right.over != actors::transports::both)
    return error{right.over == actors::transports::session
                   ? errc::forbidden
                   : errc::method_not_found,
                 "only over a WebSocket"};
  if (caller.is_guest && right.guests == actors::guest_right::none)
    return error{errc::forbidden, "guests may not do this: sign up first"};
  if (caller.is_muted && right.muted == actors::muted_right::none)
    return actors::muted_refusal();
  return {};
}

const method* find_method(std::string_view name) {
  auto all = methods();
  auto at = std::lower_bound(
    all.begin(), all.end(), name,
    [](const method& m, std::string_view wanted) { return m.name < wanted; });
  return at != all.end() && at->name == name ? &*at : nullptr;
}

} // namespace parley::net::rpc
