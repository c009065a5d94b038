#pragma once

#include "tests/unit/cluster/member_group.hpp"

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace parley::cluster::test {

/// What sends took.
struct latencies {
  std::size_t sent = 0;
  double p50_ms = 0;
  double p99_ms = 0;
};

/// Writes as those of chat messages, spread over the shards.
class load {
public:
  load(member_group& to, std::uint32_t shards)
    : group_(to), shards_(shards), next_(shards) {}

  /// Sends at the rate while `goes_on` says so; asked 50 times a second. Not
  /// slower when answers are late: what is late counts as such.
  latencies steady(std::uint32_t rate, const std::function<bool()>& goes_on);

  /// Writes so many, as fast as it goes.
  void fill(std::uint64_t messages);

  /// Whether the member has applied what the owners have committed, but for
  /// what is on its way.
  bool is_level(node_id member);

private:
  void send(shard_id shard, commit_callback then);

  member_group& group_;
  const std::uint32_t shards_;
  std::vector<std::uint64_t> next_;
};

} // namespace parley::cluster::test
