#include "bench/load/peers/mqtt_dialect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace parley::bench {

namespace {

constexpr unsigned char connack = 0x20;
constexpr unsigned char publish = 0x30;
constexpr unsigned char puback = 0x40;
constexpr unsigned char suback = 0x90;
constexpr unsigned char at_least_once = 0x02;
constexpr unsigned refused_bit = 0x80;

void append_16(std::string& out, std::size_t value) {
  out += static_cast<char>(value >> 8 & 0xff);
  out += static_cast<char>(value & 0xff);
}

std::uint16_t number_16(std::string_view at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(at[0]) << 8
                                    | static_cast<unsigned char>(at[1]));
}

void append_text(std::string& out, std::string_view text) {
  append_16(out, text.size());
  out += text;
}

std::string packet(unsigned char first, std::string_view body) {
  std::string out(1, static_cast<char>(first));
  auto left = body.size();
  do {
    auto low = left % 128;
    left /= 128;
    out += static_cast<char>(left != 0 ? low | 0x80 : low);
  } while (left != 0);
  return out.append(body);
}

// A number of up to four bytes, low bits first. Nothing where it is not whole.
std::optional<std::size_t> take_length(std::string_view& from) {
  std::size_t out = 0;
  for (unsigned i = 0; i < 4 && i < from.size(); ++i) {
    auto byte = static_cast<unsigned char>(from[i]);
    out |= std::size_t{byte & 0x7fu} << (7 * i);
    if ((byte & 0x80) == 0) {
      from.remove_prefix(i + 1);
      return out;
    }
  }
  return std::nullopt;
}

std::string connect_packet(const std::string& client) {
  std::string body;
  append_text(body, "MQTT");
  body += '\x05';
  // An old session goes on; no keep-alive; an hour's life, unconnected.
  body.append(std::string_view{"\x00\x00\x00\x05\x11\x00\x00\x0e\x10", 9});
  append_text(body, client);
  return packet(0x10, body);
}

std::string subscribe_packet(const std::string& topic) {
  std::string body;
  append_16(body, 1);
  body += '\0';
  append_text(body, topic);
  // At least once, and not what it writes itself.
  body += '\x05';
  return packet(0x82, body);
}

} // namespace

std::string mqtt_dialect::upgrade() const {
  return {};
}

void mqtt_dialect::greet(dialect_listener& to) {
  in_.clear();
  on_their_way_.clear();
  to.write(connect_packet(user_.name));
}

void mqtt_dialect::say(const message_mark& mark, dialect_listener& to) {
  // 0 is none, and 1 was the subscription's.
  last_packet_ = static_cast<std::uint16_t>(std::max(last_packet_ + 1, 2));
  if (last_packet_ == 0)
    last_packet_ = 2;
  on_their_way_.emplace_back(last_packet_, mark.counter);
  std::string body;
  append_text(body, user_.conversation);
  append_16(body, last_packet_);
  body += '\0';
  body += marked(mark, user_.words);
  to.write(packet(publish | at_least_once, body));
}

void mqtt_dialect::read(std::string_view frame, dialect_listener& to) {
  auto all = std::exchange(in_, {});
  if (!all.empty())
    frame = all.append(frame);
  while (frame.size() >= 2) {
    auto rest = frame.substr(1);
    auto size = take_length(rest);
    if (!size || rest.size() < *size)
      break;
    read_packet(static_cast<unsigned char>(frame[0]), rest.substr(0, *size),
                to);
    frame = rest.substr(*size);
  }
  in_ = frame;
}

void mqtt_dialect::read_packet(unsigned char first, std::string_view body,
                               dialect_listener& to) {
  auto code
    = body.size() < 2 ? refused_bit : static_cast<unsigned char>(body[1]);
  auto kind = static_cast<unsigned char>(first & 0xf0);
  if (kind == publish)
    return read_publish(first, body, to);
  if (kind == puback)
    return read_puback(body, to);
  if (kind == connack && code == 0)
    return to.write(subscribe_packet(user_.conversation));
  if (kind == suback
      && (static_cast<unsigned char>(body.back()) & refused_bit) == 0)
    return to.on_greeted();
  to.on_nonsense(fmt::format("an MQTT packet {:#x}, {:#x}", first, code));
}

// Topic, packet where it is to be answered, properties, payload.
void mqtt_dialect::read_publish(unsigned char first, std::string_view body,
                                dialect_listener& to) {
  if (body.size() < 2 || body.size() < number_16(body) + 5u)
    return to.on_nonsense("an MQTT message that is cut short");
  body.remove_prefix(2u + number_16(body));
  if ((first & at_least_once) != 0) {
    to.write(packet(puback, body.substr(0, 2)));
    body.remove_prefix(2);
  }
  auto properties = take_length(body);
  if (!properties || body.size() < *properties)
    return to.on_nonsense("an MQTT message that is cut short");
  to.on_message(body.substr(*properties));
}

void mqtt_dialect::read_puback(std::string_view body, dialect_listener& to) {
  auto reason = body.size() < 3 ? 0u : static_cast<unsigned char>(body[2]);
  if (body.size() < 2 || reason >= refused_bit)
    return to.on_nonsense("MQTT refuses a message");
  auto is_it = [&](const auto& one) { return one.first == number_16(body); };
  auto at = std::find_if(on_their_way_.begin(), on_their_way_.end(), is_it);
  if (at == on_their_way_.end())
    return;
  auto counter = at->second;
  on_their_way_.erase(at);
  to.on_acknowledged(counter);
}

} // namespace parley::bench
