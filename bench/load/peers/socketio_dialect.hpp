#pragma once

#include "bench/load/peers/dialect.hpp"

#include <utility>

namespace parley::bench {

/// Socket.IO 4 (protocol 5 over Engine.IO protocol 4), one JSON array a frame:
/// `say` with an acknowledgement, `said` (`bench/peers/socketio/server.mjs`).
class socketio_dialect final : public dialect {
public:
  explicit socketio_dialect(peer_user user) : user_(std::move(user)) {}

  std::string upgrade() const override;
  void greet(dialect_listener& to) override;
  void say(const message_mark& mark, dialect_listener& to) override;
  void read(std::string_view frame, dialect_listener& to) override;

private:
  peer_user user_;
};

} // namespace parley::bench
