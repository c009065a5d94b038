#pragma once

#include "base/clock.hpp"

#include <rocksdb/compaction_filter.h>

namespace parley::storage {

/// Drops the dedup rows that are too old to mean anything, whenever compaction
/// passes by. What it cannot read it keeps: a reader has to report that.
class dedup_filter final : public rocksdb::CompactionFilter {
public:
  explicit dedup_filter(const clock& time) : time_(time) {}

  const char* Name() const override {
    return "parley.dedup";
  }

  bool Filter(int level, const rocksdb::Slice& key, const rocksdb::Slice& value,
              std::string* new_value, bool* value_changed) const override;

private:
  const clock& time_;
};

} // namespace parley::storage
