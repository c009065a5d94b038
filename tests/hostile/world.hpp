#pragma once

#include "tests/hostile/canary.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley::hostile {

struct person {
  std::string handle = {};
  std::string password = {};
  std::string token = {};
  std::string refresh = {};
  /// Tokens that were its own once.
  std::vector<std::string> old_tokens = {};
  bool is_guest = false;
  /// Has an account: one that signs up first has none yet.
  bool exists = false;
};

enum class entry_kind : std::uint8_t {
  unknown,
  message,
  edited,
  deleted,
  reaction,
  created,
  updated,
  joined,
  left,
  role,
};

/// One position of a conversation's log.
struct entry {
  entry_kind kind = entry_kind::unknown;
  bool has_claim = false;
  std::uint32_t by = nobody;
  /// The message that an edit, a deletion or a reaction is about.
  std::uint64_t target = 0;
  /// The canary of a message's or an edit's text, or of a title.
  std::uint32_t mark = nobody;
  /// Hash of the sender and the client_id of a message.
  std::uint64_t said = 0;
  /// It was deleted when it was read.
  bool is_gone = false;
};

/// When somebody was a member, in positions of the log; an open end is 0.
struct stay {
  std::uint64_t from = 1;
  std::uint64_t upto = 0;
  std::uint64_t sees_from = 1;

  bool has(std::uint64_t seq) const {
    return seq >= from && (upto == 0 || seq <= upto);
  }
};

enum class rank : std::uint8_t { none, member, admin, owner };

struct conversation {
  std::string id = {};
  char kind = 'g';
  bool is_public = false;
  /// From which position on anybody could come and read; 0 where nobody can.
  std::uint64_t public_since = 0;
  std::map<std::uint32_t, rank> members = {};
  std::map<std::uint32_t, std::vector<stay>> stays = {};
  /// By seq - 1.
  std::vector<entry> log = {};
  /// What was read of an operator's view of the log, and is verified.
  std::uint64_t known_upto = 0;
  /// Where titles were set, in order.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> titles = {};
  /// The last round in which who may what was changed by something without a
  /// place in the log.
  std::uint64_t changed_round = 0;
  bool is_over = false;
  /// Who was removed and can come back by invitation only.
  std::set<std::uint32_t> removed = {};

  rank rank_of(std::uint32_t user) const;
  bool was_there(std::uint32_t user, std::uint64_t seq) const;
  bool was_ever_there(std::uint32_t user) const {
    return stays.contains(user);
  }
  entry& at(std::uint64_t seq);
  const entry* find(std::uint64_t seq) const;
};

/// Everything that the adversary has seen, by whomever.
class world {
public:
  std::uint32_t add_person(person who);
  std::uint32_t find_person(std::string_view handle) const;
  std::vector<person>& people() {
    return people_;
  }
  const std::vector<person>& people() const {
    return people_;
  }

  /// The index of the conversation; makes it known if it is a good id.
  std::uint32_t meet(std::string_view id);
  std::uint32_t find(std::string_view id) const;
  std::vector<conversation>& conversations() {
    return conversations_;
  }
  const std::vector<conversation>& conversations() const {
    return conversations_;
  }

  /// The id of the direct conversation of two, whether or not it exists.
  std::string direct(std::uint32_t a, std::uint32_t b) const;
  /// The two of a direct conversation; `nobody` where it is not known whose.
  std::pair<std::uint32_t, std::uint32_t> pair_of(std::string_view id) const;

  void note_pair(std::uint32_t a, std::uint32_t b);

private:
  std::vector<person> people_ = {};
  std::unordered_map<std::string, std::uint32_t> by_handle_ = {};
  std::vector<conversation> conversations_ = {};
  std::unordered_map<std::string, std::uint32_t> by_id_ = {};
  std::unordered_map<std::string, std::pair<std::uint32_t, std::uint32_t>>
    pairs_ = {};
};

} // namespace parley::hostile
