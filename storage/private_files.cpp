#include "storage/private_files.hpp"

#include "base/log.hpp"

#include <system_error>

namespace parley::storage {

namespace fs = std::filesystem;

namespace {

constexpr auto of_others = fs::perms::group_all | fs::perms::others_all;

/// False where somebody else goes on having rights.
bool close_to_others(const fs::path& file) {
  std::error_code failure;
  auto seen = fs::symlink_status(file, failure);
  if (failure || fs::is_symlink(seen))
    return true;
  if ((seen.permissions() & of_others) == fs::perms::none)
    return true;
  fs::permissions(file, of_others, fs::perm_options::remove, failure);
  return !failure;
}

} // namespace

result<void> make_private(const fs::path& dir) {
  std::error_code failure;
  fs::create_directories(dir, failure);
  if (failure)
    return error{errc::io_failed,
                 "cannot create " + dir.string() + ": " + failure.message()};
  auto all = close_to_others(dir);
  fs::recursive_directory_iterator each{
    dir, fs::directory_options::skip_permission_denied, failure};
  for (; !failure && each != fs::end(each); each.increment(failure))
    all = close_to_others(each->path()) && all;
  if (!all)
    log::warning("data_dir_readable_by_others", {{"dir", dir.string()}});
  return {};
}

} // namespace parley::storage
