#pragma once

#include "bench/load/peers/dialect.hpp"

#include <utility>
#include <vector>

namespace parley::bench {

/// MQTT 5 over bare TCP (Debian's mosquitto has no WebSocket), quality of
/// service 1 both ways, in a session that outlives its connection.
class mqtt_dialect final : public dialect {
public:
  explicit mqtt_dialect(peer_user user) : user_(std::move(user)) {}

  std::string upgrade() const override;
  opcode frames() const override {
    return opcode::binary;
  }
  void greet(dialect_listener& to) override;
  void say(const message_mark& mark, dialect_listener& to) override;
  void read(std::string_view frame, dialect_listener& to) override;

private:
  void read_packet(unsigned char first, std::string_view body,
                   dialect_listener& to);
  void read_publish(unsigned char first, std::string_view body,
                    dialect_listener& to);
  void read_puback(std::string_view body, dialect_listener& to);

  peer_user user_;
  std::string in_ = {};
  std::uint16_t last_packet_ = 1;
  /// Sent and not acknowledged: packet and counter.
  std::vector<std::pair<std::uint16_t, std::uint64_t>> on_their_way_ = {};
};

} // namespace parley::bench
