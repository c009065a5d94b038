#pragma once

#include "base/error.hpp"
#include "bench/load/options.hpp"
#include "bench/load/result.hpp"

#include <functional>
#include <string>

namespace parley::bench {

/// Carries out the run that `opts` describe: makes accounts and groups, forks
/// the workers, leads them from phase to phase, and measures. `progress` is
/// given a line for people from time to time. What cannot be carried out is
/// the error; what is wrong with the server is in the result.
result<run_result> carry_out(const options& opts,
                             const std::function<void(std::string)>& progress);

} // namespace parley::bench
