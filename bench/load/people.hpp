#pragma once

#include "base/error.hpp"
#include "bench/load/endpoint.hpp"

#include <functional>
#include <string>
#include <vector>

namespace parley::bench {

/// Somebody with an account.
struct person {
  std::string handle = {};
  std::string token = {};
};

/// Signs up `count` people whose handles begin with `prefix`, over some
/// connections to all `nodes`. Where a node says that it is too much, waits as
/// long as it asks for; `progress` is told how many there are from time to
/// time. Any other refusal is the error. Blocks.
result<std::vector<person>>
sign_up(const std::vector<target_node>& nodes, const std::string& prefix,
        std::size_t count, const std::function<void(std::size_t)>& progress);

/// Makes a group of `people`, owned by the first. The conversation's id.
result<std::string> make_group(const target_node& node,
                               const std::vector<person>& people);

} // namespace parley::bench
