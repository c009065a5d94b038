#pragma once

#include "actors/conversation_state.hpp"
#include "tests/support/test_store.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parley::actors {

inline const user_id alice{"alice"};
inline const user_id bob{"bob"};
inline const user_id carol{"carol"};
inline const user_id dave{"dave"};

/// The rules of one conversation on a real store. `run` commits at once;
/// `decide` leaves that to `commit`.
class conversation_fixture : public testing::Test {
protected:
  explicit conversation_fixture(conversation_id of = group_id) : id(of) {
    reload();
  }

  static inline const conversation_id group_id
    = named_group(alice, "the group");
  static inline const conversation_id direct_id
    = direct_conversation(alice, bob);

  /// Forgets what is not committed and reads the store anew.
  void reload() {
    pending_.clear();
    ticket_ = committed_;
    state.emplace(files.db(), 1, id);
    auto loaded = state->load();
    ASSERT_TRUE(loaded) << loaded.error().detail;
  }

  template <class Command>
  decision decide(const user_id& by, const Command& m) {
    asked who{{by, 7}, now, ticket_ + 1, now};
    auto d = state->decide(who, m);
    if (!d.writes.empty()) {
      ++ticket_;
      pending_.push_back(d.writes);
    }
    return d;
  }

  void commit() {
    for (auto& writes : std::exchange(pending_, {})) {
      files.write(writes);
      ++committed_;
    }
    state->committed(committed_);
  }

  template <class Command>
  decision run(const user_id& by, const Command& m) {
    auto d = decide(by, m);
    commit();
    return d;
  }

  /// The reply of a command that must succeed.
  template <class Reply, class Command>
  Reply must(const user_id& by, const Command& m) {
    auto d = run(by, m);
    if (!d.answer) {
      ADD_FAILURE() << d.answer.error().detail;
      return {};
    }
    return std::get<Reply>(*d.answer);
  }

  template <class Command>
  errc refusal(const user_id& by, const Command& m) {
    auto d = run(by, m);
    EXPECT_FALSE(d.answer) << "not refused";
    EXPECT_TRUE(d.writes.empty());
    EXPECT_TRUE(d.tell.empty());
    return d.answer ? errc{} : d.answer.error().code;
  }

  send_message text(std::string what, user_id to = {}) {
    send_message m;
    m.to = to;
    m.client_id = client_id{"c" + std::to_string(++sends_)};
    m.type = "text";
    m.text = std::move(what);
    return m;
  }

  seq say(const user_id& by, std::string what) {
    return must<sent>(by, text(std::move(what))).at;
  }

  void create(std::vector<user_id> members, bool is_public = false) {
    must<conversation_summary>(alice, create_group{"t", is_public, members});
  }

  conversation_summary look(const user_id& by) {
    return must<conversation_summary>(by, summarise{});
  }

  history_page history(const user_id& by, seq before = 0,
                       std::optional<seq> after = {},
                       std::uint32_t limit = 50) {
    return must<history_page>(by, read_history{before, after, limit});
  }

  events_page events(const user_id& by, std::optional<seq> after,
                     std::uint32_t limit = 200) {
    return must<events_page>(by, read_events{after, limit});
  }

  message only(const user_id& by, seq at) {
    auto page = history(by, at + 1, {}, 1);
    if (page.messages.size() == 1 && page.messages[0].at == at)
      return page.messages[0];
    ADD_FAILURE() << "no message at " << at;
    return {};
  }

  test::test_store files;
  const conversation_id id;
  timestamp_ms now = 1'700'000'000'000;
  std::optional<conversation_state> state;

private:
  std::vector<storage::write_set> pending_;
  std::uint64_t ticket_ = 0;
  std::uint64_t committed_ = 0;
  int sends_ = 0;
};

inline seq place(const durable_event& e) {
  return std::visit([](auto& x) { return x.at; }, e);
}

inline std::vector<seq> places(const events_page& page) {
  std::vector<seq> all;
  for (auto& e : page.events)
    all.push_back(place(e));
  return all;
}

inline std::vector<seq> places(const history_page& page) {
  std::vector<seq> all;
  for (auto& m : page.messages)
    all.push_back(m.at);
  return all;
}

} // namespace parley::actors
