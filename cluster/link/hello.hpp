#pragma once

#include "base/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::cluster::link {

/// What a connection is for.
enum class purpose : std::uint8_t { link = 1, request = 2 };

/// Why a connection was not taken. The numbers travel: append only.
enum class refusal : std::uint8_t {
  none = 0,
  /// What came was no hello.
  malformed = 1,
  /// No version that both speak.
  version = 2,
  other_cluster = 3,
  /// The node that was dialled is another one.
  wrong_node = 4,
  /// The dialling node is no peer.
  not_a_peer = 5,
  /// A newer process has this node's id.
  superseded = 6,
  /// Too much is under way, or nothing yet.
  busy = 7,
  /// The dialling node was a member, and is none any more.
  removed = 8,
};

/// As logs and metrics name it.
std::string_view to_string(refusal why);

/// What each side says first, the dialling one before the other.
///
/// u16 lowest and u16 highest version, u8 purpose, u32 node, u32 node that is
/// meant (0: whoever it is), u64 incarnation, u64 cluster (0: not known), and,
/// where it is not 0, u32 living. More may follow that newer versions
/// understand.
struct hello {
  std::uint16_t speaks_min = 0;
  std::uint16_t speaks_max = 0;
  purpose what_for = purpose::link;
  node_id node = 0;
  node_id meant = 0;
  std::uint64_t incarnation = 0;
  std::uint64_t cluster = 0;
  /// Nodes of its cluster that it reaches, with itself, while the map has an
  /// owner among them.
  std::uint32_t living = 0;

  friend bool operator==(const hello&, const hello&) = default;
};

inline constexpr std::size_t hello_bytes = 29;

std::string encode(const hello& x);
std::optional<hello> decode_hello(std::string_view bytes);

/// The highest version that both speak; 0 where there is none.
std::uint16_t common_version(const hello& a, const hello& b);

/// What `ours` has against `theirs`, but for what depends on the peers.
refusal objection(const hello& ours, const hello& theirs);

/// One byte.
std::string encode(refusal why);
refusal decode_refusal(std::string_view bytes);

} // namespace parley::cluster::link
