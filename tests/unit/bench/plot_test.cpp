#include "bench/load/plot.hpp"

#include <gtest/gtest.h>

namespace parley::bench {
namespace {

TEST(plot_test, draws_what_was_measured_and_no_nonsense) {
  run_result run;
  run.name = "pairs";
  for (int i = 1; i <= 20; ++i)
    run.moments.push_back({i * 0.5, 1000.0 * i, 900.0 * i, 200, 3000, 90'000});
  for (std::uint64_t i = 0; i < 1000; ++i)
    run.acknowledged.record(100 + i * i);
  auto svg = plot(run);
  EXPECT_TRUE(svg.starts_with("<svg"));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  EXPECT_NE(svg.find("pairs: messages a second"), std::string::npos);
  EXPECT_NE(svg.find("99.9 %"), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
}

TEST(plot_test, draws_a_run_in_which_nothing_happened) {
  run_result run;
  run.moments.push_back({0.25});
  for (const auto& svg : {plot(run), plot(run_result{})}) {
    EXPECT_TRUE(svg.ends_with("</svg>\n"));
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    EXPECT_EQ(svg.find("inf"), std::string::npos);
  }
}

} // namespace
} // namespace parley::bench
