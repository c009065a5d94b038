#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::net {

/// What the bearer of an ops token may do: everything, or look at the cluster
/// and at metrics, which show nothing that is private to users.
enum class ops_role : std::uint8_t { operator_, reader };

/// A token for one operator or tool.
struct ops_token {
  /// Written into the audit log.
  std::string name = {};
  ops_role role = ops_role::operator_;
  std::string token = {};
};

/// Who sends an operator's request.
struct ops_caller {
  /// Empty where everybody has the same token, or none.
  std::string name = {};
  ops_role role = ops_role::operator_;

  /// Whether it may call the method of /v1/admin.
  bool may(std::string_view method) const;
};

/// Whose token that is, compared with all of them in the same time.
std::optional<ops_caller> find_caller(std::span<const ops_token> all,
                                      std::string_view token);

} // namespace parley::net
