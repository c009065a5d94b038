#pragma once

#include "cluster/log/log_engine.hpp"
#include "tests/sim/whole/planted_whole.hpp"

namespace parley::sim {

/// What entities see of a node's logs, with one defect.
class tampered_log final : public cluster::shard_log {
public:
  tampered_log(cluster::log_engine& real, whole_bug bug)
    : real_(real), bug_(bug) {}

  result<void> admit(cluster::shard_id shard) const override {
    return real_.admit(shard);
  }

  std::uint64_t term(cluster::shard_id shard) const override {
    return real_.term(shard);
  }

  bool holds(cluster::shard_id shard, std::uint64_t term) const override;

  void append(cluster::shard_id shard, std::uint64_t term,
              storage::write_set writes, const caf::actor& entity,
              std::uint64_t ticket) override;

  const storage::store& reader() const override {
    return real_.reader();
  }

private:
  cluster::log_engine& real_;
  const whole_bug bug_;
};

/// Takes out of a part of a shard's state what the bug leaves out.
void tamper_with_copy(whole_bug bug, std::string& part);

} // namespace parley::sim
