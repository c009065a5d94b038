#include "conf/entries.hpp"
#include "conf/keys.hpp"
#include "conf/load.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace parley::conf {
namespace {

std::vector<std::string> lines_of_example() {
  std::ifstream in{PARLEY_NODE_YAML};
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);)
    out.push_back(line);
  return out;
}

entries example() {
  std::string yaml;
  for (const auto& line : lines_of_example())
    yaml += line + "\n";
  entries out;
  std::vector<std::string> faults;
  add_yaml(yaml, "node.yaml", out, faults);
  EXPECT_TRUE(faults.empty());
  return out;
}

std::vector<std::string> names() {
  std::vector<std::string> out;
  auto note = [&](const auto& key, const auto&) { out.emplace_back(key.name); };
  const config defaults;
  for_each_key(defaults, note);
  return out;
}

TEST(node_yaml_test, has_the_defaults) {
  EXPECT_EQ(load(PARLEY_NODE_YAML).value(), config{});
}

TEST(node_yaml_test, names_every_key) {
  auto given = example();
  for (const auto& name : names())
    EXPECT_TRUE(given.contains(name)) << name;
  EXPECT_EQ(given.size(), names().size());
}

TEST(node_yaml_test, says_of_every_key_what_it_means) {
  auto lines = lines_of_example();
  for (const auto& [name, given] : example()) {
    auto number = std::stoul(given.where.substr(given.where.find(':') + 1));
    ASSERT_GE(number, 2u);
    const auto& above = lines[number - 2];
    auto text = above.find_first_not_of(' ');
    EXPECT_TRUE(text != std::string::npos && above[text] == '#') << name;
  }
}

} // namespace
} // namespace parley::conf
