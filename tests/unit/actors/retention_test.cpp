#include "actors/retention.hpp"
#include "tests/unit/actors/entity_fixture.hpp"

namespace parley::actors {
namespace {

class retention_test : public entity_fixture {
protected:
  void sign_up_guest(const user_id& user, timestamp_ms until) {
    reply_to<account>(
      ask_user(user, user,
               actors::sign_up{
                 "", "", true, {family_id{"f"}, "dev", "refresh", until}}));
  }

  bool exists(const user_id& user) {
    return answer_to(ask_user(user, user, show_user{})).has_value();
  }

  /// Steps until the user is gone, or for so long that it would be.
  bool is_erased(retention& all, const user_id& user) {
    auto deadline = steady_clock::now() + test::recording_gateway::patience;
    while (exists(user) && steady_clock::now() < deadline)
      all.step();
    return !exists(user);
  }

  static constexpr timestamp_ms never = 1ll << 60;
};

TEST_F(retention_test, has_guests_erased_who_are_signed_out) {
  const user_id gone{"guest-gone"};
  const user_id here{"guest-here"};
  sign_up_guest(gone, 1);
  sign_up_guest(here, never);
  sign_up(user_id{"guestbook"});
  retention all{node->with, *log, test_node::shards};
  EXPECT_TRUE(is_erased(all, gone));
  EXPECT_TRUE(exists(here));
  EXPECT_TRUE(exists(user_id{"guestbook"}));
}

TEST_F(retention_test, comes_to_all_guests_in_steps) {
  std::vector<user_id> guests;
  for (int i = 0; i < 600; ++i) {
    guests.emplace_back("guest-" + std::to_string(1000 + i));
    sign_up_guest(guests.back(), i % 2 == 0 ? never : 1);
  }
  retention all{node->with, *log, test_node::shards};
  for (int i = 0; i < 600; ++i) {
    if (i % 2 == 0)
      EXPECT_TRUE(exists(guests[i]));
    else
      EXPECT_TRUE(is_erased(all, guests[i]));
  }
}

TEST_F(retention_test, leaves_shards_alone_that_are_another_node_s) {
  const user_id gone{"guest-gone"};
  sign_up_guest(gone, 1);
  retention all{node->with, *log, test_node::shards};
  log->set_disowned(true);
  for (int i = 0; i < 20; ++i)
    all.step();
  log->set_disowned(false);
  EXPECT_TRUE(exists(gone));
}

TEST_F(retention_test, looks_more_often_at_what_is_kept_for_less) {
  using namespace std::chrono_literals;
  options opts;
  EXPECT_EQ(retention::interval_for(opts), 10min);
  opts.moderation.report_retention = 50s;
  EXPECT_EQ(retention::interval_for(opts), 5s);
  opts.refresh_life = 2s;
  EXPECT_EQ(retention::interval_for(opts), 1s);
  opts.refresh_life = 1h;
  opts.moderation.report_retention = 0s;
  EXPECT_EQ(retention::interval_for(opts), 6min);
}

} // namespace
} // namespace parley::actors
