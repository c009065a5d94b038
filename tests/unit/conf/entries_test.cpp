#include "conf/entries.hpp"

#include <gtest/gtest.h>

namespace parley::conf {
namespace {

class entries_test : public testing::Test {
protected:
  void add(std::string_view yaml) {
    add_yaml(yaml, "f.yaml", found, faults);
  }

  entries found;
  std::vector<std::string> faults;
};

TEST_F(entries_test, have_full_names_and_places) {
  add("a: 1\nb:\n  c:\n    d: two\n  e: [x, y]\nf:\n");
  EXPECT_TRUE(faults.empty());
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found["a"].texts, std::vector<std::string>{"1"});
  EXPECT_EQ(found["b.c.d"].where, "f.yaml:4");
  EXPECT_EQ(found["b.e"].kind, entry_kind::list);
  EXPECT_EQ(found["b.e"].texts, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(found["f"].kind, entry_kind::empty);
}

TEST_F(entries_test, an_empty_document_has_none) {
  add("");
  add("# nothing but a comment\n");
  EXPECT_TRUE(faults.empty());
  EXPECT_TRUE(found.empty());
}

TEST_F(entries_test, a_name_given_twice_is_a_fault) {
  add("a:\n  b: 1\na.b: 2\n");
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0], "f.yaml:3: a.b is there already, at f.yaml:2");
}

TEST_F(entries_test, what_is_not_yaml_is_a_fault_with_its_line) {
  add("a: 1\nb: [1\n");
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_TRUE(faults[0].starts_with("f.yaml:")) << faults[0];
}

TEST_F(entries_test, what_is_not_a_map_is_a_fault) {
  add("just a text");
  add("[a, b]");
  EXPECT_EQ(faults.size(), 2u);
}

TEST_F(entries_test, lists_and_keys_are_plain) {
  add("a: [[1]]\n? [k]\n: v\n");
  EXPECT_EQ(faults.size(), 2u);
}

TEST_F(entries_test, a_document_that_holds_itself_ends_somewhere) {
  add("a: &x\n  b: *x\n");
  EXPECT_FALSE(faults.empty());
  std::string wide = "a0: &a0 {k: v}\n";
  for (int i = 1; i < 12; ++i) {
    auto before = "*a" + std::to_string(i - 1);
    wide += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " {";
    for (int j = 0; j < 9; ++j)
      wide += "k" + std::to_string(j) + ": " + before + ", ";
    wide += "}\n";
  }
  faults.clear();
  add(wide);
  EXPECT_FALSE(faults.empty());
}

TEST_F(entries_test, an_override_takes_the_place_of_what_was_there) {
  add("a: [1, 2]\n");
  add_override("a=3=4", found, faults);
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(found["a"].texts, std::vector<std::string>{"3=4"});
  EXPECT_EQ(found["a"].where, "--set");
}

TEST_F(entries_test, an_override_without_key_or_value_is_a_fault) {
  add_override("a", found, faults);
  add_override("=a", found, faults);
  add_override("", found, faults);
  EXPECT_EQ(faults.size(), 3u);
  EXPECT_TRUE(found.empty());
}

TEST(split_texts_test, parts_at_commas) {
  EXPECT_TRUE(split_texts("").value().empty());
  EXPECT_EQ(split_texts("a").value(), std::vector<std::string>{"a"});
  EXPECT_EQ(split_texts("a,b").value(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(split_texts("[a, \"b,c\"]").value(),
            (std::vector<std::string>{"a", "b,c"}));
  for (auto bad : {"[a", "[[a]]", "[{a: b}]"})
    EXPECT_FALSE(split_texts(bad)) << bad;
}

} // namespace
} // namespace parley::conf
