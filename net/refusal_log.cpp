#include "net/refusal_log.hpp"

#include "net/steady_ms.hpp"

#include <string>
#include <utility>

namespace parley::net {

namespace {

constexpr std::int64_t sweep_every_ms = 1000;

} // namespace

void refusal_log::note(std::string_view event, std::string_view address,
                       const log::field& what) {
  auto now = steady_ms();
  std::string key{event};
  key.append(1, ' ').append(address);
  auto quiet = addresses_.take(key, now) > 0;
  std::int64_t left_out = 0;
  {
    std::lock_guard lock{guard_};
    if (now - swept_ms_ >= sweep_every_ms) {
      swept_ms_ = now;
      addresses_.forget_full(now);
    }
    if (quiet || all_.take(of_all, now) > 0) {
      ++left_out_;
      return;
    }
    left_out = std::exchange(left_out_, 0);
  }
  log::info(event, {{"address", address}, what, {"left_out", left_out}});
}

} // namespace parley::net
