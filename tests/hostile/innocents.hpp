#pragma once

#include "base/error.hpp"
#include "bench/load/histogram.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <netinet/in.h>
#include <string>
#include <thread>

namespace parley::hostile {

/// Two who do nothing wrong: they talk to one another on sockets and a thread
/// of their own, and the time from sending to being told is measured.
class innocents {
public:
  /// Signs them up and begins.
  static result<std::unique_ptr<innocents>> begin(const sockaddr_in& node);
  ~innocents();
  innocents(const innocents&) = delete;
  innocents& operator=(const innocents&) = delete;

  static constexpr const char* first = "innocent-ann";
  static constexpr const char* second = "innocent-ben";

  /// What was measured since the last call.
  struct measure {
    std::uint64_t count = 0;
    std::uint64_t p99_us = 0;
    std::uint64_t max_us = 0;
    /// Sent and not told within 10 s.
    std::uint64_t lost = 0;
  };
  measure take();

private:
  innocents() = default;
  void talk(sockaddr_in node, std::string token, std::string other_token);

  bench::histogram took_ = {};
  bench::histogram taken_ = {};
  std::atomic<std::uint64_t> lost_ = 0;
  std::atomic<bool> over_ = false;
  std::thread thread_ = {};
};

} // namespace parley::hostile
