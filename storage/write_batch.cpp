#include "storage/write_batch.hpp"

#include "base/check.hpp"
#include "storage/checksum.hpp"
#include "storage/rocks_batch.hpp"

#include <array>
#include <utility>

namespace parley::storage {

write_batch::write_batch() : impl_(std::make_unique<impl>()) {}

write_batch::~write_batch() = default;
write_batch::write_batch(write_batch&&) noexcept = default;
write_batch& write_batch::operator=(write_batch&&) noexcept = default;

void write_batch::put(std::string_view key, std::string_view record) {
  auto sum = checksum_of(key, record);
  std::array name = {slice(key)};
  std::array value = {slice(record), slice({sum.data(), sum.size()})};
  impl_->rows.Put(rocksdb::SliceParts{name.data(), 1},
                  rocksdb::SliceParts{value.data(), 2});
}

void write_batch::erase(std::string_view key) {
  impl_->rows.Delete(slice(key));
}

void write_batch::erase(const key_range& range) {
  // See rocks_options.cpp.
  PARLEY_CHECK(series_of(range.from).empty());
  impl_->rows.DeleteRange(slice(range.from), slice(range.to));
}

void write_batch::add(const write_set& set) {
  write_set_reader reader{set.encoded()};
  add(reader);
}

void write_batch::add(write_set_reader& from) {
  while (auto op = from.next()) {
    if (op->erase)
      erase(op->key);
    else
      put(op->key, op->value);
  }
}

result<void> write_batch::add_encoded(std::string_view writes) {
  impl_->rows.SetSavePoint();
  write_set_reader reader{writes};
  add(reader);
  // Both fail only without a save point.
  if (reader.done()) {
    impl_->rows.PopSavePoint().PermitUncheckedError();
    return {};
  }
  impl_->rows.RollbackToSavePoint().PermitUncheckedError();
  return error{errc::corrupt, "bad write set"};
}

bool write_batch::empty() const {
  return impl_->rows.Count() == 0;
}

std::size_t write_batch::bytes() const {
  return impl_->rows.GetDataSize();
}

void write_batch::clear() {
  impl_->rows.Clear();
}

} // namespace parley::storage
