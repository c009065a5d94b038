#include "storage/salvage.hpp"

#include "base/log.hpp"
#include "storage/big_endian.hpp"
#include "storage/checksum.hpp"
#include "storage/damage.hpp"
#include "storage/damage_log.hpp"
#include "storage/keys.hpp"
#include "storage/rocks_batch.hpp"
#include "storage/rocks_options.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <system_error>

namespace parley::storage {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t portion_bytes = std::size_t{1} << 20;

struct places {
  explicit places(const fs::path& dir)
    : store(dir / "store"),
      fresh(dir / "store.fresh"),
      old(dir / "store.old"),
      note(dir / damage_log::note_name) {}

  fs::path store;
  fs::path fresh;
  fs::path old;
  fs::path note;
};

error failed(const std::string& why) {
  return {errc::io_failed, "cannot copy the damaged store: " + why};
}

/// One store on its way into another.
class copying {
public:
  copying(std::unique_ptr<rocksdb::DB> from, std::unique_ptr<rocksdb::DB> to)
    : from_(std::move(from)), to_(std::move(to)) {}

  /// The shards, and how many of them are damaged.
  result<std::size_t> run();

private:
  std::optional<std::uint32_t> next_shard(std::uint32_t least);
  bool copy(const key_range& range);
  bool copy_shard(shard_id shard);
  void note(shard_id shard, damage what);
  void write();

  std::unique_ptr<rocksdb::DB> from_;
  std::unique_ptr<rocksdb::DB> to_;
  rocksdb::WriteBatch batch_;
  rocksdb::Status status_;
};

result<std::size_t> copying::run() {
  std::size_t damaged = 0;
  for (auto at = next_shard(0); at; at = next_shard(*at + 1)) {
    if (copy_shard(static_cast<shard_id>(*at)))
      continue;
    ++damaged;
    if (*at == node_shard)
      return error{errc::corrupt,
                   "the node's own rows are damaged: remove the node from the "
                   "cluster, and let it join again with an empty directory"};
  }
  write();
  if (status_.ok())
    status_ = to_->Flush({});
  if (!status_.ok())
    return failed(status_.ToString());
  return damaged;
}

/// One that can't be looked at counts as there.
std::optional<std::uint32_t> copying::next_shard(std::uint32_t least) {
  if (least > std::numeric_limits<shard_id>::max())
    return std::nullopt;
  auto range = shard_range(static_cast<shard_id>(least));
  std::unique_ptr<rocksdb::Iterator> at{from_->NewIterator({})};
  at->Seek(slice(range.from));
  if (at->Valid())
    return read_big_endian<shard_id>(at->key().ToStringView());
  return at->status().ok() ? std::nullopt : std::optional{least};
}

/// Whether all of it could be read.
bool copying::copy(const key_range& range) {
  auto from = slice(range.from);
  auto to = slice(range.to);
  rocksdb::ReadOptions how;
  how.fill_cache = false;
  how.iterate_lower_bound = &from;
  if (!to.empty())
    how.iterate_upper_bound = &to;
  std::unique_ptr<rocksdb::Iterator> at{from_->NewIterator(how)};
  auto whole = true;
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    // A damaged record goes along, so that whoever reads it is told.
    whole
      = whole
        && checked_record(at->key().ToStringView(), at->value().ToStringView());
    batch_.Put(at->key(), at->value());
    if (batch_.GetDataSize() >= portion_bytes)
      write();
  }
  return whole && at->status().ok();
}

bool copying::copy_shard(shard_id shard) {
  log_keys keys{shard};
  // Not as one range: where it begins may belong to the block before it.
  auto promises_good = copy(keys.damages());
  for (const auto& key : {keys.position(), keys.vote()})
    promises_good = copy({key, key + '\0'}) && promises_good;
  promises_good = copy(keys.entries()) && promises_good;
  auto state_good = copy(keys.state());
  if (shard == node_shard || (promises_good && state_good))
    return promises_good && state_good;
  note(shard, promises_good ? damage::state : damage::promises);
  return false;
}

