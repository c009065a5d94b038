#include "storage/moderation_keys.hpp"

#include "storage/big_endian.hpp"

#include <algorithm>

namespace parley::storage {

namespace {

constexpr char end_of_name = '\0';

/// Those with the prefix; below `prefix + id` where there is an id.
key_range below(std::string prefix, std::string_view id) {
  key_range range{prefix, after_prefix(prefix)};
  if (!id.empty())
    range.to = prefix.append(id);
  return range;
}

} // namespace

moderation_keys::moderation_keys(shard_id shard, std::string_view name) {
  append_big_endian(prefix_, shard);
  prefix_.push_back('m');
  prefix_.append(name);
  prefix_.push_back(end_of_name);
}

std::string moderation_keys::row(char kind) const {
  auto key = prefix_;
  key.push_back(kind);
  return key;
}

std::string moderation_keys::report(std::string_view id) const {
  return row('r').append(id);
}

std::string moderation_keys::evidence(std::string_view id) const {
  return row('e').append(id);
}

std::string moderation_keys::open(std::string_view id) const {
  return row('o').append(id);
}

std::string moderation_keys::complaint(const user_id& about,
                                       std::string_view id) const {
  auto key = row('c').append(about.view());
  key.push_back(end_of_name);
  return key.append(id);
}

std::string moderation_keys::verdict(const user_id& about) const {
  return row('v').append(about.view());
}

std::string moderation_keys::audit(timestamp_ms at, std::string_view subject,
                                   std::uint64_t revision) const {
  auto key = row('a');
  append_big_endian(key, static_cast<std::uint64_t>(at));
  key.append(subject);
  key.push_back(end_of_name);
  append_big_endian(key, revision);
  return key;
}

std::string moderation_keys::address(std::string_view hash) const {
  return row('b').append(hash);
}

std::string moderation_keys::outbox(std::uint64_t number) const {
  auto key = outbox().from;
  append_big_endian(key, number);
  return key;
}

key_range moderation_keys::reports(std::string_view before) const {
  return below(row('r'), before);
}

key_range moderation_keys::opens(std::string_view before) const {
  return below(row('o'), before);
}

key_range moderation_keys::complaints(const user_id& about,
                                      std::string_view before) const {
  return below(complaint(about, {}), before);
}

key_range moderation_keys::audits(timestamp_ms from, timestamp_ms to) const {
  auto range = below(row('a'), {});
  range.from = row('a');
  append_big_endian(range.from, static_cast<std::uint64_t>(from));
  if (to == 0)
    return range;
  range.to = row('a');
  append_big_endian(range.to, static_cast<std::uint64_t>(to));
  return range;
}

key_range moderation_keys::outbox() const {
  auto key = prefix_;
  key.insert(sizeof(shard_id), 1, 'o');
  return below(std::move(key), {});
}

std::string_view report_id_of(std::string_view key) {
  constexpr std::size_t ulid_size = 26;
  return key.substr(key.size() - std::min(key.size(), ulid_size));
}

} // namespace parley::storage
