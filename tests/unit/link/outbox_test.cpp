#include "cluster/link/outbox.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::link {
namespace {

constexpr channel_id any = 20;

class outbox_test : public testing::Test {
protected:
  outbox_test() {
    box.open();
  }

  static link_options small() {
    link_options out;
    out.urgent_bytes_max = 1000;
    out.normal_bytes_max = 100'000;
    out.bulk_bytes_max = 2'000'000;
    return out;
  }

  outbox::outcome put(urgency how, std::string_view payload) {
    return box.put(how, any, {&payload, 1});
  }

  /// The payloads of the next block.
  std::vector<std::string> take() {
    std::vector<std::string> out;
    if (!box.take(block))
      return out;
    std::string_view rest = block;
    std::vector<frame> found;
    EXPECT_TRUE(split_frames(rest, found));
    EXPECT_TRUE(rest.empty());
    for (const auto& one : found)
      out.emplace_back(one.payload);
    return out;
  }

  using texts = std::vector<std::string>;

  outbox box{small()};
  std::string block;
};

TEST_F(outbox_test, gathers_what_waits_into_one_block) {
  std::string_view pieces[] = {"on", "e"};
  EXPECT_EQ(box.put(urgency::normal, any, pieces), outbox::outcome::wake);
  EXPECT_EQ(put(urgency::normal, "two"), outbox::outcome::queued);
  EXPECT_EQ(take(), (texts{"one", "two"}));
  EXPECT_EQ(box.bytes(), 0u);
}

TEST_F(outbox_test, wakes_again_only_after_it_was_found_empty) {
  EXPECT_EQ(put(urgency::normal, "one"), outbox::outcome::wake);
  take();
  EXPECT_EQ(put(urgency::normal, "two"), outbox::outcome::queued);
  take();
  EXPECT_EQ(take(), texts{});
  EXPECT_EQ(put(urgency::normal, "three"), outbox::outcome::wake);
}

TEST_F(outbox_test, lets_urgent_go_first) {
  put(urgency::bulk, "bulk");
  put(urgency::normal, "normal");
  put(urgency::urgent, "urgent");
  EXPECT_EQ(take(), texts{"urgent"});
  EXPECT_EQ(take(), texts{"normal"});
  EXPECT_EQ(take(), texts{"bulk"});
}

TEST_F(outbox_test, gives_bulk_its_share) {
  put(urgency::bulk, "bulk");
  for (int i = 0; i < 8; ++i) {
    put(urgency::normal, "normal");
    if (take() == texts{"bulk"})
      return;
  }
  FAIL() << "bulk had no turn";
}

TEST_F(outbox_test, refuses_what_exceeds_the_bound_of_its_class) {
  std::string half(500, 'x');
  EXPECT_NE(put(urgency::urgent, half), outbox::outcome::refused);
  EXPECT_EQ(put(urgency::urgent, half), outbox::outcome::refused);
  EXPECT_NE(put(urgency::normal, half), outbox::outcome::refused);
  take();
  EXPECT_NE(put(urgency::urgent, half), outbox::outcome::refused);
}

TEST_F(outbox_test, lets_a_frame_above_the_bound_go_alone) {
  std::string large(5000, 'x');
  EXPECT_NE(put(urgency::urgent, large), outbox::outcome::refused);
  EXPECT_EQ(put(urgency::urgent, "x"), outbox::outcome::refused);
  EXPECT_EQ(take(), texts{large});
}

TEST_F(outbox_test, keeps_large_frames_whole) {
  std::string large(1'000'000, 'x');
  put(urgency::bulk, "before");
  put(urgency::bulk, large);
  put(urgency::bulk, "after");
  EXPECT_EQ(take(), texts{"before"});
  EXPECT_EQ(take(), texts{large});
  EXPECT_EQ(take(), texts{"after"});
}

TEST_F(outbox_test, holds_nothing_while_closed) {
  put(urgency::normal, "lost");
  box.close();
  EXPECT_EQ(box.bytes(), 0u);
  EXPECT_EQ(put(urgency::normal, "x"), outbox::outcome::refused);
  box.open();
  EXPECT_EQ(put(urgency::normal, "new"), outbox::outcome::wake);
  EXPECT_EQ(take(), texts{"new"});
}

} // namespace
} // namespace parley::cluster::link
