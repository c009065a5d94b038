#include "bench/load/coordinator.hpp"
#include "bench/load/scenario.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace parley::bench {
namespace {

std::string faults_of(const std::string& yaml) {
  auto got = read_scenario(yaml, {});
  return got ? "" : got.error().detail;
}

TEST(scenario_test, has_what_holds_for_all_and_what_for_one) {
  options base;
  base.nodes = {"127.0.0.1:8080"};
  auto got = read_scenario("all: {sessions: 50, window: 2}\n"
                           "runs:\n"
                           "  - {name: a, workload: pairs}\n"
                           "  - {name: b, workload: room, window: 7}\n",
                           base);
  ASSERT_TRUE(got) << got.error().detail;
  ASSERT_EQ(got->size(), 2u);
  EXPECT_EQ((*got)[0].opts.sessions, 50u);
  EXPECT_EQ((*got)[0].opts.window, 2u);
  EXPECT_EQ((*got)[1].name, "b");
  EXPECT_EQ((*got)[1].opts.workload, "room");
  EXPECT_EQ((*got)[1].opts.window, 7u);
  EXPECT_EQ((*got)[1].opts.nodes, base.nodes);
}

TEST(scenario_test, names_all_that_is_wrong) {
  auto faults = faults_of("al: {}\nall: {windows: 1}\n"
                          "runs: [{workload: pairs}, {name: a, sessions: -3}, "
                          "{name: a}]\n");
  for (const auto* one :
       {"unknown key 'al'", "all: unknown key 'windows'", "run 1 has no name",
        "'sessions' has a value of the wrong kind", "two runs 'a'"})
    EXPECT_NE(faults.find(one), std::string::npos) << one << ": " << faults;
}

TEST(scenario_test, refuses_what_is_no_scenario) {
  for (const auto* wrong : {"", "a", "[1]", "runs: 1", "runs: []", "{", "a: ["})
    EXPECT_NE(faults_of(wrong), "") << wrong;
}

TEST(scenario_test, reads_the_scenarios_that_come_with_it) {
  options base;
  base.nodes = {"127.0.0.1:8080"};
  for (const auto* name :
       {"peers.yaml", "quick.yaml", "smoke.yaml", "standard.yaml"}) {
    std::string path{PARLEY_SOURCE_DIR "/bench/load/scenarios/"};
    path += name;
    std::ifstream in{path};
    std::ostringstream text;
    text << in.rdbuf();
    auto got = read_scenario(text.str(), base);
    ASSERT_TRUE(got) << name << ": " << got.error().detail;
    for (const auto& one : *got)
      EXPECT_TRUE(check(one.opts)) << one.name;
  }
}

} // namespace
} // namespace parley::bench
