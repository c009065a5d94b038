#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace parley::net {

/// Some of the cluster's shards.
class shard_set {
public:
  void add(std::uint16_t shard) {
    if (shard >= in_.size())
      in_.resize(shard + std::size_t{1});
    in_[shard] = true;
  }

  /// False where it was not in it.
  bool remove(std::uint16_t shard) {
    if (!contains(shard))
      return false;
    in_[shard] = false;
    return true;
  }

  bool contains(std::uint16_t shard) const {
    return shard < in_.size() && in_[shard];
  }

private:
  std::vector<bool> in_;
};

} // namespace parley::net
