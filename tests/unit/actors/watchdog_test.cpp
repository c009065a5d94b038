#include "actors/watchdog.hpp"
#include "base/ids.hpp"
#include "base/metrics.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace parley::actors {
namespace {

const auto key = cluster::key_of(user_id{"alice"});

double slow_handlers() {
  return metrics::counter("entity_slow_handlers_total",
                          "Handlers that ran for too long.")
    .Value();
}

double old_messages() {
  return metrics::counter("entity_old_messages_total",
                          "Commands that waited for too long.")
    .Value();
}

TEST(watchdog_test, reports_a_slow_handler_once) {
  watchdog dog{{std::chrono::milliseconds{0}, std::chrono::hours{1}}};
  auto before = slow_handlers();
  dog.look();
  EXPECT_EQ(slow_handlers(), before);
  {
    watchdog::scope handling{dog, key, "send_message", steady_us()};
    dog.look();
    dog.look();
    EXPECT_EQ(slow_handlers(), before + 1);
  }
  dog.look();
  EXPECT_EQ(slow_handlers(), before + 1);
  watchdog::scope again{dog, key, "send_message", steady_us()};
  dog.look();
  EXPECT_EQ(slow_handlers(), before + 2);
}

TEST(watchdog_test, leaves_a_quick_handler_alone) {
  watchdog dog{{std::chrono::hours{1}, std::chrono::hours{1}}};
  auto before = slow_handlers();
  watchdog::scope handling{dog, key, "send_message", steady_us()};
  dog.look();
  EXPECT_EQ(slow_handlers(), before);
}

TEST(watchdog_test, reports_a_message_that_waited) {
  watchdog dog{{std::chrono::hours{1}, std::chrono::seconds{5}}};
  auto before = old_messages();
  { watchdog::scope handling{dog, key, "x", steady_us() - 4'000'000}; }
  EXPECT_EQ(old_messages(), before);
  { watchdog::scope handling{dog, key, "x", steady_us() - 5'100'000}; }
  EXPECT_EQ(old_messages(), before + 1);
}

TEST(watchdog_test, sees_every_thread) {
  watchdog dog{{std::chrono::milliseconds{0}, std::chrono::hours{1}}};
  auto before = slow_handlers();
  watchdog::scope mine{dog, key, "x", steady_us()};
  std::thread{[&] {
    watchdog::scope theirs{dog, key, "y", steady_us()};
    dog.look();
  }}.join();
  EXPECT_EQ(slow_handlers(), before + 2);
}

TEST(watchdog_test, is_not_confused_by_one_that_was_before) {
  for (int i = 0; i < 3; ++i) {
    watchdog dog{{std::chrono::milliseconds{0}, std::chrono::hours{1}}};
    auto before = slow_handlers();
    watchdog::scope handling{dog, key, "x", steady_us()};
    dog.look();
    EXPECT_EQ(slow_handlers(), before + 1);
  }
}

} // namespace
} // namespace parley::actors
