#pragma once

#include "bench/load/poller.hpp"
#include "tests/hostile/canary.hpp"
#include "tests/hostile/crowd.hpp"
#include "tests/hostile/findings.hpp"
#include "tests/hostile/generator.hpp"
#include "tests/hostile/innocents.hpp"
#include "tests/hostile/judge.hpp"
#include "tests/hostile/node_process.hpp"
#include "tests/hostile/options.hpp"
#include "tests/hostile/planted.hpp"
#include "tests/hostile/spec.hpp"
#include "tests/hostile/vandal.hpp"
#include "tests/hostile/world.hpp"
#include "tests/sim/dice.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace parley::hostile {

/// One run: starts nodes, plays rounds of calls against them, judges all that
/// comes of it, ends the nodes, and reads their stores.
class run : public listener {
public:
  run(const options& opts, const spec& rules, bench::poller& loop);
  ~run() override;

  /// Whether nothing was found. An error where the run itself can't go on.
  result<bool> play();

private:
  result<void> start_nodes();
  void add_cluster_settings(node_process::settings& set,
                            std::size_t index) const;
  result<void> people_come();
  bool kills_now() const;
  void play_round();
  std::vector<call> make_calls();
  void hand_out(std::vector<call>& calls);
  void ask_operator(call& what);
  void kill_one();
  void bring_back();
  result<boost::json::value> ask_any(std::string_view method,
                                     const boost::json::object& params);
  void wait_for_answers(std::vector<call>& calls);
  void read_logs(const std::vector<call>& calls);
  void read_log(std::uint32_t place, bool again = false);
  void wait_for_events();
  void plant_rows();
  void learn_people(const call& what, const boost::json::object& answer);
  bool nodes_live();
  void look_at_memory();
  result<void> end();
  void look_at_innocents();
  void look_at_queues();
  void report_progress();

  void on_answer(client& from, call& to,
                 const boost::json::object& answer) override;
  void on_event(client& from, const boost::json::object& event) override;
  void on_bytes(client& from, std::string_view bytes) override;
  void on_nonsense(client& from, std::string what) override;
  void on_closed(client& from, int code) override;

  options opts_;
  const spec& rules_;
  bench::poller& loop_;
  sim::dice random_;
  canary_book canaries_ = {};
  world seen_ = {};
  findings found_;
  judge judge_;
  planted_fault planted_;
  generator generator_;
  std::vector<std::unique_ptr<node_process>> nodes_ = {};
  crowd crowd_;
  vandal vandal_;
  std::unique_ptr<innocents> innocents_ = {};
  innocents::measure before_ = {};
  std::uint64_t made_ = 0;
  std::uint64_t answered_ = 0;
  /// Calls of those who have no session: banned, or signed out.
  std::uint64_t unsent_ = 0;
  std::int64_t began_us_ = 0;
  std::map<int, std::uint64_t> codes_ = {};
};

} // namespace parley::hostile
