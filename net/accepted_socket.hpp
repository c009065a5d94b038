#pragma once

#include "net/unique_fd.hpp"

#include <string>

namespace parley::net {

/// Which of the node's two doors a connection came in by.
enum class door : bool { client, ops };

/// A connection that has just come.
struct accepted_socket {
  unique_fd fd;
  std::string peer;
  door through = door::client;
  /// The node has as many connections as it may have: this one is to be told.
  bool surplus = false;
};

} // namespace parley::net
