#include "tests/hostile/store_audit.hpp"

#include "storage/moderation_records.hpp"
#include "storage/records.hpp"
#include "storage/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace parley::hostile {

namespace {

constexpr std::size_t shard_bytes = 2;
/// Rows of the cluster map and of the node itself begin with these.
constexpr unsigned char first_special = 0xFF;

template <class Record>
bool can_be_read(std::string_view record) {
  return bool{storage::decode<Record>(record)};
}

std::string shown(std::string_view key) {
  std::string out;
  for (auto c : key)
    out += c >= ' ' && c <= '~'
             ? std::string(1, c)
             : fmt::format("\\{:02x}", static_cast<unsigned char>(c));
  return out;
}

// What an outbox row is for must be somebody or something.
bool can_be_delivered(const storage::outbox_record& row) {
  return !row.to.empty() && row.to.size() <= 64;
}

} // namespace

void store_audit::wrong(std::string_view key, std::string_view what) {
  found_.add("a row that must not be", rows,
             fmt::format("{}: {}", what, shown(key)));
}

bool store_audit::is_known(std::string_view handle) const {
  return seen_.find_person(handle) != nobody
         || others.contains(std::string{handle});
}

void store_audit::read(const std::filesystem::path& dir, bool is_whole) {
  storage::options opts;
  opts.dir = dir;
  opts.reserve_bytes = std::uint64_t{64} << 20;
  auto db = storage::store::open(opts);
  if (!db)
    return found_.add("a store that can't be read", 0, db.error().detail);
  auto seen = (*db)->scan({}, [&](auto key, auto record) {
    ++rows;
    read_row(key, record);
    return true;
  });
  if (!seen)
    found_.add("a damaged row", 0, seen.error().detail);
  if (is_whole)
    compare();
  read_.clear();
}

void store_audit::read_row(std::string_view key, std::string_view record) {
  if (key.size() <= shard_bytes)
    return wrong(key, "a short key");
  if (static_cast<unsigned char>(key.front()) == first_special)
    return;
  switch (key[shard_bytes]) {
    case 'c': return read_conversation_row(key, record);
    case 'u': return read_user_row(key, record);
    case 'd': {
      auto at = key.rfind('\0');
      if (!can_be_read<storage::directory_record>(record)
          || !is_known(key.substr(at + 1)))
        wrong(key, "a handle that nobody has");
      return;
    }
    case 'o': {
      auto row = storage::decode<storage::outbox_record>(record);
      if (!row || !can_be_delivered(*row))
        wrong(key, "an outbox row that can't be delivered");
      return;
    }
    case 'z': return wrong(key, "a dead letter");
    case 'q': return read_entity_row(key, "htmsef");
    case 'm': return read_entity_row(key, "reocvab");
    case '\0':
      if (std::string_view{"vpld"}.find(key[shard_bytes + 1])
          == std::string_view::npos)
        wrong(key, "a replica's row of no kind");
      return;
    default: return wrong(key, "a row of no kind");
  }
}

void store_audit::read_entity_row(std::string_view key,
                                  std::string_view kinds) {
  auto end = key.find('\0', shard_bytes + 1);
  if (end == std::string_view::npos || end + 1 >= key.size()
      || kinds.find(key[end + 1]) == std::string_view::npos)
    wrong(key, "a row of no kind");
}

void store_audit::read_conversation_row(std::string_view key,
                                        std::string_view record) {
  auto rest = key.substr(shard_bytes + 1);
  auto end = rest.find('\0');
  auto index
    = end == std::string_view::npos ? nobody : seen_.find(rest.substr(0, end));
  if (end == std::string_view::npos || end + 1 >= rest.size())
    return wrong(key, "a conversation's row without a kind");
  if (index == nobody) {
    // Those that somebody else had, or that were asked for and not told of.
    return;
  }
  const auto& there = seen_.conversations()[index];
  auto& read = read_[index];
  switch (rest[end + 1]) {
    case 'h':
      read.has_head = true;
      if (!can_be_read<storage::conversation_record>(record))
        wrong(key, "a head that can't be read");
      return;
    case 'm': ++read.entries; return read_message(there, key, record);
    case 'e':
      ++read.entries;
      if (!can_be_read<storage::event_record>(record)
          || storage::seq_of(key) > there.known_upto)
        wrong(key, "an event that nobody made");
      return;
    case 'p': return read_member(there, read, key, record);
    case 'k':
      if (!can_be_read<storage::dedup_record>(record))
        wrong(key, "a dedup row that can't be read");
      return;
    case 'r': return;
    case 'f':
      if (!can_be_read<storage::former_record>(record)
          || !is_known(storage::name_of(key)))
        wrong(key, "a former member that nobody is");
      return;
    default: return wrong(key, "a conversation's row of no kind");
  }
}

