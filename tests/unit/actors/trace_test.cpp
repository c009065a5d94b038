#include "actors/trace.hpp"

#include <gtest/gtest.h>

namespace parley::actors {
namespace {

const conversation_id here = named_group(user_id{"alice"}, "here");
const conversation_id there = named_group(user_id{"alice"}, "there");

TEST(message_trace_test, follows_a_message) {
  message_trace trace;
  EXPECT_FALSE(trace.find(here, 5));
  trace.accepted(here, 5);
  EXPECT_EQ(trace.find(here, 5)->committed_us, 0);
  trace.committed(here, 5);
  trace.delivered(here, 5, {11, 12});
  trace.delivered(here, 5, std::vector<session_id>(20, 13));
  auto track = trace.find(here, 5);
  ASSERT_TRUE(track);
  EXPECT_GT(track->accepted_us, 0);
  EXPECT_GE(track->committed_us, track->accepted_us);
  EXPECT_GE(track->delivered_us, track->committed_us);
  EXPECT_EQ(track->deliveries, 22u);
  EXPECT_EQ(track->sessions[1], 12u);
  EXPECT_EQ(track->sessions[7], 13u);
  EXPECT_FALSE(trace.find(there, 5));
}

TEST(message_trace_test, gives_the_place_of_an_old_message_to_a_newer) {
  message_trace trace;
  trace.accepted(here, 1);
  for (seq at = 2; at < 10'000; ++at)
    trace.accepted(here, at);
  EXPECT_FALSE(trace.find(here, 1));
  trace.committed(here, 1);
  trace.delivered(here, 1, {3});
  EXPECT_FALSE(trace.find(here, 1));
  EXPECT_TRUE(trace.find(here, 9'999));
}

} // namespace
} // namespace parley::actors
