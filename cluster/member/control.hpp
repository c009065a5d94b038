#pragma once

#include "cluster/member/member.hpp"

#include <string>
#include <string_view>
#include <variant>

/// What nodes ask the owner of the cluster map over `links::request`.
namespace parley::cluster {

/// A new node wants to be a member. Answered with `admission`.
struct admission_request {
  std::string name;
  std::string address;
  std::string zone;
  /// How many shards it is set up for; 0 where it does not say.
  std::uint32_t shards = 0;
};

struct admission {
  node_id node = 0;
  std::uint64_t cluster = 0;
  std::uint32_t shards = 0;
  std::uint32_t replicas = 0;
  std::vector<link::peer_address> members;
};

using control_request = std::variant<admission_request, map_change>;

std::string encode(const control_request& what);
result<control_request> decode_control(std::string_view bytes);

std::string encode(const admission& what);
result<admission> decode_admission(std::string_view bytes);

/// What a node tells the others of itself, unasked.
std::string encode(const node_report& what);
result<node_report> decode_report(std::string_view bytes);

/// Lets a node in; fails where its name is taken. Fills `with` but for what
/// only the change's success makes true.
result<storage::write_set> admit(const admission_request& wish,
                                 const cluster_map& map, admission& with);

/// "1,2,3".
std::string list_of(const std::vector<node_id>& nodes);

/// The writes that make the change, none where it is made; fails with what is
/// wrong with it.
result<storage::write_set> apply(const map_change& what,
                                 const cluster_map& map);

} // namespace parley::cluster
