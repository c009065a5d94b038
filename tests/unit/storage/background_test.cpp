#include "tests/support/eventually.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <algorithm>
#include <atomic>
#include <filesystem>

// What RocksDB does beside writing messages must not keep them waiting.
namespace parley::storage {
namespace {

using test::eventually;

constexpr std::uint64_t piece_bytes = 1u << 20;

/// Notes how large files are when they go.
class watched_files final : public rocksdb::FileSystemWrapper {
public:
  using FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override {
    return "watched_files";
  }

  rocksdb::IOStatus DeleteFile(const std::string& name,
                               const rocksdb::IOOptions& how,
                               rocksdb::IODebugContext* debug) override {
    std::uint64_t bytes = 0;
    if (GetFileSize(name, how, &bytes, debug).ok()) {
      largest = std::max(largest.load(), bytes);
      ++gone;
    }
    return FileSystemWrapper::DeleteFile(name, how, debug);
  }

  std::atomic<std::uint64_t> largest = 0;
  std::atomic<int> gone = 0;
};

int count(const std::filesystem::path& dir, std::string_view extension) {
  auto found = 0;
  for (const auto& file : std::filesystem::directory_iterator{dir})
    if (file.path().extension() == extension)
      ++found;
  return found;
}

class background_test : public store_fixture {
protected:
  background_test() {
    db.reset();
    opts.memtable_bytes = 4 * piece_bytes;
    opts.reserve_bytes = 8 * opts.memtable_bytes;
    opts.env = env.get();
    open();
  }

  ~background_test() override {
    db.reset();
  }

  void write_some(std::size_t bytes) {
    const std::string record(64 * 1024, 'x');
    for (std::size_t sum = 0; sum < bytes; sum += record.size())
      ASSERT_TRUE(put("key" + std::to_string(sum), record));
  }

  std::shared_ptr<watched_files> files
    = std::make_shared<watched_files>(rocksdb::FileSystem::Default());
  std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(files);
};

TEST_F(background_test, frees_a_log_that_is_not_needed_bit_by_bit) {
  write_some(9 * piece_bytes);
  auto store_dir = opts.dir / "store";
  EXPECT_TRUE(eventually([&] {
    return count(store_dir, ".sst") >= 2 && count(store_dir, ".log") == 1
           && count(store_dir, ".trash") == 0;
  }));
  EXPECT_GE(files->gone, 2);
  EXPECT_LE(files->largest, piece_bytes);
}

} // namespace
} // namespace parley::storage
