#include "bench/load/peers/dialect.hpp"

#include "bench/load/peers/floor_dialect.hpp"
#include "bench/load/peers/mqtt_dialect.hpp"
#include "bench/load/peers/nats_dialect.hpp"
#include "bench/load/peers/socketio_dialect.hpp"
#include "bench/load/peers/xmpp_dialect.hpp"

#include <utility>

namespace parley::bench {

std::unique_ptr<dialect> make_dialect(std::string_view protocol,
                                      peer_user user) {
  if (protocol == "floor")
    return std::make_unique<floor_dialect>(std::move(user));
  if (protocol == "socketio")
    return std::make_unique<socketio_dialect>(std::move(user));
  if (protocol == "xmpp")
    return std::make_unique<xmpp_dialect>(std::move(user));
  if (protocol == "nats")
    return std::make_unique<nats_dialect>(std::move(user));
  if (protocol == "mqtt")
    return std::make_unique<mqtt_dialect>(std::move(user));
  return nullptr;
}

std::string marked(const message_mark& mark, std::string_view words) {
  std::string out;
  append(out, mark);
  out += ' ';
  return out.append(words);
}

} // namespace parley::bench
