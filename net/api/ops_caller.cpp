#include "net/api/ops_caller.hpp"

#include "auth/refresh.hpp"

#include <algorithm>
#include <array>

namespace parley::net {

namespace {

// What changes nothing and shows nothing that is private to users.
constexpr std::array for_readers{
  std::string_view{"cluster.map"},    std::string_view{"cluster.rebalance"},
  std::string_view{"cluster.status"}, std::string_view{"config.show"},
  std::string_view{"node.list"},      std::string_view{"node.removal"},
  std::string_view{"presence.nodes"}, std::string_view{"queue.list"},
  std::string_view{"queue.show"},     std::string_view{"shard.show"},
  std::string_view{"shard.verified"}, std::string_view{"status"},
};

} // namespace

bool ops_caller::may(std::string_view method) const {
  return role == ops_role::operator_
         || std::find(for_readers.begin(), for_readers.end(), method)
              != for_readers.end();
}

std::optional<ops_caller> find_caller(std::span<const ops_token> all,
                                      std::string_view token) {
  std::optional<ops_caller> found;
  for (const auto& each : all)
    if (auth::same_hash(each.token, token))
      found = ops_caller{each.name, each.role};
  return found;
}

} // namespace parley::net
