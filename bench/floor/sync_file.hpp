#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace parley::bench {

/// A file that is written to and synced, and never read: from its start again
/// when it has become 64 MiB long, for blocks that are there already are synced
/// faster than new ones.
class sync_file {
public:
  /// Makes the file, all of it written once.
  static result<sync_file> open(const std::string& path);

  sync_file(sync_file&& other) noexcept;
  sync_file& operator=(sync_file&&) = delete;
  ~sync_file();

  /// Is on the disk when this returns.
  result<void> append(std::string_view bytes);

private:
  explicit sync_file(int fd) : fd_(fd) {}

  int fd_;
  std::size_t at_ = 0;
};

} // namespace parley::bench
