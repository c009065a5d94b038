#pragma once

#include "base/error.hpp"
#include "bench/load/histogram.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace parley::bench {

/// What is counted. Names for people and JSON: `name_of`.
enum class count : std::uint8_t {
  sent,
  acknowledged,
  delivered,
  delivered_again,
  duplicates,
  order_errors,
  refused,
  retries,
  timeouts,
  opened,
  connections_lost,
  connections_refused,
  syncs,
  gaps,
  calls,
  lost,
  verified,
  missing,
  wrong,
};

inline constexpr std::size_t counts = 19;

std::string_view name_of(count what);

/// What the whole run is doing. The coordinator moves it on, all workers
/// follow.
enum class phase : int { set_up, warm_up, measure, drain, verify, over };

/// One worker's figures; it alone writes them.
struct tally {
  std::array<std::atomic<std::uint64_t>, counts> of{};
  std::atomic<std::int64_t> cpu_us = 0;
  /// The last phase of which it has done everything.
  std::atomic<int> done = -1;
  std::atomic<bool> failed = false;
  std::array<char, 512> why{};
  /// Sessions that are connected, authenticated and caught up.
  std::atomic<std::uint64_t> here = 0;
  /// Answers; messages at their receivers; sessions until they were caught up
  /// again; calls that are no sends.
  histogram acknowledged;
  histogram delivered;
  histogram back;
  histogram calls;

  void add(count what, std::uint64_t n = 1) {
    auto& to = of[static_cast<std::size_t>(what)];
    to.store(to.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }

  std::uint64_t value(count what) const {
    return of[static_cast<std::size_t>(what)].load(std::memory_order_relaxed);
  }

  /// The run cannot go on. The first reason is kept.
  void fail(std::string_view reason);
};

/// Memory that the coordinator and its workers share: made before they are
/// forked, and the only thing they speak through.
class board {
public:
  static result<board> open(std::size_t workers);

  board(board&& other) noexcept;
  board& operator=(board&&) = delete;
  ~board();

  phase now() const {
    return static_cast<phase>(head_->now.load(std::memory_order_acquire));
  }
  void move_to(phase next) {
    head_->now.store(static_cast<int>(next), std::memory_order_release);
  }

  /// Since when latencies count, by `now_us`; 0 before.
  std::int64_t measured_from_us() const {
    return head_->measured_from_us.load(std::memory_order_relaxed);
  }
  /// Whether what was to begin then counts.
  bool counts_since(std::int64_t at_us) const {
    auto from = measured_from_us();
    return from != 0 && at_us >= from;
  }
  void measure_from(std::int64_t at_us) {
    head_->measured_from_us.store(at_us, std::memory_order_relaxed);
  }

  std::span<tally> tallies() {
    return {tallies_, workers_};
  }

private:
  struct head {
    std::atomic<int> now = 0;
    std::atomic<std::int64_t> measured_from_us = 0;
  };

  board(void* memory, std::size_t bytes, std::size_t workers);

  void* memory_;
  std::size_t bytes_;
  std::size_t workers_;
  head* head_;
  tally* tallies_;
};

} // namespace parley::bench
