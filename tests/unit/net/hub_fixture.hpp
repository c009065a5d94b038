#pragma once

#include "net/hub.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

namespace parley::net {

/// A session that remembers what it was told.
class fake_session final : public subscriber {
public:
  fake_session(session_id id, const user_id& user) : id_(id), user_(user) {}

  session_id id() const override {
    return id_;
  }

  const user_id& user() const override {
    return user_;
  }

  bool tell_event(const conversation_id&, seq at, const frame_ptr&) override {
    if (slow)
      return false;
    seqs.push_back(at);
    return true;
  }

  bool tell_ephemeral(const frame_ptr&) override {
    ++ephemeral;
    return !slow;
  }

  void tell_gap(const conversation_id&, seq last_seq) override {
    gaps.push_back(last_seq);
  }

  std::vector<seq> seqs;
  std::vector<seq> gaps;
  int ephemeral = 0;
  bool slow = false;

private:
  session_id id_;
  user_id user_;
};

/// A hub and the sessions that it tells. Time stands still.
class hub_fixture : public testing::Test {
protected:
  fake_session& add(const user_id& user) {
    auto& made = sessions.emplace_back(sessions.size() + 1, user);
    topics.join(made);
    return made;
  }

  encoded_event event(seq at) {
    encoded_event out;
    out.what.conversation = room;
    out.frame = text_frame("event");
    out.at = at;
    return out;
  }

  told publish(const encoded_event& what) {
    traced.clear();
    return topics.publish(what, traced);
  }

  static inline const conversation_id room{"g.00000000000000000000000001"};
  static inline const conversation_id other{"g.00000000000000000000000002"};
  static inline const user_id alice{"alice"};
  static inline const user_id bob{"bob"};
  static inline const user_id carol{"carol"};
  static constexpr std::uint32_t shards = 8;

  manual_clock time{1'700'000'000'000};
  std::deque<fake_session> sessions;
  std::vector<session_id> traced;
  hub topics{shards, time, time};
};

} // namespace parley::net
