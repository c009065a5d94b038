#include "bench/load/report.hpp"
#include "bench/load/result.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace parley::bench {
namespace {

run_result some_run(std::uint64_t acknowledged) {
  run_result out;
  out.name = "pairs";
  out.opts.nodes = {"127.0.0.1:8080"};
  out.seconds = 2;
  out.measured[static_cast<std::size_t>(count::acknowledged)] = acknowledged;
  out.measured[static_cast<std::size_t>(count::delivered)] = acknowledged;
  out.server_cpu_us = 1'000'000;
  out.acknowledged.record(300, acknowledged);
  return out;
}

double value_of(const std::vector<metric>& in, const std::string& name) {
  auto is_it = [&](const metric& one) { return one.name == name; };
  auto at = std::find_if(in.begin(), in.end(), is_it);
  return at == in.end() ? -1 : at->value;
}

TEST(result_test, says_what_a_message_costs) {
  auto metrics = metrics_of(some_run(50'000));
  EXPECT_EQ(value_of(metrics, "acknowledged a second"), 25'000);
  EXPECT_EQ(value_of(metrics, "server CPU a message"), 20);
  EXPECT_EQ(value_of(metrics, "messages a server CPU second"), 50'000);
  EXPECT_EQ(value_of(metrics, "acknowledged p99"), 300);
  EXPECT_EQ(value_of(metrics, "call p99"), -1);
}

TEST(result_test, is_not_correct_with_a_message_lost) {
  auto run = some_run(10);
  EXPECT_TRUE(is_correct(run));
  for (auto wrong : {count::lost, count::duplicates, count::order_errors,
                     count::missing, count::wrong}) {
    auto bad = run;
    bad.total[static_cast<std::size_t>(wrong)] = 1;
    EXPECT_FALSE(is_correct(bad)) << name_of(wrong);
    EXPECT_NE(as_text(bad).find("NOT CORRECT"), std::string::npos);
  }
}

TEST(result_test, reads_the_metrics_it_wrote) {
  auto run = some_run(50'000);
  auto read = read_metrics(to_json({run}));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 1u);
  EXPECT_EQ(read->front().run, "pairs");
  auto wrote = metrics_of(run);
  ASSERT_EQ(read->front().metrics.size(), wrote.size());
  for (const auto& one : wrote)
    EXPECT_NEAR(value_of(read->front().metrics, one.name), one.value, 0.001);
}

TEST(result_test, refuses_what_it_did_not_write) {
  for (const auto* wrong : {"", "[]", "{}", R"({"runs":1})", R"({"runs":[{}]})",
                            R"({"runs":[{"name":"a","metrics":[{}]}]})"})
    EXPECT_FALSE(read_metrics(wrong)) << wrong;
}

TEST(result_test, compares_by_ratio_and_says_which_is_better) {
  auto a = *read_metrics(to_json({some_run(50'000)}));
  auto b = *read_metrics(to_json({some_run(100'000)}));
  auto text = comparison(a, b);
  auto line_of = [&](const std::string& name) {
    auto at = text.find("  " + name);
    return text.substr(at, text.find('\n', at) - at);
  };
  EXPECT_NE(line_of("acknowledged a second").find("2.000  better"),
            std::string::npos);
  EXPECT_NE(line_of("server CPU a message").find("0.500  better"),
            std::string::npos);
  EXPECT_EQ(line_of("acknowledged p99").find("better"), std::string::npos);
}

TEST(result_test, names_runs_that_only_one_has) {
  auto a = *read_metrics(to_json({some_run(10)}));
  auto b = a;
  b[0].run = "other";
  auto text = comparison(a, b);
  EXPECT_NE(text.find("pairs: only in the first"), std::string::npos);
  EXPECT_NE(text.find("other: only in the second"), std::string::npos);
}

TEST(report_test, tells_the_median_of_runs_of_one_name) {
  auto text = heading({some_run(30'000), some_run(10'000), some_run(20'000)});
  EXPECT_NE(text.find("| pairs | 10000 |"), std::string::npos) << text;
  EXPECT_NE(text.find("| yes, 3 times |"), std::string::npos) << text;
}

TEST(report_test, compares_a_run_with_its_floor) {
  auto floor = some_run(50'000);
  floor.name = "pairs/synced";
  auto text = heading({some_run(25'000), floor});
  EXPECT_NE(text.find("| pairs | synced | 0.50 | 2.00 |"), std::string::npos)
    << text;
}

} // namespace
} // namespace parley::bench
