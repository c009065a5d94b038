#pragma once

#include <cstdlib>
#include <string_view>

/// Where parleyd_holed has a hole: never in a file of the program itself, see
/// holes.py.
namespace parley::holes {

/// Whether the node was started with that hole, by PARLEY_HOLE.
inline bool open(std::string_view name) {
  static const char* chosen = std::getenv("PARLEY_HOLE");
  return chosen != nullptr && name == chosen;
}

} // namespace parley::holes
