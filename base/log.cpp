#include "base/log.hpp"

#include "base/log_line.hpp"
#include "base/standard_error.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace parley::log {

namespace {

constexpr std::size_t queue_lines_max = 8192;
constexpr std::chrono::seconds flush_patience{2};
// How long a reader that takes nothing delays the lines behind.
constexpr std::chrono::milliseconds reader_patience{500};

/// Writes to standard error and counts the flushes it has carried out. Where
/// nobody reads it, lines are dropped and counted, each at once after the
/// first: neither those who log nor the end of the process wait for a reader.
class stderr_sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
  std::uint64_t lost() const {
    return lost_.load(std::memory_order_relaxed);
  }

  std::uint64_t flushes() {
    std::lock_guard guard{mutex_};
    return flushes_;
  }

  bool wait_for_flush_after(std::uint64_t seen,
                            std::chrono::steady_clock::time_point deadline) {
    std::unique_lock guard{mutex_};
    return flushed_.wait_until(guard, deadline,
                               [&] { return flushes_ > seen; });
  }

private:
  // No formatter: the payload is the line.
  void sink_it_(const spdlog::details::log_msg& msg) override {
    if (!finish_line())
      return lose_one();
    if (!write({msg.payload.data(), msg.payload.size()}))
      return;
    if (auto lost = std::exchange(lost_since_, 0); lost != 0)
      write(format_line(std::chrono::system_clock::now(), level::warning,
                        "log_lines_dropped", {{"lines", lost}}));
  }

  void flush_() override {
    finish_line();
    ++flushes_;
    flushed_.notify_all();
  }

  /// False where a line was begun that can't be ended now.
  bool finish_line() {
    if (rest_.empty())
      return true;
    rest_.erase(0, write_standard_error(rest_, patience()));
    stalled_ = !rest_.empty();
    return !stalled_;
  }

  bool write(std::string_view line) {
    auto written = write_standard_error(line, patience());
    stalled_ = written < line.size();
    if (!stalled_)
      return true;
    if (written == 0)
      lose_one();
    else
      rest_ = line.substr(written);
    return false;
  }

  std::chrono::milliseconds patience() const {
    return stalled_ ? std::chrono::milliseconds{0} : reader_patience;
  }

  void lose_one() {
    ++lost_;
    ++lost_since_;
  }

  std::condition_variable flushed_;
  /// What is left of a line of which the reader has taken a part.
  std::string rest_;
  bool stalled_ = false;
  std::uint64_t lost_since_ = 0;
  std::atomic<std::uint64_t> lost_ = 0;
  std::uint64_t flushes_ = 0;
};

struct writer {
  std::shared_ptr<stderr_sink> sink = std::make_shared<stderr_sink>();
  std::shared_ptr<spdlog::details::thread_pool> pool
    = std::make_shared<spdlog::details::thread_pool>(queue_lines_max, 1);
  std::shared_ptr<spdlog::async_logger> lines
    = std::make_shared<spdlog::async_logger>(
      "parley", sink, pool, spdlog::async_overflow_policy::overrun_oldest);
};

// Never destroyed: whoever logs while the process exits must find it whole.
writer& instance() {
  static auto& only = *new writer;
  return only;
}

std::atomic<level> least_level{level::info};

} // namespace

std::string_view to_string(level at) {
  switch (at) {
    case level::debug: return "debug";
    case level::info: return "info";
    case level::warning: return "warning";
    case level::error: return "error";
    case level::off: break;
  }
  return "off";
}

std::optional<level> parse_level(std::string_view text) {
  for (auto x :
       {level::debug, level::info, level::warning, level::error, level::off})
    if (text == to_string(x))
      return x;
  return std::nullopt;
}

void write(level at, std::string_view event,
           std::initializer_list<field> fields) {
  if (at < least_level.load(std::memory_order_relaxed) || at == level::off)
    return;
  auto now = std::chrono::system_clock::now();
  instance().lines->log(spdlog::level::info,
                        format_line(now, at, event, fields));
}

void set_level(level least) {
  least_level.store(least, std::memory_order_relaxed);
}

// A flush is queued behind the lines, and like them can be overrun by newer
// ones: so it is asked for until one was carried out.
void flush() {
  auto& out = instance();
  auto seen = out.sink->flushes();
  auto deadline = std::chrono::steady_clock::now() + flush_patience;
  while (std::chrono::steady_clock::now() < deadline) {
    out.lines->flush();
    auto soon = std::chrono::steady_clock::now() + flush_patience / 10;
    if (out.sink->wait_for_flush_after(seen, soon))
      return;
  }
}

std::uint64_t dropped() {
  return instance().pool->overrun_counter() + instance().sink->lost();
}

} // namespace parley::log
