#include "storage/dedup_filter.hpp"

#include "base/limits.hpp"
#include "storage/checksum.hpp"
#include "storage/keys.hpp"
#include "storage/records.hpp"

namespace parley::storage {

bool dedup_filter::Filter(int, const rocksdb::Slice& key,
                          const rocksdb::Slice& value, std::string*,
                          bool*) const {
  if (!dedup_name_of(key.ToStringView()))
    return false;
  auto bytes = checked_record(key.ToStringView(), value.ToStringView());
  if (!bytes)
    return false;
  auto row = decode<dedup_record>(*bytes);
  return row && row->ts < time_.now_ms() - limits::dedup_retention_ms;
}

} // namespace parley::storage
