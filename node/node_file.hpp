#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace parley::node {

/// `DIR/node.json`: where a running node can be reached. Other programs read
/// it, so it is put in place whole.
struct node_file {
  std::string node;
  std::string client;
  std::string ops;
  long pid = 0;
  /// Where other nodes reach it; empty for a node by itself.
  std::string cluster = {};
};

result<void> write_node_file(const std::filesystem::path& dir,
                             const node_file& what);

/// The node no longer runs.
void remove_node_file(const std::filesystem::path& dir);

} // namespace parley::node
