#pragma once

#include "base/error.hpp"
#include "storage/options.hpp"

namespace parley::storage {

/// Where a note was left that the store in `opts.dir` is damaged
/// (`damage_log`), copies what is good of it into a new store, which takes its
/// place: of a file that is damaged somewhere RocksDB cannot get rid otherwise.
/// Of each shard that can't be read whole, what is missing is noted (`damage`).
///
/// A crash in the middle costs nothing but the time. Where the disk has no room
/// for a second store, the damaged one stays, and that is logged. `corrupt` if
/// the node's own rows are damaged: then nothing has changed.
result<void> salvage(const options& opts);

} // namespace parley::storage
