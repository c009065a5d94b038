#pragma once

#include "actors/decision.hpp"
#include "actors/gateway.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace parley::test {

/// Keeps what entities say, in the order in which they say it.
class recording_gateway final : public actors::gateway {
public:
  /// One thing that was said: an answer where `call` is not 0.
  struct entry {
    std::uint64_t call = 0;
    result<actors::reply> answer = actors::done{};
    std::optional<actors::publication> told = {};
    std::optional<actors::presence_change> presence = {};
    std::optional<actors::subscription> subscribed = {};
    std::optional<actors::settings_notice> settings = {};
    std::optional<actors::closing> closed = {};
    std::optional<actors::silencing> silenced = {};
    std::optional<actors::session_signal> signalled = {};
    std::optional<actors::match_notice> noticed = {};
  };

  void answer(const actors::call_address& to,
              result<actors::reply> what) override {
    entry e;
    e.call = to.call;
    e.answer = std::move(what);
    add(std::move(e));
  }

  void publish(actors::publication what) override {
    entry e;
    e.told = std::move(what);
    add(std::move(e));
  }

  void publish(actors::presence_change what) override {
    entry e;
    e.presence = std::move(what);
    add(std::move(e));
  }

  void subscribe(node_id node, session_id session,
                 const conversation_id& conversation, seq last_seq) override {
    entry e;
    e.subscribed = {node, session, conversation, true, last_seq};
    add(std::move(e));
  }

  void unsubscribe(node_id node, session_id session,
                   const conversation_id& conversation) override {
    entry e;
    e.subscribed = {node, session, conversation, false, 0};
    add(std::move(e));
  }

  void tell(node_id node, session_id session, actors::signal what) override {
    entry e;
    e.signalled = {node, session, std::move(what)};
    add(std::move(e));
  }

  void tell(actors::settings_notice what) override {
    entry e;
    e.settings = std::move(what);
    add(std::move(e));
  }

  void tell(actors::match_notice what) override {
    entry e;
    e.noticed = std::move(what);
    add(std::move(e));
  }

  void close(node_id node, session_id session,
             actors::close_reason why) override {
    entry e;
    e.closed = {node, session, why};
    add(std::move(e));
  }

  void silence(node_id node, session_id session, timestamp_ms until) override {
    entry e;
    e.silenced = {node, session, until};
    add(std::move(e));
  }

  /// The answer to a call, waiting with patience.
  std::optional<result<actors::reply>> await(std::uint64_t call) {
    std::unique_lock held{guard_};
    changed_.wait_for(held, patience, [&] { return answers_.contains(call); });
    auto i = answers_.find(call);
    if (i == answers_.end())
      return std::nullopt;
    return i->second;
  }

  bool answered(std::uint64_t call) {
    std::lock_guard held{guard_};
    return answers_.contains(call);
  }

  /// Waits until something like that was said.
  bool await_entry(const std::function<bool(const entry&)>& like) {
    std::unique_lock held{guard_};
    return changed_.wait_for(held, patience, [&] {
      return std::any_of(entries_.begin(), entries_.end(), like);
    });
  }

  std::vector<entry> entries() {
    std::lock_guard held{guard_};
    return entries_;
  }

  /// How often a call was answered that had been already.
  std::size_t answered_twice() {
    std::lock_guard held{guard_};
    return answered_twice_;
  }

  static constexpr std::chrono::seconds patience{50};

private:
  void add(entry e) {
    std::lock_guard held{guard_};
    if (e.call != 0 && !answers_.emplace(e.call, e.answer).second)
      ++answered_twice_;
    entries_.push_back(std::move(e));
    changed_.notify_all();
  }

  std::mutex guard_;
  std::condition_variable changed_;
  std::vector<entry> entries_;
  std::map<std::uint64_t, result<actors::reply>> answers_;
  std::size_t answered_twice_ = 0;
};

} // namespace parley::test
