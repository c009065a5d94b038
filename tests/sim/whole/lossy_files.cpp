#include "tests/sim/whole/lossy_files.hpp"

#include "base/hash.hpp"

#include <utility>
#include <vector>

namespace parley::sim {

namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

bool ends_with(const std::string& name, std::string_view end) {
  return name.size() >= end.size()
         && name.compare(name.size() - end.size(), end.size(), end) == 0;
}

/// A file that is being written.
class lossy_file final : public rocksdb::FSWritableFileOwnerWrapper {
public:
  lossy_file(std::unique_ptr<rocksdb::FSWritableFile> file, lossy_files& all,
             std::string name, std::shared_ptr<lossy_files::extent> how_far)
    : rocksdb::FSWritableFileOwnerWrapper(std::move(file)),
      all_(all),
      name_(std::move(name)),
      extent_(std::move(how_far)) {}

  using rocksdb::FSWritableFileOwnerWrapper::Append;

  IOStatus Append(const Slice& data, const IOOptions& opts,
                  IODebugContext* dbg) override {
    if (all_.frozen())
      return IOStatus::OK();
    all_.grown(*extent_, data.size());
    return target()->Append(data, opts, dbg);
  }

  IOStatus Append(const Slice& data, const IOOptions& opts,
                  const rocksdb::DataVerificationInfo&,
                  IODebugContext* dbg) override {
    return Append(data, opts, dbg);
  }

  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    return all_.synced(name_, *extent_);
  }

  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    return all_.synced(name_, *extent_);
  }

private:
  lossy_files& all_;
  const std::string name_;
  const std::shared_ptr<lossy_files::extent> extent_;
};

} // namespace

IOStatus lossy_files::NewWritableFile(
  const std::string& name, const rocksdb::FileOptions& opts,
  std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* dbg) {
  // Nobody reads what options it was opened with, and saying so takes longer
  // than all else that opening does.
  if (name.find("/OPTIONS-") != name.npos)
    return IOStatus::NotSupported("no options file");
  if (frozen())
    return IOStatus::IOError("the machine is off");
  std::unique_ptr<rocksdb::FSWritableFile> made;
  auto status = target()->NewWritableFile(name, opts, &made, dbg);
  if (!status.ok())
    return status;
  auto how_far = std::make_shared<extent>();
  {
    std::lock_guard held{guard_};
    extents_[name] = how_far;
  }
  *file = std::make_unique<lossy_file>(std::move(made), *this, name, how_far);
  return status;
}

/// Also to sync what another name of it has written.
IOStatus lossy_files::ReopenWritableFile(
  const std::string& name, const rocksdb::FileOptions& opts,
  std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* dbg) {
  if (frozen())
    return IOStatus::IOError("the machine is off");
  std::unique_ptr<rocksdb::FSWritableFile> made;
  auto status = target()->ReopenWritableFile(name, opts, &made, dbg);
  if (!status.ok())
    return status;
  std::shared_ptr<extent> how_far;
  {
    std::lock_guard held{guard_};
    auto& known = extents_[name];
    if (!known)
      known = std::make_shared<extent>();
    how_far = known;
  }
  *file = std::make_unique<lossy_file>(std::move(made), *this, name, how_far);
  return status;
}

IOStatus lossy_files::DeleteFile(const std::string& name, const IOOptions& opts,
                                 IODebugContext* dbg) {
  if (frozen())
    return IOStatus::OK();
  {
    std::lock_guard held{guard_};
    extents_.erase(name);
  }
  return target()->DeleteFile(name, opts, dbg);
}

IOStatus lossy_files::RenameFile(const std::string& from, const std::string& to,
                                 const IOOptions& opts, IODebugContext* dbg) {
  if (frozen())
    return IOStatus::OK();
  {
    std::lock_guard held{guard_};
    if (auto found = extents_.find(from); found != extents_.end()) {
      extents_[to] = found->second;
      extents_.erase(from);
    }
  }
  return target()->RenameFile(from, to, opts, dbg);
}

IOStatus lossy_files::LinkFile(const std::string& from, const std::string& to,
                               const IOOptions& opts, IODebugContext* dbg) {
  if (frozen())
    return IOStatus::OK();
  {
    std::lock_guard held{guard_};
    if (auto found = extents_.find(from); found != extents_.end())
      extents_[to] = found->second;
  }
  return target()->LinkFile(from, to, opts, dbg);
}

void lossy_files::grown(extent& of, std::size_t by) {
  std::lock_guard held{guard_};
  of.size += by;
}

IOStatus lossy_files::synced(const std::string& name, extent& of) {
  if (frozen())
    return IOStatus::OK();
  if (ends_with(name, ".log")) {
    ++syncs_;
    if (syncs_left_ >= 0 && syncs_left_-- == 0)
      return IOStatus::IOError("the disk has failed");
  }
  std::lock_guard held{guard_};
  if (!lies_)
    of.synced = of.size;
  return IOStatus::OK();
}

/// Which files there are besides the logs depends on RocksDB's threads: all
/// that is random comes of one throw and the files' names.
void lossy_files::thaw(dice& d) {
  auto luck = d.bits();
  std::lock_guard held{guard_};
  for (auto& [name, of] : extents_) {
    if (of->synced >= of->size)
      continue;
    dice own{luck ^ hash64(name.substr(name.rfind('/') + 1))};
    auto lost = static_cast<std::int64_t>(of->size - of->synced);
    auto kept = own.one_in(3) ? 0 : own.between(0, lost);
    of->size = of->synced + static_cast<std::uint64_t>(kept);
    of->synced = of->size;
    (void)target()->Truncate(name, of->size, IOOptions{}, nullptr);
  }
  syncs_left_ = -1;
  frozen_ = false;
}

} // namespace parley::sim
