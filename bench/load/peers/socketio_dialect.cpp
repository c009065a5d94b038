#include "bench/load/peers/socketio_dialect.hpp"

#include "bench/load/connection.hpp"

#include <fmt/format.h>

#include <charconv>

namespace parley::bench {

namespace {

// The type of the Engine.IO packet, then that of the Socket.IO packet in it.
constexpr std::string_view engine_opened = "0";
constexpr std::string_view engine_ping = "2";
constexpr std::string_view engine_pong = "3";
constexpr std::string_view socket_connected = "40";
constexpr std::string_view said_event = R"(42["said",)";
constexpr std::string_view said_answer = "43";

} // namespace

std::string socketio_dialect::upgrade() const {
  return upgrade_request("/socket.io/?EIO=4&transport=websocket", "");
}

// The server speaks first.
void socketio_dialect::greet(dialect_listener&) {}

void socketio_dialect::say(const message_mark& mark, dialect_listener& to) {
  to.write(fmt::format(R"(42{}["say","{}"])", mark.counter,
                       marked(mark, user_.words)));
}

void socketio_dialect::read(std::string_view frame, dialect_listener& to) {
  if (frame.starts_with(said_event)) {
    auto from = frame.find('"', said_event.size());
    auto upto = frame.rfind('"');
    if (from < upto)
      return to.on_message(frame.substr(from + 1, upto - from - 1));
  } else if (frame.starts_with(said_answer)) {
    std::uint64_t counter = 0;
    std::from_chars(frame.data() + said_answer.size(),
                    frame.data() + frame.size(), counter);
    return to.on_acknowledged(counter);
  } else if (frame == engine_ping) {
    return to.write(engine_pong);
  } else if (frame.starts_with(socket_connected)) {
    return to.on_greeted();
  } else if (frame.starts_with(engine_opened)) {
    return to.write(fmt::format(R"(40{{"user":"{}","conversation":"{}"}})",
                                user_.name, user_.conversation));
  }
  to.on_nonsense(frame);
}

} // namespace parley::bench
