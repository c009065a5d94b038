#pragma once

#include "actors/decision.hpp"
#include "actors/outbox.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <utility>

/// How an entity's outbox is kept in the store, under `keys`, those of the
/// entity.
namespace parley::actors {

/// Takes up the rows that are there, once `visit(number, row)` has seen each
/// and perhaps changed it. One that can't be read keeps none of the others
/// back.
template <class Keys, class Visit>
result<void> load_rows(outbox& into, const storage::store& db, const Keys& keys,
                       const Visit& visit) {
  return db.scan(keys.outbox(), [&](auto key, auto bytes) {
    auto number = storage::outbox_number_of(key);
    auto row = storage::decode<storage::outbox_record>(bytes);
    if (row) {
      visit(number, *row);
      into.restore(number, std::move(*row));
    } else {
      into.restore_unreadable(number);
    }
    return true;
  });
}

template <class Keys>
result<void> load_rows(outbox& into, const storage::store& db,
                       const Keys& keys) {
  return load_rows(into, db, keys,
                   [](std::uint64_t, storage::outbox_record&) {});
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
