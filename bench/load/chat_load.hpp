#pragma once

#include "bench/load/history_check.hpp"
#include "bench/load/workload.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace parley::bench {

/// People who write to each other, in pairs or groups: as fast as a window of
/// unanswered messages allows, or at a fixed rate. Base of all workloads, for
/// each needs conversations that exist.
class chat_load : public workload {
public:
  /// Makes the sessions of `circles`, whose members are in `everybody`.
  chat_load(site& where, std::span<const circle> circles,
            std::span<const person> everybody);

  void on_here(session& who) override;
  void on_acknowledged(session& who) override;
  void on_answer(session& who, call_kind kind, const heard& what) override;
  void on_phase(phase next) override;
  std::int64_t tick(std::int64_t now_us) override;
  void check_timeouts(std::int64_t now_us) override;
  bool is_done(phase what) const override;

protected:
  /// How long there is nothing to do that answers do not call for.
  static constexpr std::int64_t look_again_us = 5000;

  /// Whether the run begins with a message in each conversation, so that it is
  /// there.
  bool opens_conversations() const;

  /// What a sender does when its time has come, at a fixed rate.
  virtual void act(session& who, std::int64_t intended_us);

  bool is_loading() const {
    return now_ == phase::warm_up || now_ == phase::measure;
  }

  bool everybody_is_here() const;

  site& site_;
  /// One that knows who is in it.
  struct members {
    std::vector<session*> all = {};
    std::size_t senders = 0;
  };
  std::vector<std::unique_ptr<session>> sessions_ = {};
  std::vector<members> circles_ = {};
  std::vector<session*> senders_ = {};
  phase now_ = phase::set_up;

private:
  void make_circle(const circle& from, std::span<const person> everybody);
  void begin();
  bool is_settled() const;
  void begin_verifying();

  /// That of `who` among `circles_`.
  std::size_t circle_of(const session& who) const;
  void count_lost();

  /// By a session's place among `sessions_`.
  std::vector<std::size_t> circle_of_ = {};
  double period_us_ = 0;
  double next_us_ = 0;
  std::size_t next_sender_ = 0;
  std::deque<history_check> checks_ = {};
};

} // namespace parley::bench