void store_audit::read_message(const conversation& there, std::string_view key,
                               std::string_view record) {
  auto row = storage::decode<storage::message_record>(record);
  if (!row)
    return wrong(key, "a message that can't be read");
  const auto* known = there.find(storage::seq_of(key));
  auto sender = seen_.find_person(row->sender.view());
  if (!known || known->kind != entry_kind::message || known->by != sender)
    return wrong(key, "a message that nobody sent");
  if (row->deleted && !row->text.empty())
    return wrong(key, "the text of a deleted message");
  canary_book::scan(row->text, [&](std::uint32_t mark) {
    if (!canaries_.knows(mark))
      return wrong(key, "a text that nobody wrote");
  });
}

void store_audit::read_member(const conversation& there, rows_of& read,
                              std::string_view key, std::string_view record) {
  auto row = storage::decode<storage::member_record>(record);
  auto user = seen_.find_person(storage::name_of(key));
  if (!row)
    return wrong(key, "a member that can't be read");
  // A block is kept with the two even before they have talked.
  auto [one, other] = seen_.pair_of(there.id);
  if (there.kind == 'd' && user != one && user != other)
    return wrong(key, "a third in a direct conversation");
  if (there.kind != 'd' && there.rank_of(user) == rank::none)
    return wrong(key, "a member who never came, or has left");
  auto is_role = [&](rank now, storage::member_role role) {
    return there.rank_of(user) == now && row->role != role;
  };
  if (is_role(rank::member, storage::member_role::member)
      || is_role(rank::admin, storage::member_role::admin)
      || is_role(rank::owner, storage::member_role::owner))
    return wrong(key, "a member with another role");
  read.members.insert(user);
}

void store_audit::read_user_row(std::string_view key, std::string_view record) {
  auto rest = key.substr(shard_bytes + 1);
  auto end = rest.find('\0');
  if (end == std::string_view::npos || end + 1 >= rest.size())
    return wrong(key, "a user's row without a kind");
  auto handle = rest.substr(0, end);
  auto user = seen_.find_person(handle);
  if (!is_known(handle))
    return wrong(key, "a row of nobody");
  constexpr std::string_view kinds = "pfcrqxs";
  if (kinds.find(rest[end + 1]) == std::string_view::npos)
    return wrong(key, "a user's row of no kind");
  if (rest[end + 1] == 'p' && !can_be_read<storage::user_record>(record))
    return wrong(key, "a user that can't be read");
  if (rest[end + 1] == 'r' && !can_be_read<storage::relation_record>(record))
    return wrong(key, "a relation that can't be read");
  if (rest[end + 1] != 'c' || user == nobody)
    return;
  auto row = storage::decode<storage::membership_record>(record);
  auto place = seen_.find(rest.substr(end + 2));
  if (!row)
    return wrong(key, "a membership that can't be read");
  if (row->joined && place != nobody && seen_.conversations()[place].kind == 'g'
      && !seen_.conversations()[place].was_ever_there(user))
    wrong(key, "a membership of one who never came");
}

void store_audit::compare() {
  for (std::uint32_t i = 0; i < seen_.conversations().size(); ++i) {
    const auto& there = seen_.conversations()[i];
    if (there.known_upto == 0 || there.kind == 'm')
      continue;
    const auto& read = read_[i];
    if (!read.has_head || read.entries != there.known_upto)
      found_.add("rows are missing", rows,
                 fmt::format("{}: {} of {} entries", there.id, read.entries,
                             there.known_upto));
    for (const auto& [user, now] : there.members)
      if (there.kind == 'g' && !read.members.contains(user))
        found_.add(
          "a member is missing", rows,
          fmt::format("{} in {}", seen_.people()[user].handle, there.id));
  }
}

} // namespace parley::hostile
