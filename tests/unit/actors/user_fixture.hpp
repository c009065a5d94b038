#pragma once

#include "actors/user_state.hpp"
#include "tests/support/test_store.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace parley::actors {

/// The rules of one user, alice, on a real store; each command is committed at
/// once.
class user_fixture : public testing::Test {
protected:
  user_fixture() {
    reload();
  }

  void reload() {
    state.emplace(files.db(), 1, alice, sessions);
    auto loaded = state->load();
    ASSERT_TRUE(loaded) << loaded.error().detail;
  }

  template <class Command>
  decision run(const Command& m, const user_id& by = alice) {
    auto d = state->decide(asked{{by, 7}, now, ++ticket_}, m);
    if (!d.writes.empty())
      files.write(d.writes);
    return d;
  }

  template <class Reply, class Command>
  Reply must(const Command& m, const user_id& by = alice) {
    auto d = run(m, by);
    if (!d.answer) {
      ADD_FAILURE() << d.answer.error().detail;
      return {};
    }
    return std::get<Reply>(*d.answer);
  }

  template <class Command>
  errc refusal(const Command& m, const user_id& by = alice) {
    auto d = run(m, by);
    EXPECT_FALSE(d.answer) << "not refused";
    EXPECT_TRUE(d.writes.empty());
    return d.answer ? errc{} : d.answer.error().code;
  }

  grant granted(std::string_view family, timestamp_ms lasts = 1'000'000) const {
    return {family_id{family}, "dev-" + std::string{family},
            "hash-" + std::string{family}, now + lasts};
  }

  account sign_up_alice() {
    return must<account>(sign_up{"Alice", "$argon", false, granted("f1")});
  }

  attached attach_as(session_id session, std::string_view family = "f1",
                     std::string device = {}) {
    return must<attached>(
      attach{1, session, family_id{family}, std::move(device)});
  }

  static inline const user_id alice{"alice"};
  static inline const user_id bob{"bob"};
  static inline const user_id carol{"carol"};

  test::test_store files;
  user_sessions sessions;
  timestamp_ms now = 1'700'000'000'000;
  std::optional<user_state> state;

private:
  std::uint64_t ticket_ = 0;
};

} // namespace parley::actors
