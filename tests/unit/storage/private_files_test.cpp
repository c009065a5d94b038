#include "storage/private_files.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace parley::storage {
namespace {

namespace fs = std::filesystem;

fs::perms rights_of(const fs::path& file) {
  return fs::status(file).permissions();
}

TEST(private_files_test, are_made_for_the_owner_alone) {
  test::temp_dir home;
  auto dir = home.path() / "data";
  ASSERT_TRUE(make_private(dir));
  EXPECT_EQ(rights_of(dir), fs::perms::owner_all);
}

TEST(private_files_test, are_closed_to_others_where_they_were_open) {
  test::temp_dir home;
  auto dir = home.path() / "data";
  fs::create_directories(dir / "store");
  std::ofstream{dir / "store" / "000004.log"} << "secret";
  std::ofstream{home.path() / "elsewhere"} << "of somebody else";
  fs::create_symlink(home.path() / "elsewhere", dir / "link");
  for (auto file : {dir / "store" / "000004.log", home.path() / "elsewhere"})
    fs::permissions(file, fs::perms(0644));
  fs::permissions(dir, fs::perms(0755));
  fs::permissions(dir / "store", fs::perms(0755));
  ASSERT_TRUE(make_private(dir));
  EXPECT_EQ(rights_of(dir), fs::perms::owner_all);
  EXPECT_EQ(rights_of(dir / "store"), fs::perms::owner_all);
  EXPECT_EQ(rights_of(dir / "store" / "000004.log"), fs::perms(0600));
  EXPECT_EQ(rights_of(home.path() / "elsewhere"), fs::perms(0644));
}

TEST(private_files_test, cannot_be_made_in_a_file) {
  test::temp_dir home;
  std::ofstream{home.path() / "file"} << "x";
  EXPECT_FALSE(make_private(home.path() / "file" / "data"));
}

} // namespace
} // namespace parley::storage
