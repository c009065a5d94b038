#pragma once

#include "tests/sim/dice.hpp"

#include <boost/json/value.hpp>

#include <string>

namespace parley::hostile {

/// A value that is wrong for most parameters: of another type, at the ends of
/// what numbers and lengths can be, deep, or of characters that are treated
/// badly by many programs.
boost::json::value odd_value(sim::dice& random);

/// Text that is allowed where any Unicode is.
std::string odd_text(sim::dice& random);

/// Writes a JSON object in another way, which may mean something else: repeated
/// keys, blanks, escapes, a list in its place.
std::string odd_spelling(std::string object, sim::dice& random);

} // namespace parley::hostile
