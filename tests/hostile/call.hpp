#pragma once

#include "tests/hostile/canary.hpp"
#include "tests/hostile/spec.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace parley::hostile {

enum class outcome : std::uint8_t {
  waiting,
  done,
  refused,
  /// The socket was closed, or the node killed, before an answer came: it may
  /// have been carried out.
  unknown,
  /// Nothing of it was written: its caller has no session, or lost it.
  unsent,
};

/// One call by somebody, and what came of it.
struct call {
  std::uint64_t number = 0;
  std::uint32_t by = nobody;
  const method_spec* method = nullptr;
  /// The method, or the path of a call that is no JSON-RPC.
  std::string name = {};
  std::string params = {};

  // What the generator meant.
  std::uint32_t place = nobody;
  /// The id that was meant, whether or not there is such a conversation.
  std::string place_id = {};
  /// The user whom the call is about.
  std::uint32_t subject = nobody;
  std::vector<std::uint32_t> subjects = {};
  std::uint64_t seq = 0;
  std::uint32_t mark = nobody;
  /// All canaries in it; the last one is `mark`.
  std::vector<std::uint32_t> marks = {};
  std::string client_id = {};
  bool on = false;
  bool sets_public = false;
  /// Nothing about its parameters is wrong.
  bool is_valid = true;
  bool over_http = false;
  std::size_t session = 0;

  // What came of it.
  outcome ended = outcome::waiting;
  int code = 0;
  std::uint64_t answered_seq = 0;
  bool is_duplicate = false;
  std::int64_t sent_us = 0;
  std::int64_t answered_us = 0;

  bool is(std::string_view other) const {
    return name == other;
  }
};

} // namespace parley::hostile
