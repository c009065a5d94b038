#pragma once

#include "tests/sim/planted.hpp"

#include <string>

namespace parley::sim {

/// Walks through the situations that chance does not bring about often enough.
/// What went wrong with that defect planted; empty if nothing did.
std::string walk_through(cluster::raft::planted bug);

} // namespace parley::sim
