#include "storage/rocks_options.hpp"

#include "storage/background_pace.hpp"
#include "storage/keys.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/sst_file_manager.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <memory>

namespace parley::storage {
namespace {

constexpr std::uint64_t mebibyte = 1u << 20;

/// Few and large: a table's whole filter has to fit into one part of the cache,
/// or it is read from the disk for every row that is looked for.
constexpr int cache_shard_bits = 2;

rocksdb::CompressionType compression() {
  auto built_in = rocksdb::GetSupportedCompressions();
  auto lz4
    = std::find(built_in.begin(), built_in.end(), rocksdb::kLZ4Compression);
  return lz4 != built_in.end() ? *lz4 : rocksdb::kNoCompression;
}

void set_table(rocksdb::Options& to, const options& opts) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache
    = rocksdb::NewLRUCache(opts.block_cache_bytes, cache_shard_bits);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  // Otherwise they are held outside of the cache, without a bound.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.format_version = 5;
  to.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
}

/// Tells a memtable which rows come one behind the other: it begins to look for
/// the place of one where the last one went. An erased range must not begin
/// with such a row: RocksDB 7.8 keeps ranges in a list of their own, looks for
/// their places where it looked for the rows', and so mixes the two.
class series final : public rocksdb::SliceTransform {
public:
  const char* Name() const override {
    return "parley.series";
  }

  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return series_of(key.ToStringView());
  }

  bool InDomain(const rocksdb::Slice& key) const override {
    return !series_of(key.ToStringView()).empty();
  }
};

void set_memtable(rocksdb::Options& to) {
  to.memtable_insert_with_hint_prefix_extractor = std::make_shared<series>();
  // There is one writer, and only without others does it look at the hints.
  to.allow_concurrent_memtable_write = false;
  // Every message asks for a row that is not there: its client's id.
  to.memtable_whole_key_filtering = true;
  to.memtable_prefix_bloom_size_ratio = 0.02;
}

void set_sizes(rocksdb::Options& to, const options& opts) {
  to.write_buffer_size = table_bytes(opts);
  // A flush takes all memtables that wait into one file: let that be one.
  to.max_write_buffer_number = 2;
  to.target_file_size_base = to.write_buffer_size;
  to.max_bytes_for_level_base = 4 * to.write_buffer_size;
  to.max_total_wal_size = 4 * to.write_buffer_size;
  to.max_manifest_file_size = 16 * mebibyte;
  to.manifest_preallocation_size = std::size_t{64} * 1024;
}

/// Measured: ext4 frees the blocks of a whole log in 35 ms, and no sync of
/// another file returns meanwhile. So files shrink by a piece at a time, also
/// the logs of a store whose tables are smaller than they are.
void set_deletion(rocksdb::Options& to) {
  constexpr std::int64_t bytes_a_second = 128 * mebibyte;
  constexpr std::uint64_t piece = mebibyte;
  constexpr double any_share_of_the_store = 1e9;
  to.sst_file_manager.reset(
    rocksdb::NewSstFileManager(to.env, nullptr, {}, bytes_a_second, true,
                               nullptr, any_share_of_the_store, piece));
}

void set_logs(rocksdb::Options& to) {
  to.info_log_level = rocksdb::WARN_LEVEL;
  to.max_log_file_size = 4 * mebibyte;
  to.keep_log_file_num = 4;
  // An idle node is to be idle.
  to.stats_dump_period_sec = 0;
  to.stats_persist_period_sec = 0;
}

} // namespace

std::uint64_t table_bytes(const options& opts) {
  auto part = std::max(opts.reserve_bytes / 8, mebibyte);
  return std::min(opts.memtable_bytes, part);
}

rocksdb::Options rocks_options(const options& opts) {
  rocksdb::Options to;
  to.create_if_missing = true;
  if (opts.env)
    to.env = opts.env;
  // docs/storage-format.md, "What a completed write promises".
  to.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  to.avoid_flush_during_recovery = true;
  to.max_background_jobs = 2;
  // Descriptors are scarce: sockets need them.
  to.max_open_files = 512;
  to.compression = compression();
  to.level_compaction_dynamic_level_bytes = true;
  to.avoid_unnecessary_blocking_io = true;
  to.skip_stats_update_on_db_open = true;
  // A table file that goes to the disk in one burst delays the log's fsync.
  to.bytes_per_sync = mebibyte;
  to.writable_file_max_buffer_size = background_pace::piece_bytes;
  set_table(to, opts);
  set_memtable(to);
  set_sizes(to, opts);
  set_deletion(to);
  set_logs(to);
  return to;
}

} // namespace parley::storage
