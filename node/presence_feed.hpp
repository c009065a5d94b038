#pragma once

#include "cluster/presence/roster.hpp"
#include "net/session_listener.hpp"

namespace parley::node {

/// Tells the roster what the network sees.
class presence_feed final : public net::session_listener {
public:
  presence_feed(cluster::presence::roster& to, const clock& time)
    : roster_(to), time_(time) {}

  void session_opened(const user_id& user) override;
  void session_closed(const user_id& user) override;
  void status_changed(const user_id& user,
                      actors::presence_status now) override;

private:
  cluster::presence::roster& roster_;
  const clock& time_;
};

} // namespace parley::node
