#pragma once

#include "base/error.hpp"
#include "storage/write_set.hpp"

#include <functional>
#include <span>
#include <string>

namespace parley::storage {

class store;

/// One step from a format version to the next.
struct migration {
  /// For the log.
  std::string name;
  /// Reads `db` and leaves in `last` what is to be written in one batch with
  /// the new version. It may write to `db` before that, in portions, what the
  /// old version does not mind; after a crash it is run again from the start.
  std::function<result<void>(store& db, write_set& last)> run;
};

/// The steps from version 1 to `format_version`, in order.
std::span<const migration> released_migrations();

/// The version that the first `steps.size()` migrations lead to.
std::uint32_t version_after(std::span<const migration> steps);

/// Brings `db` to the version that `steps` lead to: marks a new store, runs the
/// steps that are missing, and refuses a newer store and one that is not ours.
result<void> migrate(store& db, std::span<const migration> steps);

} // namespace parley::storage
