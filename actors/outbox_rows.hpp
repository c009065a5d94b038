#pragma once

#include "actors/decision.hpp"
#include "actors/outbox.hpp"
#include "storage/scan_records.hpp"

#include <cstdint>
#include <utility>

/// How an entity's outbox is kept in the store, under `keys`, those of the
/// entity.
namespace parley::actors {

/// Takes up the rows that are there.
template <class Keys>
result<void> load_rows(outbox& into, const storage::store& db,
                       const Keys& keys) {
  return storage::scan_records<storage::outbox_record>(
    db, keys.outbox(), [&](auto key, auto row) {
      into.restore(storage::outbox_number_of(key), std::move(row));
      return true;
    });
}

/// Adds a row, which is delivered once the decision is committed; its number.
template <class Keys>
std::uint64_t add_row(outbox& to, const Keys& keys, storage::outbox_record row,
                      decision& d) {
  auto bytes = storage::encode(row);
  auto number = to.add(std::move(row));
  d.writes.put(keys.outbox(number), std::move(bytes));
  d.outbox.push_back(number);
  return number;
}

} // namespace parley::actors
