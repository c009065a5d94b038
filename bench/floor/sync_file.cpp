#include "bench/floor/sync_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace parley::bench {

namespace {

constexpr std::size_t file_bytes = std::size_t{64} * 1024 * 1024;
constexpr std::size_t piece_bytes = std::size_t{1024} * 1024;

error disk_error(std::string_view what) {
  return {errc::io_failed,
          std::string{what} + ": " + std::generic_category().message(errno)};
}

} // namespace

result<sync_file> sync_file::open(const std::string& path) {
  auto fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                   S_IRUSR | S_IWUSR);
  if (fd < 0)
    return disk_error(path);
  sync_file out{fd};
  std::string piece(piece_bytes, '\0');
  for (std::size_t i = 0; i < file_bytes / piece_bytes; ++i)
    if (auto good = out.append(piece); !good)
      return good.error();
  return out;
}

sync_file::sync_file(sync_file&& other) noexcept
  : fd_(std::exchange(other.fd_, -1)), at_(other.at_) {}

sync_file::~sync_file() {
  if (fd_ >= 0)
    ::close(fd_);
}

result<void> sync_file::append(std::string_view bytes) {
  if (at_ + bytes.size() > file_bytes)
    at_ = 0;
  while (!bytes.empty()) {
    auto done
      = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(at_));
    if (done < 0 && errno == EINTR)
      continue;
    if (done < 0)
      return disk_error("write");
    at_ += static_cast<std::size_t>(done);
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  if (::fdatasync(fd_) != 0)
    return disk_error("fdatasync");
  return {};
}

} // namespace parley::bench
