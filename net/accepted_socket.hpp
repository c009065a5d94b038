#pragma once

#include "base/ip_network.hpp"
#include "net/admission.hpp"
#include "net/unique_fd.hpp"

namespace parley::net {

/// Which of the node's two doors a connection came in by.
enum class door : bool { client, ops };

/// A connection that has just come.
struct accepted_socket {
  unique_fd fd;
  ip_address peer;
  door through = door::client;
  admitted entry = {};
};

/// Closes it so that nothing of it stays, for who is refused is told nothing.
void reset(unique_fd fd);

} // namespace parley::net
