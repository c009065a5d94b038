#include "node/arrival_log.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace parley::node {
namespace {

const queue_name queue{"default"};
const user_id ann{"ann"};
const user_id bob{"bob"};

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream in{path};
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);)
    out.push_back(line);
  return out;
}

std::string who(const std::string& line) {
  auto at = line.find("\"who\":");
  return line.substr(at, line.find(',', at) - at);
}

TEST(arrival_log_test, notes_what_replay_reads_and_no_handles) {
  test::temp_dir dir;
  match::raw_wishes said;
  said.self = {{"age", false, {}, {25}}, {"language", false, {"en", "de"}, {}}};
  said.want = {{"gender", true, {}, {}}};
  said.widen = {{20'000, {{"age", false, {}, {20, 30}}}}};
  said.give_up_ms = 60'000;
  {
    arrival_log log{dir.path().string()};
    log.arrived(queue, ann, 2'000, said);
    log.arrived(queue, bob, 1'000, {});
    log.left(queue, ann, 3'000);
  }
  auto lines = lines_of(dir.path().string() + "/arrivals-default.jsonl");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_NE(
    lines[0].find(R"("enqueue":{"self":{"age":25,"language":["en","de"]},)"
                  R"("want":{"gender":null},"widen":[{"after_ms":20000,)"
                  R"("want":{"age":[20,30]}}],"give_up_ms":60000}})"),
    std::string::npos)
    << lines[0];
  EXPECT_TRUE(lines[1].starts_with(R"({"at":2000,)")) << "time goes on";
  EXPECT_TRUE(lines[2].ends_with(R"(,"cancel":true})"));
  EXPECT_EQ(who(lines[0]), who(lines[2]));
  EXPECT_NE(who(lines[0]), who(lines[1]));
  for (const auto& line : lines)
    EXPECT_EQ(line.find("ann"), std::string::npos);
}

} // namespace
} // namespace parley::node
