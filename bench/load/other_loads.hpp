#pragma once

#include "bench/load/chat_load.hpp"

#include <cstdint>
#include <memory>
#include <random>
#include <span>

/// The workloads that are more than people writing to each other.
namespace parley::bench {

/// All come back at once: dropped by the clients themselves, or by what the
/// run kills. Before that half of them go, and miss some messages.
class storm_load final : public chat_load {
public:
  using chat_load::chat_load;

  void on_phase(phase next) override;
  std::int64_t tick(std::int64_t now_us) override;
  bool is_done(phase what) const override;

private:
  bool is_own_doing() const;
};

/// Long conversations, and pages out of the middle of them.
class history_load final : public chat_load {
public:
  using chat_load::chat_load;

  void on_phase(phase next) override;
  void on_answer(session& who, call_kind kind, const heard& what) override;
  void on_acknowledged(session&) override {}
  bool is_done(phase what) const override;

private:
  void ask(session& who);

  bool is_asking_ = false;
  std::minstd_rand random_{1};
};

/// A day of users at a fixed rate of doings: of 100, 40 begin or end typing,
/// 25 are messages, 25 say what was read, 5 open a page of history and 5 change
/// their status.
class mixed_load final : public chat_load {
public:
  using chat_load::chat_load;

protected:
  void act(session& who, std::int64_t intended_us) override;

private:
  std::minstd_rand random_{1};
};

/// The workload that `site`'s options name. `idle`, too, is people who could
/// write.
std::unique_ptr<workload> make_workload(site& where,
                                        std::span<const circle> circles,
                                        std::span<const person> everybody);

} // namespace parley::bench
