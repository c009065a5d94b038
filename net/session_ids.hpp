#pragma once

#include "base/ids.hpp"

#include <cstddef>
#include <cstdint>

namespace parley::net {

/// A session's id is its own in the whole cluster: the node (16 bits), the
/// network thread on which it lives (8) and a number (40), which begins
/// anywhere when a node starts, so that what is late for a session of its
/// earlier life meets no other.
inline constexpr unsigned session_node_shift = 48;
inline constexpr unsigned session_worker_shift = 40;
inline constexpr std::size_t workers_max
  = std::size_t{1} << (session_node_shift - session_worker_shift);

/// What is too large for its place loses its high bits.
constexpr session_id make_session_id(node_id node, std::size_t worker,
                                     std::uint64_t number) {
  return session_id{node} << session_node_shift
         | session_id{worker % workers_max} << session_worker_shift
         | (number & ((session_id{1} << session_worker_shift) - 1));
}

constexpr std::size_t worker_of(session_id session) {
  return (session >> session_worker_shift) % workers_max;
}

} // namespace parley::net
