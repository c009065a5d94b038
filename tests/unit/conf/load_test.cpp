#include "conf/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace parley::conf {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// What is wrong with the YAML; empty where nothing is.
std::string why(std::string_view yaml,
                const std::vector<std::string>& overrides = {}) {
  auto loaded = parse(yaml, "f.yaml", overrides);
  if (loaded)
    return "";
  EXPECT_EQ(loaded.error().code, errc::bad_config);
  return loaded.error().detail;
}

TEST(load_test, nothing_given_means_the_defaults) {
  EXPECT_EQ(load("").value(), config{});
}

TEST(load_test, takes_secrets_from_files) {
  auto file = std::filesystem::path{testing::TempDir()} / "parley-secret";
  std::ofstream{file} << "sixteen letters+\nand more\n";
  auto given = "cluster.secret_file=" + file.string();
  EXPECT_EQ(parse("", "", std::vector{given}).value().cluster.secret,
            "sixteen letters+");
  EXPECT_THAT(why("cluster: {secret: other}", {given}),
              HasSubstr("exclude each other"));
  std::filesystem::remove(file);
  EXPECT_THAT(why("", {given}), HasSubstr("cluster.secret_file"));
}

TEST(load_test, tokens_of_operators_have_names_and_roles) {
  EXPECT_EQ(why("ops: {tokens: [\"olga:operator:0123456789abcdef\", "
                "\"a.b:reader:with:colons:in:it:\"]}"),
            "");
  for (auto bad : {"olga", "olga:operator", "olga:admin:0123456789abcdef",
                   "Olga:reader:0123456789abcdef", "olga:reader:short",
                   ":reader:0123456789abcdef"})
    EXPECT_THAT(why(std::string{"ops: {tokens: [\""} + bad + "\"]}"),
                HasSubstr("ops.tokens"))
      << bad;
}

TEST(load_test, the_file_changes_what_it_names) {
  config expected;
  expected.client.listen = {"0.0.0.0", 80};
  expected.client.allowed_origins = {"https://a.example", "https://b.example"};
  expected.limits.messages_per_user = {};
  expected.entities.idle_after = 10s;
  auto loaded = parse("client:\n"
                      "  listen: 0.0.0.0:80\n"
                      "  allowed_origins: [https://a.example,"
                      " https://b.example]\n"
                      "limits: {messages_per_user: off}\n"
                      "entities:\n  idle_after: 10s\n"
                      "storage:\n",
                      "f.yaml");
  EXPECT_EQ(loaded.value(), expected);
}

TEST(load_test, an_override_wins_over_the_file) {
  std::vector<std::string> overrides{"node.name=n3", "log.level=debug",
                                     "client.allowed_origins=a://b,c://d"};
  auto loaded = parse("node: {name: n2}", "f.yaml", overrides).value();
  EXPECT_EQ(loaded.node.name, "n3");
  EXPECT_EQ(loaded.log.level, log::level::debug);
  EXPECT_EQ(loaded.client.allowed_origins,
            (std::vector<std::string>{"a://b", "c://d"}));
  overrides = {"client.allowed_origins=[\"a://b\", c://d]"};
  EXPECT_EQ(parse("", "f.yaml", overrides).value().client.allowed_origins,
            loaded.client.allowed_origins)
    << "as node.yaml has it";
  EXPECT_THAT(why("", {"client.allowed_origins=[a"}), HasSubstr("is a list"));
}

TEST(load_test, an_unknown_key_is_a_fault) {
  EXPECT_EQ(why("client:\n  lissen: 0.0.0.0:80\n"),
            "f.yaml:2: client.lissen is not a key of the configuration");
  EXPECT_THAT(why("", {"shards=3"}), HasSubstr("--set: shards is not a key"));
  EXPECT_THAT(why("clients:\n"), HasSubstr("f.yaml:1: clients is not a key"));
}

TEST(load_test, all_faults_are_named_at_once) {
  auto all = why("client:\n  threads: many\n  listen: here\nnoed: x\n",
                 {"log.level=loud"});
  EXPECT_THAT(all, HasSubstr("f.yaml:2: client.threads is a whole number"));
  EXPECT_THAT(all, HasSubstr("f.yaml:3: client.listen not an address"));
  EXPECT_THAT(all, HasSubstr("f.yaml:4: noed is not a key"));
  EXPECT_THAT(all, HasSubstr("--set: log.level is debug"));
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 3);
}

TEST(load_test, a_file_is_one_document) {
  EXPECT_THAT(why("node: {name: a}\n---\nlissen: b\n"),
              HasSubstr("f.yaml: has more than one document"));
  EXPECT_EQ(parse("---\nnode: {name: a}\n...\n", "f.yaml").value().node.name,
            "a");
}

TEST(load_test, a_key_takes_one_value) {
  EXPECT_THAT(why("log: {level: [info]}"), HasSubstr("f.yaml:1: log.level"));
  EXPECT_THAT(why("log:\n  level:\n"), HasSubstr("log.level has no value"));
  EXPECT_THAT(why("log: {level: {a: b}}"), HasSubstr("log.level.a is not"));
}

TEST(load_test, contradictions_are_named_beside_faults_of_other_keys) {
  auto all = why("node: {name: N 1}\nclient: {lissen: 1}\ncluster: {name: c}");
  EXPECT_THAT(all, HasSubstr("client.lissen is not a key"));
  EXPECT_THAT(all, HasSubstr("node.name has 1 to 64"));
  EXPECT_THAT(all, HasSubstr("cluster.secret has at least"));
}

TEST(load_test, values_that_contradict_each_other_are_faults) {
  EXPECT_THAT(why("ops: {listen: 0.0.0.0:9090}"), HasSubstr("ops.token"));
  EXPECT_EQ(why("ops: {listen: 0.0.0.0:9090, token: x}"), "");
  EXPECT_THAT(why("client: {tls: {key: k.pem}}"),
              HasSubstr("client.tls.certificate"));
  EXPECT_THAT(why("auth: {refresh_life: 1m}"), HasSubstr("refresh_life"));
  EXPECT_THAT(why("node: {name: 'N 1'}"), HasSubstr("node.name"));
  EXPECT_THAT(why("data_dir: ''"), HasSubstr("data_dir"));
}

TEST(load_test, yaml_that_is_broken_is_a_fault_with_its_line) {
  EXPECT_THAT(why("a: b\n\tc: d\n"), HasSubstr("f.yaml:2"));
}

class load_file_test : public testing::Test {
protected:
  void SetUp() override {
    auto name = testing::UnitTest::GetInstance()->current_test_info()->name();
    file = std::filesystem::path{testing::TempDir()}
           / ("parley_" + std::string{name} + ".yaml");
  }

  void TearDown() override {
    std::filesystem::remove_all(file);
  }

  void put(const std::string& yaml) {
    std::ofstream{file} << yaml;
  }

  std::filesystem::path file;
};

TEST_F(load_file_test, reads_the_file) {
  put("node: {name: n7}\n");
  EXPECT_EQ(load(file).value().node.name, "n7");
}

TEST_F(load_file_test, a_file_that_is_not_there_is_a_fault) {
  auto loaded = load(file);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, errc::bad_config);
  EXPECT_THAT(loaded.error().detail, HasSubstr(file.string()));
}

TEST_F(load_file_test, a_directory_is_a_fault) {
  std::filesystem::create_directory(file);
  EXPECT_FALSE(load(file));
}

TEST_F(load_file_test, a_file_that_no_configuration_can_be_is_a_fault) {
  put(std::string(2'000'000, '#'));
  EXPECT_FALSE(load(file));
}

} // namespace
} // namespace parley::conf
