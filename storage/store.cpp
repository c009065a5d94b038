#include "storage/store.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "storage/background_gate.hpp"
#include "storage/background_pace.hpp"
#include "storage/checksum.hpp"
#include "storage/damage_log.hpp"
#include "storage/dedup_filter.hpp"
#include "storage/disk_space.hpp"
#include "storage/private_files.hpp"
#include "storage/refusals.hpp"
#include "storage/rocks_batch.hpp"
#include "storage/rocks_options.hpp"
#include "storage/rocks_store.hpp"
#include "storage/salvage.hpp"

#include <rocksdb/convenience.h>

#include <algorithm>
#include <atomic>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace parley::storage {
namespace {

namespace fs = std::filesystem;

error open_failed(const rocksdb::Status& status, const fs::path& dir) {
  auto reason = status.ToString();
  if (status.IsIOError() && reason.find("lock") != reason.npos)
    return {errc::conflict, dir.string() + " is open already: " + reason};
  auto code = status.IsCorruption() ? errc::corrupt : errc::io_failed;
  return {code, "cannot open " + dir.string() + ": " + reason};
}

/// A new store and a migration have to write.
error start_failed(const error& reason, const fs::path& dir) {
  if (reason.code != errc::unavailable)
    return reason;
  return {errc::io_failed,
          "cannot start the store in " + dir.string() + ": " + reason.detail};
}

/// What the write-ahead logs hold: recovery may write as much again.
std::uint64_t log_bytes(const fs::path& dir) {
  std::uint64_t sum = 0;
  std::error_code ignored; // a file that vanishes holds nothing
  for (const auto& file : fs::directory_iterator{dir, ignored}) {
    if (file.path().extension() != ".log")
      continue;
    auto size = file.file_size(ignored);
    sum += ignored ? 0 : size;
  }
  return sum;
}

/// Opening writes, and RocksDB ends the process when that fails.
result<void> check_room_to_open(disk_space& disk, const fs::path& dir,
                                const options& opts) {
  auto least = std::min<std::uint64_t>(opts.reserve_bytes / 4, 16u << 20)
               + log_bytes(dir);
  auto free = disk.look().free_bytes;
  if (free >= least)
    return {};
  return error{errc::io_failed, "too little space to open " + dir.string()
                                  + ": " + std::to_string(free)
                                  + " bytes free, " + std::to_string(least)
                                  + " needed"};
}

/// A new directory's name is durable only when its parent has been synced.
void sync_directory(const fs::path& dir) {
  auto fd = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 || ::fsync(fd) != 0)
    log::warning("storage_directory_not_synced", {{"dir", dir.string()}});
  if (fd >= 0)
    ::close(fd);
}

} // namespace

struct store::impl {
  impl(const options& opts, const fs::path& dir)
    : damage(opts.dir / damage_log::note_name),
      disk(dir, opts.reserve_bytes),
      gate(std::make_shared<background_gate>(disk, damage, table_bytes(opts),
                                             opts.reserve_bytes / 2)),
      pace(std::make_shared<background_pace>(table_bytes(opts))) {}

  ~impl() {
    if (db)
      rocksdb::CancelAllBackgroundWork(db.get(), false);
    pace->watch(nullptr);
    gate->open_for_good();
    db.reset();
  }

  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  /// As it was at `as_of`, or now where that is null.
  result<void> scan(const key_range& range, const visitor& visit, bool reverse,
                    const rocksdb::Snapshot* as_of) const;

  error damaged(std::string_view key) const;
  error read_failed(const rocksdb::Status& status, std::string_view key) const;

  void stop_compacting() const;

  mutable damage_log damage;
  mutable std::atomic<bool> compacts = true;
  disk_space disk;
  std::shared_ptr<background_gate> gate;
  std::shared_ptr<background_pace> pace;
  dedup_filter filter{system_clock()};
  std::unique_ptr<rocksdb::DB> db;
};

error store::impl::damaged(std::string_view key) const {
  damage.add(key);
  return {errc::corrupt, "damaged record"};
}

/// A compaction that meets the damage is the end of all writing. Until the next
/// opening has copied what is good, reading is slower instead.
void store::impl::stop_compacting() const {
  if (compacts.exchange(false))
    if (auto status = db->SetOptions({{"disable_auto_compactions", "true"}});
        !status.ok())
      log::error("storage_compacts_still", {{"reason", status.ToString()}});
}

error store::impl::read_failed(const rocksdb::Status& status,
                               std::string_view key) const {
  if (status.IsCorruption()) {
    stop_compacting();
    return damaged(key);
  }
  log::error("storage_read_failed", {{"reason", status.ToString()}});
  return {errc::io_failed, "storage read failed"};
}

store::store(std::unique_ptr<impl> i) : impl_(std::move(i)) {}

store::~store() = default;

