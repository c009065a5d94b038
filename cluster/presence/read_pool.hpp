#pragma once

#include "cluster/presence/backoff.hpp"
#include "cluster/presence/connection.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace parley::cluster::presence {

/// Connections to one Redis for reading. Used on the loop's thread only.
class read_pool {
public:
  read_pool(boost::asio::io_context& loop, const options& opts);
  ~read_pool();

  void move_to(const address& where);

  void tick(steady_clock::time_point now);

  /// The one that owes the fewest answers; null where none is up.
  std::shared_ptr<connection> pick() const;

  void close();

private:
  struct slot {
    std::shared_ptr<connection> connected = {};
    steady_clock::time_point open_at = {};
    backoff retry = {};
  };

  void open(slot& in);

  boost::asio::io_context& loop_;
  const options& opts_;
  std::optional<address> where_;
  /// Never resized: connections know their slot.
  std::vector<slot> slots_;
};

} // namespace parley::cluster::presence
