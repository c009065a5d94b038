#include "storage/damage_log.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

namespace parley::storage {

namespace {

// It is there from the start, so that the first event is an increase.
auto& damaged_records
  = metrics::counter("parley_storage_damaged_records_total",
                     "Records read whose checksum was wrong.");

constexpr std::size_t keys_max = 4096;

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (unsigned char b : bytes) {
    text.push_back(digits[b >> 4]);
    text.push_back(digits[b & 15]);
  }
  return text;
}

} // namespace

void damage_log::add(std::string_view key) {
  damaged_records.Increment();
  log::error("storage_record_damaged", {{"key", hexadecimal(key)}});
  std::lock_guard guard{mutex_};
  leave_note();
  if (keys_.size() < keys_max
      && std::find(keys_.begin(), keys_.end(), key) == keys_.end())
    keys_.emplace_back(key);
}

void damage_log::add_file() {
  std::lock_guard guard{mutex_};
  leave_note();
}

std::vector<std::string> damage_log::take() {
  std::lock_guard guard{mutex_};
  return std::exchange(keys_, {});
}

void damage_log::leave_note() {
  if (std::exchange(noted_, true))
    return;
  std::ofstream file{note_};
  if (!file.flush())
    log::error("storage_damage_not_noted", {{"file", note_.string()}});
}

} // namespace parley::storage
