#include "cluster/log/disk_log.hpp"

#include "cluster/log/boot_clock.hpp"
#include "storage/codec.hpp"

#include <algorithm>
#include <utility>

namespace parley::cluster {

namespace {

constexpr std::uint8_t rows_version = 1;

/// Those who wait for a commit wait for a read, too.
constexpr std::size_t paced_bytes_max = std::size_t{64} * 1024;

error bad_row(const char* what) {
  return {errc::corrupt, what};
}

std::string encode(const raft::hard_state& state) {
  storage::record_writer to{rows_version};
  to(state.term);
  to(state.vote);
  return to.take();
}

result<raft::hard_state> decode_vote(std::string_view record) {
  storage::record_reader from{record};
  raft::hard_state state;
  auto known = from.version() == rows_version;
  from(state.term);
  from(state.vote);
  if (!known || !from.done())
    return bad_row("bad vote");
  return state;
}

std::string encode(const raft::entry& e) {
  storage::record_writer to{rows_version, e.data->size() + 16};
  to(e.at.term);
  to.choice(e.kind, raft::entry_kind::normal, raft::entry_kind::config);
  to(*e.data);
  return to.take();
}

result<raft::entry> decode_entry(std::uint64_t index, std::string_view record) {
  storage::record_reader from{record};
  raft::entry e;
  e.at.index = index;
  auto known = from.version() == rows_version;
  from(e.at.term);
  from.choice(e.kind, raft::entry_kind::normal, raft::entry_kind::config);
  std::string data;
  from(data);
  if (!known || !from.done())
    return bad_row("bad log entry");
  e.data = std::make_shared<const std::string>(std::move(data));
  return e;
}

} // namespace

std::string encode(const replica_position& at) {
  storage::record_writer to{rows_version};
  to(at.applied.term);
  to(at.applied.index);
  to(at.compacted.term);
  to(at.compacted.index);
  // A node that was only just added to a group knows nobody.
  auto knows_members = !at.members.everyone().empty();
  to(knows_members ? raft::encode(at.members) : std::string{});
  return to.take();
}

result<replica_position> decode_position(std::string_view record) {
  storage::record_reader from{record};
  replica_position at;
  std::string members;
  auto known = from.version() == rows_version;
  from(at.applied.term);
  from(at.applied.index);
  from(at.compacted.term);
  from(at.compacted.index);
  from(members);
  if (!known || !from.done())
    return bad_row("bad position");
  if (members.empty())
    return at;
  auto who = raft::decode_configuration(members);
  if (!who)
    return who.error();
  at.members = std::move(*who);
  return at;
}

disk_log::disk_log(const storage::store& db, shard_id shard)
  : db_(db), keys_(shard) {}

result<std::optional<raft::initial_state>> disk_log::find() const {
  auto row = db_.get(keys_.position());
  if (!row)
    return row.error();
  if (!*row)
    return std::optional<raft::initial_state>{};
  auto at = decode_position(**row);
  if (!at)
    return at.error();
  raft::initial_state found;
  found.compacted = at->compacted;
  found.applied = at->applied.index;
  found.configuration = std::move(at->members);
  auto vote = db_.get(keys_.vote());
  if (!vote)
    return vote.error();
  if (*vote) {
    auto state = decode_vote(**vote);
    if (!state)
      return state.error();
    found.hard_state = *state;
  }
  found.last = found.compacted;
  result<void> outcome;
  auto seen = db_.scan(
    keys_.entries(),
    [&](std::string_view key, std::string_view record) {
      auto last = decode_entry(storage::seq_of(key), record);
      if (last)
        found.last = last->at;
      else
        outcome = last.error();
      return false;
    },
    true);
  if (!seen)
    return seen.error();
  if (!outcome)
    return outcome.error();
  return std::optional{std::move(found)};
}

result<std::optional<damage>> disk_log::damaged() const {
  auto row = db_.get(keys_.damage());
  if (!row)
    return row.error();
  if (!*row)
    return std::optional<damage>{};
  auto what = storage::decode_damage(**row);
  if (!what)
    return bad_row("bad note of damage");
  return what;
}

void disk_log::put(storage::write_batch& to, damage what) const {
  to.put(keys_.damage(), storage::encode(what));
}

result<std::vector<raft::entry>>
disk_log::entries(std::uint64_t first, std::uint64_t last,
                  std::size_t bytes_max) const {
  if (pace_) {
    if (auto wait = pace_->wait(boot_clock_ms()); wait > 0)
      return error{errc::rate_limited, "others come first", {}, wait};
    bytes_max = std::min(bytes_max, paced_bytes_max);
  }
  std::vector<raft::entry> found;
  std::size_t bytes = 0;
  result<void> outcome;
  auto seen = db_.scan(keys_.entries(first, last + 1),
                       [&](std::string_view key, std::string_view record) {
                         auto index = storage::seq_of(key);
                         if (index != first + found.size())
                           return false;
                         auto next = decode_entry(index, record);
                         if (!next) {
                           outcome = next.error();
                           return false;
                         }
                         bytes += next->data->size();
                         if (bytes > bytes_max && !found.empty())
                           return false;
                         found.push_back(std::move(*next));
                         return true;
                       });
  if (!seen)
    return seen.error();
  if (!outcome)
    return outcome.error();
  if (found.empty())
    return error{errc::not_found, "compacted"};
  if (pace_)
    pace_->sent(bytes);
  return found;
}

std::optional<std::uint64_t> disk_log::term(std::uint64_t index) const {
  auto row = db_.get(keys_.entry(index));
  if (!row || !*row)
    return std::nullopt;
  auto found = decode_entry(index, **row);
  if (!found)
    return std::nullopt;
  return found->at.term;
}

void disk_log::put(storage::write_batch& to,
                   const raft::hard_state& state) const {
  to.put(keys_.vote(), encode(state));
}

void disk_log::put(storage::write_batch& to, const replica_position& at) const {
  to.put(keys_.position(), cluster::encode(at));
}

void disk_log::append(storage::write_batch& to,
                      const std::vector<raft::entry>& entries,
                      std::uint64_t last) const {
  auto first = entries.front().at.index;
  if (first <= last)
    to.erase(keys_.entries(first, last + 1));
  for (const auto& e : entries)
    to.put(keys_.entry(e.at.index), encode(e));
}

void disk_log::drop(storage::write_batch& to, std::uint64_t from,
                    std::uint64_t upto) const {
  to.erase(keys_.entries(from + 1, upto + 1));
}

} // namespace parley::cluster
