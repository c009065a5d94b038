#pragma once

#include "cluster/member/range_hashes.hpp"
#include "storage/keys.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// What nodes say to each other to compare their replicas, and to mend them.
namespace parley::cluster {

using storage::shard_id;

/// To the shard's owner: put a mark into its log.
struct verify_request {
  shard_id shard = 0;
  std::uint64_t round = 0;
};

/// The mark: whoever comes to it tells the node that asked.
struct verify_mark {
  std::uint64_t round = 0;
  node_id asked_by = 0;
  std::int64_t time_ms = 0;
};

/// A replica has come to the mark, and its digest will follow.
struct verify_reached {
  shard_id shard = 0;
  std::uint64_t round = 0;
};

struct verify_digest {
  shard_id shard = 0;
  std::uint64_t round = 0;
  shard_digest digest;
};

/// The replica that the node has is worth nothing: it is to get another.
struct mend_order {
  shard_id shard = 0;
};

/// To the shard's owner: the sender has lost the state and needs it.
struct state_wish {
  shard_id shard = 0;
};

using verify_message = std::variant<verify_request, verify_reached,
                                    verify_digest, mend_order, state_wish>;

std::string encode(const verify_message& what);
std::optional<verify_message> decode_verify(std::string_view bytes);

std::string encode(const verify_mark& what);
std::optional<verify_mark> decode_mark(std::string_view bytes);

} // namespace parley::cluster
