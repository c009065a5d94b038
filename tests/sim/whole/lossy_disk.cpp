#include "tests/sim/whole/lossy_disk.hpp"

#include "tests/sim/whole/lossy_files.hpp"

namespace parley::sim {

lossy_disk::lossy_disk()
  : memory_(rocksdb::NewMemEnv(rocksdb::Env::Default())),
    files_(std::make_shared<lossy_files>(memory_->GetFileSystem())),
    env_(rocksdb::NewCompositeEnv(files_)) {}

lossy_disk::~lossy_disk() = default;

void lossy_disk::freeze() {
  files_->freeze();
}

void lossy_disk::thaw(dice& d) {
  files_->thaw(d);
}

void lossy_disk::fail_sync(int after) {
  files_->fail_sync(after);
}

void lossy_disk::lie() {
  files_->lie();
}

std::uint64_t lossy_disk::syncs() const {
  return files_->syncs();
}

} // namespace parley::sim
