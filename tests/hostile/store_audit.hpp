#pragma once

#include "tests/hostile/canary.hpp"
#include "tests/hostile/findings.hpp"
#include "tests/hostile/world.hpp"

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace parley::hostile {

/// Reads every row of a node's store, once the node has ended: each must be
/// readable and come from what was acknowledged or may have been carried out,
/// and all that was acknowledged must be there.
class store_audit {
public:
  store_audit(const world& seen, const canary_book& canaries, findings& found)
    : seen_(seen), canaries_(canaries), found_(found) {}

  /// `is_whole` where the store is that of the only node.
  void read(const std::filesystem::path& dir, bool is_whole);

  /// Accounts that are none of the crowd's.
  std::set<std::string> others = {};
  std::uint64_t rows = 0;

private:
  struct rows_of {
    bool has_head = false;
    std::uint64_t entries = 0;
    std::set<std::uint32_t> members = {};
  };

  void read_row(std::string_view key, std::string_view record);
  /// Rows of queues and of moderation, of one of the kinds.
  void read_entity_row(std::string_view key, std::string_view kinds);
  void read_conversation_row(std::string_view key, std::string_view record);
  void read_user_row(std::string_view key, std::string_view record);
  void read_message(const conversation& there, std::string_view key,
                    std::string_view record);
  void read_member(const conversation& there, rows_of& read,
                   std::string_view key, std::string_view record);
  void compare();
  void wrong(std::string_view key, std::string_view what);
  bool is_known(std::string_view handle) const;

  const world& seen_;
  const canary_book& canaries_;
  findings& found_;
  std::unordered_map<std::uint32_t, rows_of> read_ = {};
};

} // namespace parley::hostile
