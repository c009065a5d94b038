#pragma once

#include "match/replay.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace parley::cli {

/// Reads one line of a recorded stream (docs/matching.md): a JSON object with
/// `at`, `who` and either `enqueue`, the parameters of `match.enqueue`, or
/// `cancel`. `bad_params` says what is wrong with it.
result<match::arrival> read_arrival(std::string_view line);

/// Reads `file` line by line and calls `take` for each. Refuses a line that is
/// none, is longer than 64 KiB or goes back in time, naming its number.
result<void> read_arrivals(const std::string& file,
                           const std::function<void(match::arrival)>& take);

} // namespace parley::cli
