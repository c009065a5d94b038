#pragma once

#include "bench/load/peers/dialect.hpp"

#include <utility>

namespace parley::bench {

/// NATS over WebSocket: publishes into a JetStream stream whose answer is the
/// acknowledgement, and is told by a plain subscription of the same subject.
class nats_dialect final : public dialect {
public:
  explicit nats_dialect(peer_user user) : user_(std::move(user)) {}

  std::string upgrade() const override;
  opcode frames() const override {
    return opcode::binary;
  }
  void greet(dialect_listener& to) override;
  void say(const message_mark& mark, dialect_listener& to) override;
  void read(std::string_view frame, dialect_listener& to) override;

private:
  /// Takes one line, and its payload, off `rest`; false where it is not whole.
  bool take(std::string_view& rest, dialect_listener& to);
  bool take_message(std::string_view line, std::string_view& rest,
                    dialect_listener& to);

  peer_user user_;
  /// The start of what has not come whole.
  std::string in_ = {};
};

} // namespace parley::bench
