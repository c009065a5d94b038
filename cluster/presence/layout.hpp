#pragma once

#include "base/ids.hpp"
#include "cluster/presence/session_table.hpp"
#include "cluster/presence/view.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What stands in Redis, as docs/presence.md describes it. Reading is total:
/// what others have written there may be anything.
namespace parley::cluster::presence {

/// The names of keys, all with the prefix in front.
class key_names {
public:
  explicit key_names(std::string prefix) : prefix_(std::move(prefix)) {}

  /// A hash: a field for each node, called by its number, and `status`.
  std::string user(const user_id& user) const;
  /// A text that ends with the node.
  std::string lease(node_id node) const;
  /// A sorted set: nodes by when they last renewed their lease, in ms.
  std::string nodes() const;

private:
  std::string prefix_;
};

/// One run of a node, and what it told one Redis since that lost what it knew:
/// "RUN.GENERATION". What was said in another is void.
struct incarnation {
  std::string run = {};
  std::uint32_t generation = 0;

  friend bool operator==(const incarnation&, const incarnation&) = default;
};

std::string to_string(const incarnation& x);
std::optional<incarnation> parse_incarnation(std::string_view text);

/// "INCARNATION ready|asserting USERS SESSIONS SINCE NAME"
struct lease_text {
  presence::incarnation incarnation = {};
  /// Not everything has been said again that was said before.
  bool asserting = false;
  std::uint64_t users = 0;
  std::uint64_t sessions = 0;
  timestamp_ms since = 0;
  std::string name = {};

  friend bool operator==(const lease_text&, const lease_text&) = default;
};

std::string to_string(const lease_text& x);
std::optional<lease_text> parse_lease(std::string_view text);

/// What one node says of a user: "on INCARNATION SINCE" or
/// "off INCARNATION LAST_SEEN".
struct entry {
  bool present = false;
  presence::incarnation incarnation = {};
  timestamp_ms at = 0;

  friend bool operator==(const entry&, const entry&) = default;
};

std::string to_string(const entry& x);
std::optional<entry> parse_entry(std::string_view text);

/// What all nodes say of a user.
struct user_hash {
  std::map<node_id, entry> nodes = {};
  std::optional<presence::status> status = {};

  /// Takes one field; what it does not know it leaves out.
  void add(std::string_view field, std::string_view value);
};

/// What a Redis says of a node.
struct node_lease {
  /// Empty where it has none.
  std::optional<lease_text> lease = {};
  timestamp_ms renewed = 0;
};

using node_leases = std::map<node_id, node_lease>;

/// How the user is, going by what a Redis says. `unsure`: that Redis may not
/// have been told everything.
view judge(const user_id& user, const user_hash& said,
           const node_leases& leases, bool unsure);

/// The same, where `self` itself knows better than a Redis what it has: the
/// user's session there, or that it has none. Its lease is not among `leases`.
view judge(const user_id& user, user_hash said, const node_leases& leases,
           bool unsure, node_id self, const std::optional<change>& own);

/// Which of the servers called `names` keeps the user: the one that draws
/// highest, so that one more server takes a part of each.
std::size_t server_of(const user_id& user, std::span<const std::string> names);

} // namespace parley::cluster::presence
