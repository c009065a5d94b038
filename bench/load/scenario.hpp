#pragma once

#include "base/error.hpp"
#include "bench/load/options.hpp"

#include <string>
#include <vector>

namespace parley::bench {

struct named_run {
  std::string name = {};
  options opts = {};
};

/// Reads a scenario: what several runs are to do, in YAML:
///
///     all: {sessions: 1000}        # what holds for each run
///     runs:
///       - {name: one at a time, workload: pairs, window: 1}
///
/// Keys are those of the command line; `base` has what the file leaves out.
/// `bad_config` names everything that is wrong: an unknown key, a value of
/// another type, a run without a name or with that of another.
result<std::vector<named_run>> read_scenario(const std::string& yaml,
                                             const options& base);

} // namespace parley::bench
