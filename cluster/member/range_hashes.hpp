#pragma once

#include "base/ids.hpp"
#include "cluster/raft/types.hpp"
#include "storage/keys.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::cluster {

/// Some rows that follow each other, as a number: equal rows have equal sums.
struct range_hash {
  /// The first key.
  std::string from;
  std::uint64_t rows = 0;
  std::uint64_t sum = 0;

  friend bool operator==(const range_hash&, const range_hash&) = default;
};

/// Cuts rows into ranges and hashes them. Where it cuts depends on the keys
/// alone, so that two replicas that differ in one place agree on where the
/// ranges before and after it begin. As many ranges as fit a message: of more
/// rows they become longer.
class range_hasher {
public:
  /// Keys come in ascending order.
  void add(std::string_view key, std::string_view record);

  std::vector<range_hash> take() {
    return std::exchange(ranges_, {});
  }

private:
  void widen();

  std::vector<range_hash> ranges_;
  std::uint64_t mask_ = 255;
};

/// What a replica's state was at one position.
struct shard_digest {
  enum class outcome : std::uint8_t {
    whole = 1,
    /// A record can't be read.
    damaged = 2,
    /// Given up, and not yet replaced.
    lost = 3
  };

  raft::position at;
  outcome what = outcome::whole;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  /// Of a whole one.
  std::vector<range_hash> ranges;
};

/// Where a replica differs from the others.
struct range_difference {
  std::string from;
  /// Empty: to the shard's end.
  std::string to;
  /// Those that are not like the majority; all of them where there is none.
  std::vector<node_id> nodes;
  bool decided = true;
};

/// Where whole digests of one position differ.
std::vector<range_difference>
compare(const std::map<node_id, std::vector<range_hash>>& of);

} // namespace parley::cluster
