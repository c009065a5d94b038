#include "storage/keys.hpp"

#include "storage/big_endian.hpp"

#include <algorithm>

namespace parley::storage {
namespace {

constexpr char separator = '\0';
/// Comes before the letters of all other rows.
constexpr char log_mark = '\0';
constexpr char dead_letter_mark = 'z';
constexpr std::size_t shard_size = sizeof(shard_id);

std::string entity_prefix(shard_id shard, char kind, std::string_view name) {
  std::string prefix;
  prefix.reserve(shard_size + name.size() + 2);
  append_big_endian(prefix, shard);
  prefix.push_back(kind);
  prefix.append(name);
  prefix.push_back(separator);
  return prefix;
}

/// `prefix`, one byte for the kind of row, and room for `more`.
std::string row(std::string_view prefix, char kind, std::size_t more = 0) {
  std::string key;
  key.reserve(prefix.size() + 1 + more);
  key.append(prefix);
  key.push_back(kind);
  return key;
}

std::string row(std::string_view prefix, char kind, std::string_view name) {
  auto key = row(prefix, kind, name.size());
  key.append(name);
  return key;
}

std::string numbered_row(std::string_view prefix, char kind, std::uint64_t x) {
  auto key = row(prefix, kind, sizeof(x));
  append_big_endian(key, x);
  return key;
}

std::string timed_row(std::string_view prefix, char kind, timestamp_ms at) {
  return numbered_row(
    prefix, kind, static_cast<std::uint64_t>(std::max<timestamp_ms>(0, at)));
}

key_range prefix_range(std::string prefix) {
  auto end = after_prefix(prefix);
  return {std::move(prefix), std::move(end)};
}

/// The rows of an entity's outbox lie with those of all others of its shard:
/// 'o' goes between the shard and the rest of the entity's prefix.
std::string outbox_prefix(std::string_view entity, std::size_t more = 0) {
  std::string key;
  key.reserve(entity.size() + 1 + more);
  key.append(entity.substr(0, shard_size));
  key.push_back('o');
  key.append(entity.substr(shard_size));
  return key;
}

std::string outbox_row(std::string_view entity, std::uint64_t number) {
  auto key = outbox_prefix(entity, sizeof(number));
  append_big_endian(key, number);
  return key;
}

/// What follows the first separator after the shard.
std::string_view after_name(std::string_view key) {
  auto end = key.find(separator, shard_size);
  return end == key.npos ? std::string_view{} : key.substr(end + 1);
}

} // namespace

std::string after_prefix(std::string_view prefix) {
  std::string next{prefix};
  while (!next.empty() && next.back() == '\xFF')
    next.pop_back();
  if (!next.empty())
    next.back() = static_cast<char>(next.back() + 1);
  return next;
}

key_range shard_range(shard_id shard) {
  std::string prefix;
  append_big_endian(prefix, shard);
  return prefix_range(std::move(prefix));
}

conversation_keys::conversation_keys(shard_id shard, const conversation_id& id)
  : prefix_(entity_prefix(shard, 'c', id.view())) {}

std::string conversation_keys::head() const {
  return row(prefix_, 'h');
}

std::string conversation_keys::message(seq at) const {
  return numbered_row(prefix_, 'm', at);
}

std::string conversation_keys::event(seq at) const {
  return numbered_row(prefix_, 'e', at);
}

std::string conversation_keys::member(const user_id& user) const {
  return row(prefix_, 'p', user.view());
}

std::string conversation_keys::dedup(const user_id& sender,
                                     const client_id& id) const {
  auto key = row(prefix_, 'k', sender.view().size() + 1 + id.view().size());
  key.append(sender.view());
  key.push_back(separator);
  key.append(id.view());
  return key;
}

std::string conversation_keys::reaction(seq target, const user_id& by,
                                        std::string_view emoji) const {
  auto key
    = row(prefix_, 'r', sizeof(target) + by.view().size() + 1 + emoji.size());
  append_big_endian(key, target);
  key.append(by.view());
  key.push_back(separator);
  key.append(emoji);
  return key;
}

std::string conversation_keys::former(const user_id& user) const {
  return row(prefix_, 'f', user.view());
}

std::string conversation_keys::outbox(std::uint64_t number) const {
  return outbox_row(prefix_, number);
}

key_range conversation_keys::all() const {
  return prefix_range(prefix_);
}

key_range conversation_keys::messages() const {
  return prefix_range(row(prefix_, 'm'));
}

key_range conversation_keys::events() const {
  return prefix_range(row(prefix_, 'e'));
}

key_range conversation_keys::members() const {
  return prefix_range(row(prefix_, 'p'));
}

key_range conversation_keys::reactions(seq target) const {
  return prefix_range(numbered_row(prefix_, 'r', target));
}

key_range conversation_keys::reactions(seq target, const user_id& by) const {
  return prefix_range(reaction(target, by, {}));
}

key_range conversation_keys::outbox() const {
  return prefix_range(outbox_prefix(prefix_));
}

user_keys::user_keys(shard_id shard, const user_id& id)
  : prefix_(entity_prefix(shard, 'u', id.view())) {}

std::string user_keys::profile() const {
  return row(prefix_, 'p');
}

std::string user_keys::family(const family_id& id) const {
  return row(prefix_, 'f', id.view());
}

std::string user_keys::membership(const conversation_id& id) const {
  return row(prefix_, 'c', id.view());
}

std::string user_keys::relation(const user_id& other) const {
  return row(prefix_, 'r', other.view());
}

std::string user_keys::place() const {
  return row(prefix_, 'q');
}

std::string user_keys::reported(const user_id& other) const {
  return row(prefix_, 'x', other.view());
}

std::string user_keys::standing() const {
  return row(prefix_, 's');
}

std::string user_keys::outbox(std::uint64_t number) const {
  return outbox_row(prefix_, number);
}

key_range user_keys::families() const {
  return prefix_range(row(prefix_, 'f'));
}

key_range user_keys::memberships() const {
  return prefix_range(row(prefix_, 'c'));
}

key_range user_keys::relations() const {
  return prefix_range(row(prefix_, 'r'));
}

key_range user_keys::all_reported() const {
  return prefix_range(row(prefix_, 'x'));
}

key_range user_keys::outbox() const {
  return prefix_range(outbox_prefix(prefix_));
}

directory_keys::directory_keys(shard_id shard, std::string_view name)
  : prefix_(entity_prefix(shard, 'd', name)) {}

std::string directory_keys::entry(std::string_view handle) const {
  return prefix_ + std::string{handle};
}

key_range directory_keys::entries(std::string_view prefix) const {
  return prefix_range(entry(prefix));
}

queue_keys::queue_keys(shard_id shard, const queue_name& name)
  : prefix_(entity_prefix(shard, 'q', name.view())) {}

std::string queue_keys::head() const {
  return row(prefix_, 'h');
}

std::string queue_keys::ticket(std::uint64_t id) const {
  return numbered_row(prefix_, 't', id);
}

std::string queue_keys::meeting(const conversation_id& id) const {
  return row(prefix_, 'm', id.view());
}

std::string queue_keys::record(timestamp_ms began,
                               const conversation_id& id) const {
  return timed_row(prefix_, 's', began).append(id.view());
}

std::string queue_keys::erasure(timestamp_ms due,
                                const conversation_id& id) const {
  return timed_row(prefix_, 'e', due).append(id.view());
}

std::string queue_keys::fence(const user_id& user) const {
  return row(prefix_, 'f', user.view());
}

std::string queue_keys::outbox(std::uint64_t number) const {
  return outbox_row(prefix_, number);
}

key_range queue_keys::tickets() const {
  return prefix_range(row(prefix_, 't'));
}

key_range queue_keys::meetings() const {
  return prefix_range(row(prefix_, 'm'));
}

key_range queue_keys::records() const {
  return prefix_range(row(prefix_, 's'));
}

key_range queue_keys::records(timestamp_ms from, timestamp_ms to) const {
  return {timed_row(prefix_, 's', from), timed_row(prefix_, 's', to)};
}

key_range queue_keys::erasures() const {
  return prefix_range(row(prefix_, 'e'));
}

key_range queue_keys::fences() const {
  return prefix_range(row(prefix_, 'f'));
}

key_range queue_keys::outbox() const {
  return prefix_range(outbox_prefix(prefix_));
}

std::optional<timed_name> timed_name_of(std::string_view key) {
  if (key.size() <= shard_size || key[shard_size] != 'q')
    return std::nullopt;
  auto rest = after_name(key);
  if (rest.size() < 1 + sizeof(std::uint64_t)
      || (rest.front() != 's' && rest.front() != 'e'))
    return std::nullopt;
  auto at = read_big_endian<std::uint64_t>(rest.substr(1));
  return timed_name{static_cast<timestamp_ms>(at), rest.substr(1 + sizeof(at))};
}

std::string log_keys::row(char kind) const {
  std::string key;
  append_big_endian(key, shard_);
  key.push_back(log_mark);
  key.push_back(kind);
  return key;
}

std::string log_keys::vote() const {
  return row('v');
}

std::string log_keys::position() const {
  return row('p');
}

std::string log_keys::damage() const {
  return row('d');
}

std::string log_keys::entry(std::uint64_t index) const {
  auto key = row('l');
  append_big_endian(key, index);
  return key;
}

key_range log_keys::entries(std::uint64_t first) const {
  return {entry(first), after_prefix(row('l'))};
}

key_range log_keys::entries(std::uint64_t first,
                            std::uint64_t behind_last) const {
  return {entry(first), entry(behind_last)};
}

key_range log_keys::damages() const {
  return {damage(), after_prefix(damage())};
}

key_range log_keys::state() const {
  auto all = shard_range(shard_);
  return {after_prefix(all.from + log_mark), all.to};
}

std::string meta_key(std::string_view kind, std::string_view name) {
  return meta_range(kind).from + std::string{name};
}

key_range meta_range(std::string_view kind) {
  return prefix_range(entity_prefix(node_shard, 'n', kind));
}

std::string map_key(shard_id shard, std::string_view kind,
                    std::string_view name) {
  return map_range(shard, kind).from + std::string{name};
}

key_range map_range(shard_id shard, std::string_view kind) {
  return prefix_range(entity_prefix(shard, 'n', kind));
}

key_range outbox_range(shard_id shard) {
  auto prefix = shard_range(shard).from;
  prefix.push_back('o');
  return prefix_range(std::move(prefix));
}

key_range users_range(shard_id shard, std::string_view prefix) {
  std::string first;
  append_big_endian(first, shard);
  first.push_back('u');
  first.append(prefix);
  return prefix_range(std::move(first));
}

std::string_view handle_of(std::string_view key) {
  if (key.size() <= shard_size || key[shard_size] != 'u')
    return {};
  auto rest = key.substr(shard_size + 1);
  auto end = rest.find(separator);
  return end == rest.npos ? std::string_view{} : rest.substr(0, end);
}

std::string dead_letter_key(std::string_view outbox_key) {
  std::string key{outbox_key};
  if (key.size() > shard_size)
    key[shard_size] = dead_letter_mark;
  return key;
}

key_range dead_letter_range(shard_id shard) {
  std::string prefix;
  append_big_endian(prefix, shard);
  prefix.push_back(dead_letter_mark);
  return prefix_range(std::move(prefix));
}

seq seq_of(std::string_view key) {
  if (key.size() < sizeof(seq))
    return 0;
  return read_big_endian<seq>(key.substr(key.size() - sizeof(seq)));
}

std::string_view series_of(std::string_view key) {
  if (key.size() <= shard_size || key[shard_size] != 'c')
    return {};
  auto rest = after_name(key);
  auto is_message = rest.size() == 1 + sizeof(seq) && rest.front() == 'm';
  auto is_dedup = rest.size() > 1 && rest.front() == 'k';
  if (!is_message && !is_dedup)
    return {};
  return key.substr(0, key.size() - rest.size() + 1);
}

std::string_view name_of(std::string_view key) {
  if (key.size() <= shard_size)
    return {};
  auto rest = after_name(key);
  auto kind = key[shard_size];
  if (kind == 'c' || kind == 'u' || kind == 'q')
    rest.remove_prefix(std::min<std::size_t>(rest.size(), 1));
  return rest;
}

std::optional<dedup_name> dedup_name_of(std::string_view key) {
  if (key.size() <= shard_size || key[shard_size] != 'c')
    return std::nullopt;
  auto rest = after_name(key);
  if (rest.empty() || rest.front() != 'k')
    return std::nullopt;
  auto name = rest.substr(1);
  auto end = name.find(separator);
  if (end == name.npos)
    return std::nullopt;
  return dedup_name{name.substr(0, end), name.substr(end + 1)};
}

std::optional<reaction_name> reaction_name_of(std::string_view key) {
  if (key.size() <= shard_size || key[shard_size] != 'c')
    return std::nullopt;
  auto rest = after_name(key);
  if (rest.size() < 1 + sizeof(seq) || rest.front() != 'r')
    return std::nullopt;
  auto name = rest.substr(1 + sizeof(seq));
  auto end = name.find(separator);
  if (end == name.npos)
    return std::nullopt;
  return reaction_name{read_big_endian<seq>(rest.substr(1)),
                       name.substr(0, end), name.substr(end + 1)};
}

std::uint64_t outbox_number_of(std::string_view key) {
  return seq_of(key);
}

std::optional<outbox_owner> outbox_owner_of(std::string_view key) {
  if (key.size() < shard_size + 2 || key[shard_size] != 'o')
    return std::nullopt;
  auto kind = key[shard_size + 1];
  auto name = key.substr(shard_size + 2);
  auto end = name.find(separator);
  auto known = kind == 'c' || kind == 'u' || kind == 'q' || kind == 'm';
  if (!known || end == name.npos
      || name.size() != end + 1 + sizeof(std::uint64_t))
    return std::nullopt;
  return outbox_owner{kind, std::string{name.substr(0, end)}};
}

} // namespace parley::storage
