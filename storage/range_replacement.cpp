#include "storage/range_replacement.hpp"

#include "base/log.hpp"
#include "storage/checksum.hpp"
#include "storage/refusals.hpp"
#include "storage/rocks_batch.hpp"
#include "storage/rocks_store.hpp"

#include <rocksdb/sst_file_writer.h>

#include <system_error>
#include <utility>

namespace parley::storage {

namespace fs = std::filesystem;

namespace {

error failed(const rocksdb::Status& status) {
  log::error("storage_replacement_failed", {{"reason", status.ToString()}});
  return {errc::io_failed, "cannot replace a range: " + status.ToString()};
}

} // namespace

struct range_replacement::impl {
  impl(store& d, fs::path f)
    : db(d),
      file(std::move(f)),
      writer(rocksdb::EnvOptions{}, rocks_of(d).GetOptions()) {}

  ~impl() {
    std::error_code ignored; // what is left is removed by the next of its name
    fs::remove(file, ignored);
  }

  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  store& db;
  const fs::path file;
  rocksdb::SstFileWriter writer;
  std::string value;
  std::uint64_t bytes = 0;
};

range_replacement::range_replacement(std::unique_ptr<impl> i)
  : impl_(std::move(i)) {}

range_replacement::~range_replacement() = default;
range_replacement::range_replacement(range_replacement&&) noexcept = default;
range_replacement&
range_replacement::operator=(range_replacement&&) noexcept = default;

result<range_replacement> range_replacement::begin(store& db,
                                                   std::string_view name) {
  auto file = fs::path{rocks_of(db).GetName()}
              / ("replacement-" + std::string{name} + ".part");
  std::error_code ignored; // opening it says what is wrong
  fs::remove(file, ignored);
  auto i = std::make_unique<impl>(db, file);
  if (auto status = i->writer.Open(file.string()); !status.ok())
    return failed(status);
  return range_replacement{std::move(i)};
}

result<void> range_replacement::put(std::string_view key,
                                    std::string_view record) {
  auto& i = *impl_;
  if (auto room = i.db.take(key.size() + record.size()); !room)
    return room;
  auto sum = checksum_of(key, record);
  i.value.assign(record);
  i.value.append(sum.data(), sum.size());
  auto status = i.writer.Put(slice(key), i.value);
  if (status.IsInvalidArgument())
    return error{errc::conflict, "rows out of order"};
  if (!status.ok())
    return failed(status);
  i.bytes += key.size() + i.value.size();
  return {};
}

std::uint64_t range_replacement::bytes() const {
  return impl_->bytes;
}

result<void> range_replacement::finish(const std::vector<key_range>& ranges) {
  auto& i = *impl_;
  // Of the same file, they leave its own rows alone.
  for (const auto& range : ranges)
    if (auto status = i.writer.DeleteRange(slice(range.from), slice(range.to));
        !status.ok())
      return failed(status);
  if (auto status = i.writer.Finish(); !status.ok())
    return failed(status);
  rocksdb::IngestExternalFileOptions how;
  how.move_files = true;
  if (auto status = rocks_of(i.db).IngestExternalFile({i.file.string()}, how);
      !status.ok())
    return failed(status);
  return {};
}

} // namespace parley::storage