void copying::note(shard_id shard, damage what) {
  log::error("storage_shard_damaged",
             {{"shard", shard}, {"promises", what == damage::promises}});
  auto key = log_keys{shard}.damage();
  auto record = encode(what);
  auto sum = checksum_of(key, record);
  batch_.Put(slice(key), record + std::string{sum.data(), sum.size()});
}

void copying::write() {
  rocksdb::WriteOptions how;
  how.disableWAL = true;
  if (status_.ok())
    status_ = to_->Write(how, &batch_);
  batch_.Clear();
}

std::uint64_t size_of(const fs::path& dir) {
  std::uint64_t sum = 0;
  std::error_code ignored; // a file that vanishes holds nothing
  for (const auto& file : fs::directory_iterator{dir, ignored}) {
    auto size = file.file_size(ignored);
    sum += ignored ? 0 : size;
  }
  return sum;
}

/// Keeps other processes from opening the store.
class store_lock {
public:
  explicit store_lock(const fs::path& store)
    : status_(
      rocksdb::Env::Default()->LockFile((store / "LOCK").string(), &lock_)) {}

  ~store_lock() {
    if (lock_)
      rocksdb::Env::Default()->UnlockFile(lock_).PermitUncheckedError();
  }

  store_lock(const store_lock&) = delete;
  store_lock& operator=(const store_lock&) = delete;

  bool held() const {
    return status_.ok();
  }

private:
  rocksdb::FileLock* lock_ = nullptr;
  rocksdb::Status status_;
};

result<copying> open(const places& at, const options& opts) {
  auto how = rocks_options(opts);
  rocksdb::DB* from = nullptr;
  auto status = rocksdb::DB::OpenForReadOnly(how, at.store.string(), &from);
  std::unique_ptr<rocksdb::DB> old{from};
  if (!status.ok())
    return failed(status.ToString());
  rocksdb::DB* to = nullptr;
  status = rocksdb::DB::Open(how, at.fresh.string(), &to);
  std::unique_ptr<rocksdb::DB> fresh{to};
  if (!status.ok())
    return failed(status.ToString());
  return copying{std::move(old), std::move(fresh)};
}

} // namespace

result<void> salvage(const options& opts) {
  places at{opts.dir};
  std::error_code failure;
  // Between its two renamings.
  if (!fs::exists(at.store) && fs::exists(at.old))
    fs::rename(at.old, at.store, failure);
  if (failure)
    return failed(failure.message());
  if (!fs::exists(at.note) || !fs::exists(at.store))
    return {};
  store_lock lock{at.store};
  if (!lock.held())
    return error{errc::conflict, at.store.string() + " is open already"};
  auto needed = size_of(at.store) + opts.reserve_bytes;
  std::error_code ignored; // what can't be removed is in the way, and said then
  auto free = fs::space(opts.dir, ignored).available;
  if (free < needed) {
    log::error("storage_not_copied",
               {{"free_bytes", free}, {"needed_bytes", needed}});
    return {};
  }
  fs::remove_all(at.old, ignored);
  fs::remove_all(at.fresh, ignored);
  log::warning("storage_copy_begins", {{"dir", at.store.string()}});
  std::size_t damaged = 0;
  {
    auto copies = open(at, opts);
    if (!copies)
      return copies.error();
    auto done = copies->run();
    if (!done)
      return done.error();
    damaged = *done;
  }
  fs::rename(at.store, at.old, failure);
  if (!failure)
    fs::rename(at.fresh, at.store, failure);
  if (!failure)
    fs::remove(at.note, failure);
  if (failure)
    return failed(failure.message());
  fs::remove_all(at.old, ignored);
  log::warning("storage_copied", {{"damaged_shards", damaged}});
  return {};
}

} // namespace parley::storage
