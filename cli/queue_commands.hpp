#pragma once

#include "cli/command.hpp"

namespace parley::cli {

/// Looking at the queues of a node: adds commands to the group `queue`, and the
/// group `match`.
void add_queue_node(CLI::App& group, session& with);
void add_match(CLI::App& app, session& with);

} // namespace parley::cli
