#pragma once

#include <cstddef>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace parley::storage {

/// Where a store was found to be damaged. Leaves a note beside the store, so
/// that its next opening copies what is good of it (`salvage`). Safe to call
/// from many threads.
class damage_log {
public:
  /// In the data directory.
  static constexpr const char* note_name = "damaged";

  explicit damage_log(std::filesystem::path note) : note_(std::move(note)) {}

  /// The record under the key, or the range that begins there, can't be read.
  void add(std::string_view key);

  /// A file is damaged; which records were in it is not known.
  void add_file();

  /// The keys since the last call; no more than some thousand.
  std::vector<std::string> take();

private:
  void leave_note();

  const std::filesystem::path note_;
  std::mutex mutex_;
  std::vector<std::string> keys_;
  bool noted_ = false;
};

} // namespace parley::storage
