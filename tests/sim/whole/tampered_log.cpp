#include "tests/sim/whole/tampered_log.hpp"

#include "cluster/member/snapshot.hpp"
#include "cluster/type_ids.hpp"
#include "storage/codec.hpp"

#include <caf/send.hpp>

#include <utility>

namespace parley::sim {

namespace {

bool is_outbox(cluster::shard_id shard, std::string_view key) {
  auto range = storage::outbox_range(shard);
  return key >= range.from && key < range.to;
}

/// A row of the kind of entity and of row that the letters say.
bool is_row(std::string_view key, char entity, char kind) {
  auto name_end = key.find('\0', sizeof(cluster::shard_id) + 1);
  return key.size() > sizeof(cluster::shard_id)
         && key[sizeof(cluster::shard_id)] == entity && name_end != key.npos
         && name_end + 1 < key.size() && key[name_end + 1] == kind;
}

template <class Predicate>
storage::write_set without(const storage::write_set& from,
                           const Predicate& what) {
  storage::write_set out;
  storage::write_set_reader reader{from.encoded()};
  while (auto op = reader.next()) {
    if (what(*op))
      continue;
    if (op->erase)
      out.erase(op->key);
    else
      out.put(op->key, op->value);
  }
  return out;
}

} // namespace

const char* to_string(whole_bug bug) {
  switch (bug) {
    case whole_bug::none: return "none";
    case whole_bug::answer_before_commit: return "answer_before_commit";
    case whole_bug::deposed_owner_answers: return "deposed_owner_answers";
    case whole_bug::old_term_accepted: return "old_term_accepted";
    case whole_bug::failure_hidden: return "failure_hidden";
    case whole_bug::outbox_not_kept: return "outbox_not_kept";
    case whole_bug::client_ids_not_kept: return "client_ids_not_kept";
    case whole_bug::outbox_erased_unasked: return "outbox_erased_unasked";
    case whole_bug::snapshot_without_outbox: return "snapshot_without_outbox";
    case whole_bug::snapshot_without_last: return "snapshot_without_last";
    case whole_bug::sync_lies: return "sync_lies";
    case whole_bug::clocks_run_wild: return "clocks_run_wild";
    case whole_bug::answers_lost: return "answers_lost";
    case whole_bug::matched_tickets_stay: return "matched_tickets_stay";
  }
  return "unknown";
}

bool tampered_log::holds(cluster::shard_id shard, std::uint64_t term) const {
  return bug_ == whole_bug::deposed_owner_answers || real_.holds(shard, term);
}

void tampered_log::append(cluster::shard_id shard, std::uint64_t term,
                          storage::write_set writes, const caf::actor& entity,
                          std::uint64_t ticket) {
  using op = storage::write_set_reader::operation;
  switch (bug_) {
    case whole_bug::answer_before_commit:
      caf::anon_send(entity, cluster::committed{ticket});
      break;
    case whole_bug::old_term_accepted:
      if (auto now = real_.term(shard); now != 0)
        term = now;
      break;
    case whole_bug::failure_hidden:
      real_.append(shard, term, std::move(writes), [entity, ticket](auto&) {
        caf::anon_send(entity, cluster::committed{ticket});
      });
      return;
    case whole_bug::outbox_not_kept:
      writes = without(writes, [&](const op& o) {
        return !o.erase && is_outbox(shard, o.key);
      });
      break;
    case whole_bug::outbox_erased_unasked: {
      auto all = writes;
      storage::write_set_reader reader{writes.encoded()};
      while (auto o = reader.next())
        if (!o->erase && is_outbox(shard, o->key))
          all.erase(o->key);
      writes = std::move(all);
      break;
    }
    case whole_bug::client_ids_not_kept:
      writes
        = without(writes, [](const op& o) { return is_row(o.key, 'c', 'k'); });
      break;
    case whole_bug::matched_tickets_stay:
      writes = without(
        writes, [](const op& o) { return o.erase && is_row(o.key, 'q', 't'); });
      break;
    default: break;
  }
  real_.append(shard, term, std::move(writes), entity, ticket);
}

void tamper_with_copy(whole_bug bug, std::string& part) {
  using kind = cluster::snapshot_part::kind;
  if (bug != whole_bug::snapshot_without_outbox
      && bug != whole_bug::snapshot_without_last)
    return;
  storage::record_reader in{part};
  auto what = in.version();
  if (what != static_cast<std::uint8_t>(kind::rows))
    return;
  std::uint32_t shard = 0;
  in(shard);
  storage::record_writer out{what};
  out(shard);
  std::vector<std::pair<std::string, std::string>> rows;
  while (!in.done()) {
    auto& [key, record] = rows.emplace_back();
    in(key);
    in(record);
    if (!in.good())
      return;
  }
  auto no_outbox = bug == whole_bug::snapshot_without_outbox;
  std::string last;
  for (auto& [key, record] : rows)
    if (is_row(key, 'c', 'm'))
      last = key;
  for (auto& [key, record] : rows)
    if (no_outbox ? !is_outbox(static_cast<cluster::shard_id>(shard), key)
                  : key != last) {
      out(key);
      out(record);
    }
  part = out.take();
}

} // namespace parley::sim
