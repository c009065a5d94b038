#include "base/metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace parley::metrics {
namespace {

TEST(metrics_test, the_same_name_and_labels_are_the_same_metric) {
  auto& a = counter("test_same_total", "Same.", {{"kind", "a"}});
  auto& b = counter("test_same_total", "Same.", {{"kind", "b"}});
  EXPECT_NE(&a, &b);
  EXPECT_EQ(&a, &counter("test_same_total", "Same.", {{"kind", "a"}}));
}

TEST(metrics_test, scrape_shows_every_kind) {
  counter("test_seen_total", "Seen.").Increment(3);
  gauge("test_open", "Open.").Set(2);
  histogram("test_wait_seconds", "Waits.", latency_bounds()).Observe(0.003);
  auto text = scrape();
  for (const char* part :
       {"# TYPE test_seen_total counter", "test_seen_total 3", "test_open 2",
        "test_wait_seconds_bucket{le=\"0.005\"} 1",
        "test_wait_seconds_count 1"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(metrics_test, scrape_passes_promtool) {
  if (std::system("command -v promtool >/dev/null") != 0)
    GTEST_SKIP() << "promtool is not installed";
  counter("test_linted_total", "Linted.", {{"text", "a\"b\\c\n"}}).Increment();
  gauge("test_linted_bytes", "Linted.").Set(1e18);
  histogram("test_linted_seconds", "Linted.", latency_bounds()).Observe(1);
  auto* promtool = popen("promtool check metrics", "w");
  ASSERT_NE(promtool, nullptr);
  auto text = scrape();
  std::fwrite(text.data(), 1, text.size(), promtool);
  EXPECT_EQ(pclose(promtool), 0) << text;
}

TEST(metrics_death_test, one_name_cannot_be_two_kinds) {
  counter("test_kind_total", "Kind.");
  EXPECT_DEATH(gauge("test_kind_total", "Kind."), "test_kind_total");
}

TEST(metrics_test, latency_bounds_rise_from_50_microseconds_to_10_seconds) {
  const auto& bounds = latency_bounds();
  EXPECT_TRUE(std::is_sorted(bounds.begin(), bounds.end()));
  EXPECT_DOUBLE_EQ(bounds.front(), 50e-6);
  EXPECT_DOUBLE_EQ(bounds.back(), 10);
}

TEST(metrics_test, tell_of_the_process) {
  auto text = scrape();
  for (auto name :
       {"process_cpu_seconds_total", "process_resident_memory_bytes",
        "process_open_fds", "process_max_fds", "process_start_time_seconds",
        "process_threads", "parley_log_lines_dropped_total"}) {
    auto at = text.find(std::string{"\n"} + name + ' ');
    ASSERT_NE(at, std::string::npos) << name;
    EXPECT_GE(std::stod(text.substr(text.find(' ', at + 1))), 0) << name;
  }
}

} // namespace
} // namespace parley::metrics
