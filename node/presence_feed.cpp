#include "node/presence_feed.hpp"

namespace parley::node {

namespace {

using cluster::presence::status;

// The invisible are shown as offline, to Redis too.
status shown(actors::presence_status x) {
  switch (x) {
    case actors::presence_status::online: return status::online;
    case actors::presence_status::away: return status::away;
    case actors::presence_status::busy: return status::busy;
    case actors::presence_status::invisible:
    case actors::presence_status::offline: break;
  }
  return status::offline;
}

} // namespace

void presence_feed::session_opened(const user_id& user) {
  roster_.session_opened(user);
}

void presence_feed::session_closed(const user_id& user) {
  roster_.session_closed(user, time_.now_ms());
}

void presence_feed::status_changed(const user_id& user,
                                   actors::presence_status now) {
  roster_.status_changed(user, shown(now));
}

} // namespace parley::node
