#pragma once

#include "base/ids.hpp"
#include "cluster/presence/view.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace parley::cluster::presence {

/// What one Redis is to be told of a user on this node.
struct change {
  user_id user = {};
  bool present = false;
  /// When it came or, where it is not present, when it left.
  timestamp_ms at = 0;
  /// Empty where this node has not heard of one.
  std::optional<presence::status> status = {};

  friend bool operator==(const change&, const change&) = default;
};

/// The users with sessions on this node whose presence one Redis keeps, and
/// which of them it has still to be told of. A state for each user, not a queue
/// of what happened: many changes of one user are told as one.
///
/// What is told counts for a generation: a new one begins when the Redis has
/// lost what it knew, and everyone who is present is to be told again. Where
/// more changes wait than are allowed, they are forgotten, and nothing is told
/// until a new generation begins: so what waits is bounded, however long the
/// Redis is gone. It starts like that.
///
/// Safe to call from any thread; each call does little.
class session_table {
public:
  explicit session_table(std::size_t changes_max) : changes_max_(changes_max) {}

  // -- for sessions -----------------------------------------------------------

  /// Each returns whether there is now something to tell.
  bool opened(const user_id& user, timestamp_ms now);
  bool closed(const user_id& user, timestamp_ms now);
  bool changed(const user_id& user, status now);

  // -- for the Redis ----------------------------------------------------------

  /// Up to `max` changes to tell, the oldest first. Each is to be followed by
  /// `told` or `not_told`.
  std::vector<change> take_changes(std::size_t max);

  /// About as many of those who are present and were not told in this
  /// generation. May be empty though some are left, as it looks at a bounded
  /// part of the table at a time.
  std::vector<change> take_unasserted(std::size_t max);

  void told(const user_id& user);

  /// It is to be told again.
  void not_told(const change& what);

  /// Returns its number.
  std::uint32_t begin_generation();

  /// Whether only a new generation will do.
  bool forgetful() const;

  // -- for readers ------------------------------------------------------------

  /// Nothing where the user has no session here.
  std::optional<change> find(const user_id& user) const;

  std::size_t users() const;
  std::size_t sessions() const;
  /// Those who are present and not told in this generation.
  std::size_t unasserted() const;
  /// Users that Redis knows less of than this node.
  std::size_t waiting() const;

private:
  struct row {
    std::uint32_t sessions = 0;
    std::uint32_t generation = 0;
    /// The queue it waits in; 0 where it does not.
    std::uint32_t queue = 0;
    std::optional<presence::status> status = {};
    timestamp_ms at = 0;
  };

  using rows = std::unordered_map<user_id, row>;

  rows& rows_of(const user_id& user);
  row* find_row(const user_id& user);
  bool enqueue(const user_id& user, row& of);
  void forget();
  change take(const user_id& user, row& of);
  void take_next_bucket(std::vector<change>& to);

  const std::size_t changes_max_;
  mutable std::mutex guard_;
  /// Many small tables, for a large one stops everybody while it grows.
  std::array<rows, 64> rows_;
  std::deque<user_id> changes_;
  std::size_t users_ = 0;
  std::size_t sessions_ = 0;
  std::size_t unasserted_ = 0;
  /// Where the walk through the tables goes on.
  std::size_t stripe_ = 0;
  std::size_t bucket_ = 0;
  std::uint32_t generation_ = 0;
  /// Numbers the queues: the rows of a dropped one wait no more.
  std::uint32_t queue_ = 1;
  bool forgetful_ = true;
};

} // namespace parley::cluster::presence
