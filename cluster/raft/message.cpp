#include "cluster/raft/message.hpp"

#include "storage/codec.hpp"

#include <array>
#include <utility>

namespace parley::cluster::raft {

namespace {

constexpr std::uint8_t message_version = 1;

/// Version, kind, ids and numbers.
constexpr std::size_t header_bytes = 64;
/// Of one entry, besides its payload.
constexpr std::size_t entry_bytes = 12;

/// The values travel: append only.
enum class kind : std::uint8_t {
  append = 1,
  append_answer = 2,
  heartbeat = 3,
  heartbeat_answer = 4,
  vote_request = 5,
  vote_answer = 6,
  timeout_now = 7
};

static_assert(
  std::variant_size_v<
    decltype(message::body)> == static_cast<std::size_t>(kind::timeout_now));

template <class Visitor, class Position>
void place(Visitor& visit, Position& at) {
  visit(at.term);
  visit(at.index);
}

template <class Visitor, class Stamp>
void stamp_fields(Visitor& visit, Stamp& stamp) {
  visit(stamp.round);
  visit(stamp.sent_at);
}

void entries_of(storage::record_writer& writer, const append& request) {
  writer(std::uint64_t{request.entries.size()});
  for (const auto& e : request.entries) {
    // Its index follows from its place.
    writer(e.at.term);
    writer.choice(e.kind, entry_kind::normal, entry_kind::config);
    writer(*e.data);
  }
}

void entries_of(storage::record_reader& reader, append& request) {
  std::uint64_t count = 0;
  reader(count);
  auto index = request.before.index;
  for (; count > 0 && reader.good(); --count) {
    entry e;
    std::string data;
    e.at.index = ++index;
    reader(e.at.term);
    reader.choice(e.kind, entry_kind::normal, entry_kind::config);
    reader(data);
    e.data = std::make_shared<const std::string>(std::move(data));
    request.entries.push_back(std::move(e));
  }
}

template <class Visitor, class Body>
void body_fields(Visitor& visit, Body& body) {
  using type = std::remove_const_t<Body>;
  if constexpr (std::is_same_v<type, append>) {
    place(visit, body.before);
    visit(body.commit);
    visit(body.held_by_all);
    stamp_fields(visit, body.stamp);
    entries_of(visit, body);
  } else if constexpr (std::is_same_v<type, append_answer>) {
    visit(body.matched);
    visit(body.index);
    visit(body.refused);
    stamp_fields(visit, body.stamp);
  } else if constexpr (std::is_same_v<type, heartbeat>) {
    visit(body.commit);
    visit(body.held_by_all);
    visit(body.sent);
    stamp_fields(visit, body.stamp);
  } else if constexpr (std::is_same_v<type, heartbeat_answer>) {
    visit(body.stored);
    visit(body.received);
    visit(body.sent);
    stamp_fields(visit, body.stamp);
  } else if constexpr (std::is_same_v<type, vote_request>) {
    visit(body.rehearsal);
    visit(body.forced);
    place(visit, body.last);
  } else if constexpr (std::is_same_v<type, vote_answer>) {
    visit(body.rehearsal);
    visit(body.granted);
  }
}

template <class Visitor, class Message>
void header_fields(Visitor& visit, Message& m, kind& what) {
  visit.choice(what, kind::append, kind::timeout_now);
  visit(m.from);
  visit(m.to);
  visit(m.term);
}

template <class Body>
void read_body(storage::record_reader& reader, message& m) {
  body_fields(reader, m.body.emplace<Body>());
}

constexpr std::array readers{
  &read_body<append>,       &read_body<append_answer>,
  &read_body<heartbeat>,    &read_body<heartbeat_answer>,
  &read_body<vote_request>, &read_body<vote_answer>,
  &read_body<timeout_now>,
};

std::size_t size_hint(const message& m) {
  auto size = header_bytes;
  if (const auto* request = std::get_if<append>(&m.body))
    for (const auto& e : request->entries)
      size += entry_bytes + e.data->size();
  return size;
}

} // namespace

bool carries_entries(const message& m) {
  const auto* what = std::get_if<append>(&m.body);
  return what && !what->entries.empty();
}

std::size_t bytes_of(const message& m) {
  auto bytes = sizeof m;
  if (const auto* what = std::get_if<append>(&m.body))
    for (const auto& e : what->entries)
      bytes += sizeof e + e.data->size();
  return bytes;
}

std::string encode(const message& m) {
  storage::record_writer writer{message_version, size_hint(m)};
  auto what = static_cast<kind>(m.body.index() + 1);
  header_fields(writer, m, what);
  std::visit([&writer](const auto& body) { body_fields(writer, body); },
             m.body);
  return writer.take();
}

result<message> decode(std::string_view bytes) {
  storage::record_reader reader{bytes};
  message m;
  auto what = kind::append;
  auto version = reader.version();
  header_fields(reader, m, what);
  if (reader.good())
    readers[static_cast<std::size_t>(what) - 1](reader, m);
  if (version == 0 || !reader.good())
    return error{errc::corrupt, "raft message"};
  return m;
}

} // namespace parley::cluster::raft
