#include "cluster/link/hello.hpp"

#include "storage/big_endian.hpp"

#include <algorithm>

namespace parley::cluster::link {

namespace {

template <class T>
T take(std::string_view& bytes) {
  auto x = storage::read_big_endian<T>(bytes);
  bytes.remove_prefix(sizeof(T));
  return x;
}

} // namespace

std::string_view to_string(refusal why) {
  switch (why) {
    case refusal::none: return "none";
    case refusal::malformed: return "malformed";
    case refusal::version: return "version";
    case refusal::other_cluster: return "other_cluster";
    case refusal::wrong_node: return "wrong_node";
    case refusal::not_a_peer: return "not_a_peer";
    case refusal::superseded: return "superseded";
    case refusal::busy: return "busy";
    case refusal::removed: return "removed";
  }
  // A number from a newer node.
  return "unknown";
}

std::string encode(const hello& x) {
  using storage::append_big_endian;
  std::string out;
  out.reserve(hello_bytes);
  append_big_endian(out, x.speaks_min);
  append_big_endian(out, x.speaks_max);
  append_big_endian(out, static_cast<std::uint8_t>(x.what_for));
  append_big_endian(out, x.node);
  append_big_endian(out, x.meant);
  append_big_endian(out, x.incarnation);
  append_big_endian(out, x.cluster);
  if (x.living != 0)
    append_big_endian(out, x.living);
  return out;
}

std::optional<hello> decode_hello(std::string_view bytes) {
  if (bytes.size() < hello_bytes)
    return std::nullopt;
  hello x;
  x.speaks_min = take<std::uint16_t>(bytes);
  x.speaks_max = take<std::uint16_t>(bytes);
  auto what_for = take<std::uint8_t>(bytes);
  x.node = take<std::uint32_t>(bytes);
  x.meant = take<std::uint32_t>(bytes);
  x.incarnation = take<std::uint64_t>(bytes);
  x.cluster = take<std::uint64_t>(bytes);
  if (bytes.size() >= sizeof(x.living))
    x.living = take<std::uint32_t>(bytes);
  if (what_for != 1 && what_for != 2)
    return std::nullopt;
  x.what_for = static_cast<purpose>(what_for);
  return x;
}

std::uint16_t common_version(const hello& a, const hello& b) {
  auto highest = std::min(a.speaks_max, b.speaks_max);
  return highest >= std::max(a.speaks_min, b.speaks_min) ? highest : 0;
}

refusal objection(const hello& ours, const hello& theirs) {
  if (common_version(ours, theirs) == 0)
    return refusal::version;
  if (ours.cluster != 0 && theirs.cluster != 0
      && ours.cluster != theirs.cluster)
    return refusal::other_cluster;
  if (theirs.meant != 0 && theirs.meant != ours.node)
    return refusal::wrong_node;
  return refusal::none;
}

std::string encode(refusal why) {
  return {static_cast<char>(why)};
}

refusal decode_refusal(std::string_view bytes) {
  return bytes.empty() ? refusal::malformed
                       : static_cast<refusal>(bytes.front());
}

} // namespace parley::cluster::link
