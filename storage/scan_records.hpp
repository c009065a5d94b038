#pragma once

#include "storage/records.hpp"
#include "storage/store.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace parley::storage {

/// `store::get` with the record decoded; `corrupt` where it can't be.
template <class Record>
result<std::optional<Record>> get_record(const store& db,
                                         std::string_view key) {
  auto bytes = db.get(key);
  if (!bytes)
    return bytes.error();
  if (!*bytes)
    return std::optional<Record>{};
  auto record = decode<Record>(**bytes);
  if (!record)
    return record.error();
  return std::optional<Record>{std::move(*record)};
}

/// `store::scan` with the records decoded: calls `visit(key, Record)` until it
/// answers false. A record that can't be decoded ends the scan with `corrupt`.
template <class Record, class Visit>
result<void> scan_records(const store& db, const key_range& range,
                          const Visit& visit, bool reverse = false) {
  result<void> outcome;
  auto seen = db.scan(
    range,
    [&](std::string_view key, std::string_view bytes) {
      auto record = decode<Record>(bytes);
      if (record)
        return bool{visit(key, std::move(*record))};
      outcome = record.error();
      return false;
    },
    reverse);
  return seen ? outcome : seen;
}

} // namespace parley::storage
