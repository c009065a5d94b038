#pragma once

#include "tests/sim/whole/fabric.hpp"
#include "tests/sim/whole/lossy_disk.hpp"
#include "tests/sim/whole/node_time.hpp"
#include "tests/sim/whole/process.hpp"

#include <filesystem>

namespace parley::sim {

/// How slow a machine is.
struct machine_weather {
  /// Between a message to an actor and its handling.
  true_us actors_max_us = 300;
  /// Between work for the log and its being done, fsync and all.
  true_us sync_max_us = 2000;
};

/// One machine: a clock, a disk, and at times a process.
class machine final : public network_host {
public:
  /// `dir` is for what a process writes beside its store.
  machine(timeline& time, dice& random, fabric& net, node_id id,
          node_time clock, std::filesystem::path dir);
  ~machine() override;

  node_id id() const {
    return id_;
  }

  bool up() const {
    return life_ != nullptr;
  }

  process& life() const {
    return *life_;
  }

  /// How many processes it has had.
  std::uint64_t lives() const {
    return lives_;
  }

  lossy_disk& disk() {
    return disk_;
  }

  const node_time& clock() const {
    return clock_;
  }

  /// Why it could not start; empty if it could.
  std::string start(process_options opts, session_sink& sessions);

  /// The process is killed; the machine is off, too, if `power_fails`.
  void crash(bool power_fails);

  /// As by SIGSTOP and SIGCONT.
  void pause();
  void resume();

  bool paused() const override {
    return paused_;
  }

  /// Does something in the process, now.
  void enter(const std::function<void()>& what) override;

  machine_weather sky;

private:
  /// Does it later, if the same process still runs, when it runs.
  void later(true_us when, void (machine::*what)());
  void poke();
  void run_actors();
  void run_log();
  void run_chores();
  void plan_log();
  void clean() const;

  timeline& time_;
  dice& random_;
  fabric& net_;
  const node_id id_;
  node_time clock_;
  const std::filesystem::path dir_;
  lossy_disk disk_;
  std::unique_ptr<process> life_;
  std::uint64_t lives_ = 0;
  bool paused_ = false;
  bool actors_planned_ = false;
  bool chores_missed_ = false;
  true_us log_at_ = -1;
  true_us timeout_at_ = -1;
};

} // namespace parley::sim
