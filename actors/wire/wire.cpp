#include "actors/wire/wire.hpp"

#include "actors/type_ids.hpp"
#include "actors/wire/codec.hpp"

#include <utility>

namespace parley::actors::wire {

namespace {

/// What stands before every command, whichever it is.
struct envelope {
  /// An `entity_kind`, perhaps of a newer node.
  std::uint32_t to_kind = 0;
  decltype(cluster::entity_key::name) to_name = {};
  reply_address reply_to = {};
  caller from = {};
};

struct addressed_answer {
  call_address to = {};
  result<reply> what = reply{done{}};
};

} // namespace

template <>
inline constexpr auto fields_of<envelope> =
  [](auto& x) { return std::tie(x.to_kind, x.to_name, x.reply_to, x.from); };

template <>
inline constexpr auto fields_of<addressed_answer> =
  [](auto& x) { return std::tie(x.to, x.what); };

namespace {

error damaged() {
  return {errc::corrupt, "damaged bytes from another node"};
}

/// What elements of lists may take of memory.
std::size_t memory_of(std::string_view bytes) {
  return bytes.size() * memory_factor;
}

std::uint32_t number(cluster::entity_kind x) {
  return static_cast<std::uint32_t>(x);
}

template <class Command>
std::string encode_request(const cluster::entity_key& to,
                           const request<Command>& what) {
  writer out{kind::request};
  out(envelope{number(to.kind), to.name, what.reply_to, what.from});
  out(what.body);
  return out.take();
}

std::string encode_response(const cluster::entity_key& to,
                            const response& what) {
  writer out{kind::response};
  out(to);
  out(what);
  return out.take();
}

/// A value that takes the rest of the bytes.
template <class T>
std::string encode_open(kind first, const T& what) {
  writer out{first};
  out.open(what);
  return out.take();
}

template <class Command>
arrival decode_command(reader& in, envelope& head, std::int64_t received_us) {
  request<Command> what;
  in(what.body);
  if (!in.good())
    return refused{
      std::move(head.reply_to),
      {errc::unavailable, "this node does not know the command yet"}};
  what.from = head.from;
  what.reply_to = std::move(head.reply_to);
  what.sent_us = received_us;
  return routed{{static_cast<cluster::entity_kind>(head.to_kind), head.to_name},
                caf::make_message(std::move(what))};
}

result<arrival> decode_request(reader& in, std::int64_t received_us) {
  envelope head;
  in(head);
  if (!in.good())
    return damaged();
  if (head.to_kind == number(cluster::entity_kind::user))
    return decode_command<user_command>(in, head, received_us);
  if (head.to_kind == number(cluster::entity_kind::conversation))
    return decode_command<conversation_command>(in, head, received_us);
  if (head.to_kind == number(cluster::entity_kind::directory))
    return decode_command<directory_command>(in, head, received_us);
  if (head.to_kind == number(cluster::entity_kind::queue))
    return decode_command<queue_command>(in, head, received_us);
  if (head.to_kind == number(cluster::entity_kind::moderation))
    return decode_command<moderation_command>(in, head, received_us);
  return refused{std::move(head.reply_to),
                 {errc::unavailable, "this node does not know the entity yet"}};
}

result<arrival> decode_response(reader& in) {
  cluster::entity_key to;
  response what;
  in(to);
  in(what);
  if (!in.good())
    return damaged();
  return routed{to, caf::make_message(std::move(what))};
}

void give(gateway& to, addressed_answer& x) {
  to.answer(x.to, std::move(x.what));
}

void give(gateway& to, publication& x) {
  to.publish(std::move(x));
}

void give(gateway& to, presence_change& x) {
  to.publish(std::move(x));
}

void give(gateway& to, subscription& x) {
  if (x.on)
    to.subscribe(x.node, x.session, x.conversation, x.last_seq);
  else
    to.unsubscribe(x.node, x.session, x.conversation);
}

void give(gateway& to, closing& x) {
  to.close(x.node, x.session, x.why);
}

void give(gateway& to, silencing& x) {
  to.silence(x.node, x.session, x.until);
}

void give(gateway& to, session_signal& x) {
  to.tell(x.node, x.session, std::move(x.what));
}

void give(gateway& to, match_notice& x) {
  to.tell(std::move(x));
}

void give(gateway& to, settings_notice& x) {
  to.tell(std::move(x));
}

template <class T>
result<void> hand_over(reader& in, gateway& to) {
  T what;
  in.open(what);
  if (!in.good())
    return damaged();
  give(to, what);
  return {};
}

} // namespace

std::optional<std::string> encode(const cluster::entity_key& to,
                                  const caf::message& what) {
  if (what.match_elements<conversation_request>())
    return encode_request(to, what.get_as<conversation_request>(0));
  if (what.match_elements<user_request>())
    return encode_request(to, what.get_as<user_request>(0));
  if (what.match_elements<directory_request>())
    return encode_request(to, what.get_as<directory_request>(0));
  if (what.match_elements<queue_request>())
    return encode_request(to, what.get_as<queue_request>(0));
  if (what.match_elements<moderation_request>())
    return encode_request(to, what.get_as<moderation_request>(0));
  if (what.match_elements<response>())
    return encode_response(to, what.get_as<response>(0));
  return std::nullopt;
}

result<arrival> decode(std::string_view bytes, std::int64_t received_us) {
  auto memory = memory_of(bytes);
  reader in{bytes, memory};
  auto first = in.first();
  if (first == kind::request)
    return decode_request(in, received_us);
  if (first == kind::response)
    return decode_response(in);
  return damaged();
}

std::string encode(const call_address& to, const result<reply>& what) {
  writer out{kind::answer};
  out(to);
  out(what);
  return out.take();
}

std::string encode(const publication& what) {
  return encode_open(kind::publication, what);
}

std::string encode(const presence_change& what) {
  return encode_open(kind::presence_change, what);
}

std::string encode(const subscription& what) {
  return encode_open(kind::subscription, what);
}

std::string encode(const closing& what) {
  return encode_open(kind::closing, what);
}

std::string encode(const silencing& what) {
  return encode_open(kind::silencing, what);
}

std::string encode(const session_signal& what) {
  return encode_open(kind::session_signal, what);
}

std::string encode(const match_notice& what) {
  return encode_open(kind::match_notice, what);
}

std::string encode(const settings_notice& what) {
  return encode_open(kind::settings_notice, what);
}

result<void> decode_into(std::string_view bytes, gateway& to) {
  auto memory = memory_of(bytes);
  reader in{bytes, memory};
  switch (in.first()) {
    case kind::answer: return hand_over<addressed_answer>(in, to);
    case kind::publication: return hand_over<publication>(in, to);
    case kind::presence_change: return hand_over<presence_change>(in, to);
    case kind::subscription: return hand_over<subscription>(in, to);
    case kind::closing: return hand_over<closing>(in, to);
    case kind::silencing: return hand_over<silencing>(in, to);
    case kind::session_signal: return hand_over<session_signal>(in, to);
    case kind::match_notice: return hand_over<match_notice>(in, to);
    case kind::settings_notice: return hand_over<settings_notice>(in, to);
    default: return damaged();
  }
}

} // namespace parley::actors::wire