result<std::unique_ptr<store>> store::open(const options& opts,
                                           std::span<const migration> steps) {
  auto dir = opts.dir / "store";
  std::error_code failure;
  if (auto closed = make_private(opts.dir); !closed)
    return closed.error();
  sync_directory(opts.dir);
  if (auto salvaged = salvage(opts); !salvaged)
    return salvaged.error();
  fs::create_directory(dir, failure);
  if (failure)
    return error{errc::io_failed,
                 "cannot create " + dir.string() + ": " + failure.message()};
  auto parts = std::make_unique<impl>(opts, dir);
  if (auto room = check_room_to_open(parts->disk, dir, opts); !room)
    return room.error();
  auto how = rocks_options(opts);
  how.listeners.push_back(parts->gate);
  how.rate_limiter = parts->pace;
  how.compaction_filter = &parts->filter;
  rocksdb::DB* db = nullptr;
  auto status = rocksdb::DB::Open(how, dir.string(), &db);
  parts->db.reset(db);
  if (!status.ok())
    return open_failed(status, dir);
  parts->pace->watch(db);
  std::unique_ptr<store> opened{new store{std::move(parts)}};
  if (auto done = migrate(*opened, steps); !done)
    return start_failed(done.error(), dir);
  return opened;
}

result<std::optional<std::string>> store::get(std::string_view key) const {
  std::string value;
  auto& db = *impl_->db;
  auto status = db.Get(rocksdb::ReadOptions{}, slice(key), &value);
  if (status.IsNotFound())
    return std::nullopt;
  if (!status.ok())
    return impl_->read_failed(status, key);
  auto record = checked_record(key, value);
  if (!record)
    return impl_->damaged(key);
  value.resize(record->size());
  return value;
}

result<void> store::scan(const key_range& range, const visitor& visit,
                         bool reverse) const {
  return impl_->scan(range, visit, reverse, nullptr);
}

struct store::view::impl {
  explicit impl(const store::impl& of) : home(of), at(of.db->GetSnapshot()) {}

  ~impl() {
    home.db->ReleaseSnapshot(at);
  }

  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  const store::impl& home;
  const rocksdb::Snapshot* const at;
};

store::view::view(std::unique_ptr<impl> i) : impl_(std::move(i)) {}
store::view::view(view&&) noexcept = default;
store::view& store::view::operator=(view&&) noexcept = default;
store::view::~view() = default;

result<void> store::view::scan(const key_range& range,
                               const visitor& visit) const {
  return impl_->home.scan(range, visit, false, impl_->at);
}

store::view store::look() const {
  return view{std::make_unique<view::impl>(*impl_)};
}

result<void> store::impl::scan(const key_range& range, const visitor& visit,
                               bool reverse,
                               const rocksdb::Snapshot* as_of) const {
  auto from = slice(range.from);
  auto to = slice(range.to);
  rocksdb::ReadOptions how;
  how.snapshot = as_of;
  how.iterate_lower_bound = &from;
  if (!to.empty())
    how.iterate_upper_bound = &to;
  std::unique_ptr<rocksdb::Iterator> at{db->NewIterator(how)};
  for (reverse ? at->SeekToLast() : at->SeekToFirst(); at->Valid();
       reverse ? at->Prev() : at->Next()) {
    auto key = at->key().ToStringView();
    auto record = checked_record(key, at->value().ToStringView());
    if (!record)
      return damaged(key);
    if (!visit(key, *record))
      return {};
  }
  if (!at->status().ok())
    return read_failed(at->status(), range.from);
  return {};
}

result<void> store::write(std::span<const write_set* const> sets) {
  write_batch batch;
  for (auto set : sets)
    batch.add(*set);
  if (auto room = take(batch.bytes()); !room)
    return room;
  return write(batch, durability::synced);
}

result<void> store::take(std::size_t bytes) {
  if (impl_->gate->failed())
    return storage_failed();
  if (!impl_->disk.take(bytes))
    return storage_full();
  return {};
}

result<void> store::write(write_batch& batch, durability how) {
  if (impl_->gate->failed())
    return storage_failed();
  rocksdb::WriteOptions opts;
  opts.sync = how == durability::synced;
  auto status = impl_->db->Write(opts, &batch.impl_->rows);
  batch.clear();
  if (status.ok())
    return {};
  impl_->gate->fail(status);
  return storage_failed();
}

std::vector<std::string> store::take_damaged() const {
  return impl_->damage.take();
}

rocksdb::DB& rocks_of(const store& db) {
  return *db.impl_->db;
}

result<void> store::writable() const {
  if (impl_->gate->failed())
    return storage_failed();
  if (impl_->disk.full())
    return storage_full();
  return {};
}

store::space store::look_at_space() {
  auto found = impl_->disk.look();
  return {found.free_bytes, found.full};
}

} // namespace parley::storage
