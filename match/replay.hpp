#pragma once

#include "match/pool.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace parley::match {

/// One line of a recorded stream: somebody came, or did not want to wait any
/// longer.
struct arrival {
  timestamp_ms at = 0;
  /// Tells one from another, and says no more.
  std::uint64_t who = 0;
  /// None: gone.
  std::optional<raw_wishes> said = {};
};

/// What has become of those who came.
struct replay_report {
  std::uint64_t came = 0;
  /// Tickets that the policy does not take, or whose user had one.
  std::uint64_t refused = 0;
  /// Why the first of them was.
  std::string first_refusal = {};
  /// Users, not pairs.
  std::uint64_t matched = 0;
  std::uint64_t expired = 0;
  std::uint64_t cancelled = 0;
  /// How long those who were matched had waited, shortest first.
  std::vector<milliseconds> waits = {};

  /// What that part (0 to 1) of them waited at most; 0 where nobody was.
  milliseconds wait(double part) const;
};

/// What a queue with this policy would have made of a stream of arrivals. Time
/// is that of the stream; who was matched is not there until coming again.
class replay {
public:
  explicit replay(policy with) : pool_(std::move(with)) {}

  /// The next line; `at` does not go back.
  void take(const arrival& next);

  /// The stream is over: who still waits does so until matched or expired.
  replay_report finish();

private:
  void run_until(timestamp_ms time);
  void refuse(const error& why);
  void note(const pairing& p, timestamp_ms at);

  pool pool_;
  replay_report report_;
  ticket_id last_id_ = 0;
};

} // namespace parley::match
