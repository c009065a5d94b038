#pragma once

#include "base/error.hpp"
#include "storage/records.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::actors {

/// What an entity has still to tell others. Each row is delivered at least
/// once, the rows for one destination in order and one at a time, so that an
/// old row that is repeated can't undo a newer one.
class outbox {
public:
  /// Takes up a row that is in the store already.
  void restore(std::uint64_t number, storage::outbox_record row);

  /// There is a row in the store that can't be read: it is to be set aside.
  void restore_unreadable(std::uint64_t number);
  std::vector<std::uint64_t> take_unreadable();

  /// Adds a row, to be stored by the caller; it is not delivered before
  /// `release`.
  std::uint64_t add(storage::outbox_record row);

  /// The row is durable.
  void release(std::uint64_t number);

  /// The receiver has it; forget it. False if that was known.
  bool done(std::uint64_t number);

  /// Rows to send now: those whose turn it is and that were not sent within
  /// `resend_after_ms` of a clock that does not jump.
  std::vector<std::uint64_t> due(timestamp_ms now);

  const storage::outbox_record& row(std::uint64_t number) const {
    return rows_.at(number).content;
  }

  /// Those that are still to be delivered to one destination, in order.
  std::vector<std::uint64_t> left_for(storage::outbox_kind kind,
                                      std::string_view to) const;

  bool contains(std::uint64_t number) const {
    return rows_.contains(number);
  }

  bool empty() const {
    return rows_.empty();
  }

  /// The receiver failed over the row; whether it has done so too often for
  /// the row to be sent once more.
  bool failed(std::uint64_t number);

  static constexpr timestamp_ms resend_after_ms = 2'000;
  static constexpr unsigned failures_max = 20;

private:
  struct entry {
    storage::outbox_record content;
    bool durable = false;
    std::optional<timestamp_ms> sent = {};
    unsigned failures = 0;
  };

  std::map<std::uint64_t, entry> rows_;
  std::vector<std::uint64_t> unreadable_;
  std::uint64_t next_ = 1;
};

} // namespace parley::actors
