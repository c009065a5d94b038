#include "net/frame.hpp"
#include "net/hub.hpp"

#include <benchmark/benchmark.h>

#include <deque>
#include <string>
#include <vector>

namespace parley::net {
namespace {

const conversation_id room{"g.01ARZ3NDEKTSV4RRFFQ69G5FAV"};

/// A session that takes what it is told as a socket's queue does.
class listener final : public subscriber {
public:
  explicit listener(session_id id) : id_(id), user_("u" + std::to_string(id)) {}

  session_id id() const override {
    return id_;
  }
  const user_id& user() const override {
    return user_;
  }
  bool tell_event(const conversation_id&, seq, const frame_ptr& what) override {
    last_ = what;
    return true;
  }
  bool tell_ephemeral(const frame_ptr& what) override {
    last_ = what;
    return true;
  }
  void tell_gap(const conversation_id&, seq) override {}

private:
  session_id id_;
  user_id user_;
  frame_ptr last_ = {};
};

/// One event to all sessions of a conversation on one thread.
void fan_out(benchmark::State& state) {
  hub topics;
  std::deque<listener> sessions;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    auto& one = sessions.emplace_back(static_cast<session_id>(i + 1));
    topics.join(one);
    topics.subscribe(one, room);
  }
  actors::message what{room, 0, {}};
  what.content.text = std::string(100, 'x');
  auto frame = text_frame(std::string(300, 'x'));
  std::vector<session_id> told_first;
  seq at = 0;
  for (auto _ : state) {
    what.at = ++at;
    encoded_event event{{room, what}, frame, at};
    told_first.clear();
    benchmark::DoNotOptimize(topics.publish(event, told_first));
  }
  for (auto& one : sessions)
    topics.leave(one);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(fan_out)->Arg(1)->Arg(50)->Arg(1'000)->Arg(10'000);

} // namespace
} // namespace parley::net
