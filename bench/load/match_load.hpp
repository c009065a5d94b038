#pragma once

#include "bench/load/chat_load.hpp"

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace parley::bench {

/// People who come to meet somebody, at fixed times: each with a gender, an age
/// and an interest, every other one with wishes. Two who have met part once
/// both know, and come again in their turn. Latencies: `acknowledged` until the
/// answer of `match.enqueue`, `delivered` from when the later of the two was to
/// come until both have been told. Sees both ends, so it runs in one worker.
class match_load final : public chat_load {
public:
  match_load(site& where, std::span<const circle> circles,
             std::span<const person> everybody);

  void on_here(session&) override {}
  void on_answer(session& who, call_kind kind, const heard& what) override;
  void on_match(session& who, const heard& what) override;
  void on_phase(phase next) override;
  bool is_done(phase what) const override;

protected:
  void act(session& who, std::int64_t intended_us) override;

private:
  struct seeker {
    /// 0 while there is neither ticket nor match.
    std::int64_t since_us = 0;
    std::string conversation = {};
  };
  /// Who has been told of a meeting of which the other has not.
  struct half {
    session* who = nullptr;
    std::string partner = {};
  };

  seeker& of(const session& who);
  std::string wishes();
  void found(session& who, const heard& what);
  void complete(const half& first, session& second, const heard& what);

  std::vector<seeker> seekers_;
  std::unordered_map<std::string, half> halves_ = {};
  std::minstd_rand random_{1};
};

} // namespace parley::bench
