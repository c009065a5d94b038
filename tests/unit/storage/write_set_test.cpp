#include "storage/write_set.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace parley::storage {
namespace {

/// As text: `+key=record` and `-key`.
std::string read(std::string_view bytes) {
  write_set_reader reader{bytes};
  std::string text;
  while (auto op = reader.next()) {
    text += op->erase ? '-' : '+';
    text += op->key;
    if (!op->erase)
      text.append("=").append(op->value);
    text += ' ';
  }
  return text + (reader.done() ? "end" : "fault");
}

TEST(write_set_test, counts_what_it_holds) {
  write_set set;
  EXPECT_TRUE(set.empty());
  set.put("key", "record");
  set.erase("gone");
  EXPECT_FALSE(set.empty());
  EXPECT_EQ(set.bytes(), 18u);
  EXPECT_EQ(set.encoded().size(), 18u);
}

TEST(write_set_test, comes_back_from_bytes) {
  write_set set;
  set.put("key", "record");
  set.erase("gone");
  set.put("", "");
  EXPECT_EQ(read(set.encoded()), "+key=record -gone += end");
  EXPECT_EQ(read(""), "end");
}

TEST(write_set_test, is_written_as_documented) {
  const std::string record(200, 'x');
  write_set set;
  set.put("k", record);
  set.erase("e");
  std::string documented = "\x01\x01k\xC8\x01";
  documented.append(record).append("\x02\x01").append("e");
  EXPECT_EQ(set.encoded(), documented);
}

TEST(write_set_test, may_follow_others) {
  write_set first;
  first.put("a", "1");
  write_set second;
  second.erase("a");
  EXPECT_EQ(read(first.encoded() + second.encoded()), "+a=1 -a end");
}

TEST(write_set_test, keeps_long_fields) {
  write_set set;
  set.put(std::string(127, 'a'), std::string(128, 'b'));
  set.put(std::string(300, 'c'), std::string(1 << 20, 'd'));
  const auto& bytes = set.encoded();
  write_set_reader reader{bytes};
  EXPECT_EQ(reader.next()->value.size(), 128u);
  auto second = reader.next();
  EXPECT_EQ(second->key.size(), 300u);
  EXPECT_EQ(second->value.size(), 1u << 20);
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.done());
}

TEST(write_set_test, finds_the_fault_in_any_part_of_a_set) {
  write_set set;
  set.put("key", "record");
  set.erase("gone");
  const auto& bytes = set.encoded();
  auto boundary = bytes.size() - 6;
  for (std::size_t size = 1; size < bytes.size(); ++size)
    EXPECT_EQ(read(bytes.substr(0, size)).ends_with("fault"), size != boundary)
      << size;
  EXPECT_TRUE(read("\x03").ends_with("fault"));
  EXPECT_TRUE(read("\x01\xFF\xFF\xFF\xFF\xFF\x01").ends_with("fault"));
}

TEST(write_set_test, takes_any_bytes) {
  std::mt19937 random{7};
  for (int i = 0; i < 100'000; ++i) {
    std::string bytes(random() % 24, '\0');
    for (auto& b : bytes)
      b = static_cast<char>(random() % 4 == 0 ? random() : random() % 4);
    auto text = read(bytes);
    ASSERT_TRUE(text.ends_with("end") || text.ends_with("fault"));
  }
}

} // namespace
} // namespace parley::storage
