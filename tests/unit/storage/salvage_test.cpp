#include "storage/damage.hpp"
#include "tests/unit/storage/raw_store.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace parley::storage {
namespace {

namespace fs = std::filesystem;

class salvage_test : public store_fixture {
protected:
  salvage_test() {
    for (shard_id shard : {3, 4, 5}) {
      EXPECT_TRUE(put(log_keys{shard}.position(), text(shard, "position")));
      EXPECT_TRUE(put(log_keys{shard}.entry(7), text(shard, "entry")));
      EXPECT_TRUE(put(row(shard), text(shard, "row")));
    }
  }

  static std::string row(shard_id shard) {
    return log_keys{shard}.state().from + "u";
  }

  /// Long enough to be in a block of its own.
  static std::string text(shard_id shard, const std::string& what) {
    auto name = "<" + std::to_string(shard) + " " + what + ">";
    std::string out = name;
    for (unsigned i = 0; out.size() < 8'000; ++i)
      out += std::to_string(i * 2'654'435'761u);
    return out;
  }

  /// Closes the store and damages its one file where `what` is.
  void damage_file(const std::string& what) {
    db.reset();
    {
      auto raw = open_raw(opts);
      ASSERT_TRUE(raw->Flush({}).ok());
    }
    auto hit = false;
    for (const auto& file : fs::directory_iterator{opts.dir / "store"}) {
      if (file.path().extension() != ".sst")
        continue;
      std::ifstream in{file.path(), std::ios::binary};
      std::string bytes{std::istreambuf_iterator<char>{in}, {}};
      auto at = bytes.find(what);
      if (at == bytes.npos)
        continue;
      bytes[at + 20] = static_cast<char>(~bytes[at + 20]);
      std::ofstream{file.path(), std::ios::binary} << bytes;
      hit = true;
    }
    ASSERT_TRUE(hit);
    open();
  }

  std::optional<damage> noted(shard_id shard) {
    auto found = db->get(log_keys{shard}.damage());
    EXPECT_TRUE(found);
    return found && *found ? decode_damage(**found) : std::nullopt;
  }

  fs::path note() const {
    return opts.dir / "damaged";
  }
};

TEST_F(salvage_test, what_is_good_is_copied_and_the_rest_is_noted) {
  damage_file("<4 row>");
  EXPECT_FALSE(fs::exists(note()));
  EXPECT_EQ(get(row(4)), "error: damaged record");
  EXPECT_EQ(db->take_damaged(), std::vector<std::string>{row(4)});
  EXPECT_TRUE(fs::exists(note()));
  reopen();
  EXPECT_FALSE(fs::exists(note()));
  EXPECT_EQ(noted(3), std::nullopt);
  EXPECT_EQ(noted(4), damage::state);
  EXPECT_EQ(noted(5), std::nullopt);
  for (shard_id shard : {3, 5})
    EXPECT_EQ(get(row(shard)), text(shard, "row"));
  EXPECT_EQ(get(log_keys{4}.entry(7)), text(4, "entry"));
  EXPECT_TRUE(db->take_damaged().empty());
  EXPECT_TRUE(put(row(6), "and it goes on"));
  reopen();
  EXPECT_EQ(get(row(6)), "and it goes on");
}

TEST_F(salvage_test, a_damaged_log_is_worse_than_a_damaged_state) {
  damage_file("<4 entry>");
  EXPECT_EQ(get(log_keys{4}.entry(7)), "error: damaged record");
  reopen();
  EXPECT_EQ(noted(4), damage::promises);
  EXPECT_EQ(noted(3), std::nullopt);
  EXPECT_EQ(get(row(5)), text(5, "row"));
}

TEST_F(salvage_test, a_crash_between_its_steps_costs_nothing) {
  db.reset();
  fs::rename(opts.dir / "store", opts.dir / "store.old");
  fs::create_directory(opts.dir / "store.fresh");
  std::ofstream{note()};
  open();
  for (shard_id shard : {3, 4, 5}) {
    EXPECT_EQ(get(row(shard)), text(shard, "row"));
    EXPECT_EQ(noted(shard), std::nullopt);
  }
  EXPECT_FALSE(fs::exists(opts.dir / "store.fresh"));
  EXPECT_FALSE(fs::exists(opts.dir / "store.old"));
}

TEST_F(salvage_test, a_store_that_is_open_is_left_alone) {
  std::ofstream{note()};
  auto again = store::open(opts);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, errc::conflict);
  EXPECT_TRUE(put(row(6), "and it goes on"));
}

} // namespace
} // namespace parley::storage
