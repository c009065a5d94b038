#pragma once

#include "base/log.hpp"
#include "base/token_bucket.hpp"
#include "net/rate_table.hpp"

#include <cstdint>
#include <mutex>
#include <string_view>

namespace parley::net {

/// Logs that somebody was refused, at level info and with the address, for
/// people and for tools that keep addresses out (fail2ban). Bounded by address
/// and in all, so that an attack neither fills the disk nor hides behind
/// another; what was left out is counted in the next line. Safe to call from
/// any thread.
class refusal_log {
public:
  /// `what` is one more field.
  void note(std::string_view event, std::string_view address,
            const log::field& what = {"count", 1});

private:
  static constexpr rate of_one{0.5, 10};
  static constexpr rate of_all{50, 500};

  rate_table addresses_{of_one};
  std::mutex guard_;
  token_bucket all_;
  std::int64_t left_out_ = 0;
  std::int64_t swept_ms_ = 0;
};

} // namespace parley::net
