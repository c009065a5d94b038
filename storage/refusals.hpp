#pragma once

#include "base/error.hpp"

/// Why a node does not write now, as clients see it.
namespace parley::storage {

/// Less space than the reserve; goes away by itself when some is freed.
inline error storage_full() {
  return {errc::unavailable, "storage full", {}, 1000};
}

/// The disk or RocksDB has failed; stays until the process is restarted.
inline error storage_failed() {
  return {errc::unavailable, "storage failed", {}, 5000};
}

/// More is queued than the bound allows.
inline error storage_busy() {
  return {errc::unavailable, "storage busy", {}, 200};
}

/// A write set that was decided on top of one that was not committed.
inline error storage_restarted() {
  return {errc::unavailable, "an earlier write failed", {}, 200};
}

} // namespace parley::storage
