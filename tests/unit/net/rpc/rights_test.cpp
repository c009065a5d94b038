#include "net/rpc/method_table.hpp"

#include <gtest/gtest.h>

namespace parley::net::rpc {
namespace {

errc refusal(std::string_view name, const standing& caller) {
  auto may = may_call(*find_method(name), caller);
  return may ? errc{} : may.error().code;
}

TEST(rights_test, the_table_of_rights_says_who_may_call_them) {
  constexpr standing guest_caller{.is_guest = true};
  EXPECT_EQ(refusal("message.send", guest_caller), errc{});
  EXPECT_EQ(refusal("user.block", guest_caller), errc::forbidden);
  EXPECT_EQ(refusal("presence.unwatch", guest_caller), errc::forbidden);
  constexpr standing muted{.is_muted = true};
  EXPECT_EQ(refusal("message.react", muted), errc::forbidden);
  EXPECT_EQ(refusal("match.enqueue", muted), errc::forbidden);
  EXPECT_EQ(refusal("user.update", muted), errc::forbidden);
  EXPECT_EQ(refusal("message.send", muted), errc{})
    << "the conversation answers what it has acknowledged";
  EXPECT_EQ(refusal("message.history", muted), errc{});
  constexpr standing over_http{.over_http = true};
  EXPECT_EQ(refusal("message.send", over_http), errc{});
  EXPECT_EQ(refusal("signal.send", over_http), errc::forbidden);
  EXPECT_EQ(refusal("presence.watch", over_http), errc::method_not_found);
  EXPECT_EQ(refusal("session.open", over_http), errc::method_not_found);
}

TEST(rights_test, somebody_is_muted_for_good_or_until_a_time) {
  EXPECT_FALSE(is_muted(0, 10));
  EXPECT_FALSE(is_muted(10, 10));
  EXPECT_TRUE(is_muted(11, 10));
  EXPECT_TRUE(is_muted(-1, 10));
}

} // namespace
} // namespace parley::net::rpc
