#pragma once

#include "base/clock.hpp"

namespace parley {

/// Milliseconds since some moment before the process began; never jumps. For
/// timers and deadlines that live as long as the process: the clock of the time
/// of day may be set at any moment, and is for what is stored, told or compared
/// with what others say.
const clock& monotonic_clock();

} // namespace parley
