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

result<void> may_speak(timestamp_ms muted_until, timestamp_ms now) {
  if (muted_until == 0 || (muted_until > 0 && muted_until <= now))
    return {};
  return error{errc::forbidden, "muted"};
}

const method* find_method(std::string_view name) {
  auto all = methods();
  auto at = std::lower_bound(
    all.begin(), all.end(), name,
    [](const method& m, std::string_view wanted) { return m.name < wanted; });
  return at != all.end() && at->name == name ? &*at : nullptr;
}

} // namespace parley::net::rpc
