#pragma once

#include <filesystem>
#include <stdlib.h>
#include <string>
#include <system_error>

namespace parley::test {

/// A new directory below the system's temporary one, removed with all it holds
/// when this goes.
class temp_dir {
public:
  temp_dir() {
    auto pattern
      = (std::filesystem::temp_directory_path() / "parley-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }

  ~temp_dir() {
    std::error_code ignored; // what stays behind is in the temporary directory
    std::filesystem::remove_all(path_, ignored);
  }

  temp_dir(const temp_dir&) = delete;
  temp_dir& operator=(const temp_dir&) = delete;

  const std::filesystem::path& path() const {
    return path_;
  }

private:
  std::filesystem::path path_;
};

} // namespace parley::test
