#include "cluster/link/hello.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::link {
namespace {

hello sample() {
  hello out;
  out.speaks_min = 3;
  out.speaks_max = 4;
  out.what_for = purpose::link;
  out.node = 7;
  out.meant = 9;
  out.incarnation = 0x0102030405060708;
  out.cluster = 11;
  return out;
}

hello speaking(std::uint16_t lowest, std::uint16_t highest) {
  hello out;
  out.speaks_min = lowest;
  out.speaks_max = highest;
  return out;
}

TEST(hello_test, survives_being_written_and_read) {
  auto bytes = encode(sample());
  EXPECT_EQ(bytes.size(), hello_bytes);
  EXPECT_EQ(decode_hello(bytes), sample());
}

TEST(hello_test, has_the_bytes_that_older_versions_wrote) {
  std::string_view bytes{"\0\3\0\4\1\0\0\0\7\0\0\0\11"
                         "\1\2\3\4\5\6\7\10\0\0\0\0\0\0\0\13",
                         29};
  EXPECT_EQ(encode(sample()), bytes);
}

TEST(hello_test, of_a_newer_version_may_be_longer) {
  auto said = sample();
  said.living = 3;
  EXPECT_EQ(encode(said).size(), hello_bytes + 4);
  EXPECT_EQ(decode_hello(encode(said)), said);
  EXPECT_EQ(decode_hello(encode(said) + "more"), said);
}

TEST(hello_test, is_not_read_from_less_or_for_unknown_purposes) {
  auto bytes = encode(sample());
  EXPECT_FALSE(decode_hello(std::string_view{bytes}.substr(1)));
  EXPECT_FALSE(decode_hello({}));
  bytes[4] = 3;
  EXPECT_FALSE(decode_hello(bytes));
}

TEST(hello_test, agrees_on_the_highest_version_that_both_speak) {
  EXPECT_EQ(common_version(speaking(1, 2), speaking(2, 3)), 2);
  EXPECT_EQ(common_version(speaking(1, 3), speaking(1, 3)), 3);
  EXPECT_EQ(common_version(speaking(1, 1), speaking(2, 3)), 0);
  EXPECT_EQ(common_version(speaking(5, 4), speaking(1, 9)), 0);
}

TEST(hello_test, is_objected_to_for_what_cannot_work) {
  auto ours = sample();
  auto theirs = sample();
  theirs.meant = ours.node;
  EXPECT_EQ(objection(ours, theirs), refusal::none);
  theirs.meant = 0;
  EXPECT_EQ(objection(ours, theirs), refusal::none);
  theirs.meant = 5;
  EXPECT_EQ(objection(ours, theirs), refusal::wrong_node);
  theirs.cluster = 12;
  EXPECT_EQ(objection(ours, theirs), refusal::other_cluster);
  theirs.speaks_min = theirs.speaks_max = 5;
  EXPECT_EQ(objection(ours, theirs), refusal::version);
}

TEST(refusal_test, survives_being_written_and_read) {
  EXPECT_EQ(decode_refusal(encode(refusal::busy)), refusal::busy);
  EXPECT_EQ(decode_refusal({}), refusal::malformed);
  EXPECT_EQ(to_string(decode_refusal("\x7f")), "unknown");
}

} // namespace
} // namespace parley::cluster::link
