#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

namespace parley {

/// Writes to standard error, past stdio, as far as whoever reads it takes it
/// within `patience`: a pipe that nobody reads delays nobody for longer, and no
/// lock is held that the end of the process would wait for. Returns how many
/// bytes were written; fewer than there are where the reader is slow or gone.
/// Safe from any thread.
std::size_t write_standard_error(std::string_view bytes,
                                 std::chrono::milliseconds patience);

} // namespace parley
