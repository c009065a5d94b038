#pragma once

#include "tests/hostile/client.hpp"
#include "tests/hostile/judge.hpp"
#include "tests/hostile/world.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parley::hostile {

/// What a node with a hole in it would show, put between the nodes and the
/// judge once in a while: who looks for faults must find each of them.
enum class planted : std::uint8_t {
  none,
  /// A session is told what is another user's.
  event_to_stranger,
  event_lost,
  event_twice,
  events_swapped,
  /// A member who has left goes on being told.
  event_after_leaving,
  /// Somebody's answer goes to somebody else.
  answer_to_stranger,
  /// A stranger is answered as though it were a member.
  stranger_let_in,
  /// A call of somebody who is muted is done.
  mute_forgotten,
  internal_answer,
  result_cut,
  answer_lost,
  /// What was acknowledged is not in the log.
  message_lost,
  /// A third member of a direct conversation is in the store.
  third_member,
  /// A member's row is gone from the store.
  member_lost,
  row_lost,
  /// Text that nobody wrote is in the store.
  text_made_up,
  last = text_made_up
};

std::span<const char* const> planted_names();
std::optional<planted> parse_planted(std::string_view name);

class planted_fault {
public:
  planted_fault(std::string_view name, const world& seen, judge& judged)
    : fault_(parse_planted(name).value_or(planted::none)),
      seen_(seen),
      judge_(judged) {}

  /// Whether the judge has been given something else, or nothing.
  bool takes_answer(client& from, call& to, const boost::json::object& answer);
  void after_answer(call& what);
  bool takes_event(client& from, const boost::json::object& event);
  void after_bytes(client& from, std::string_view bytes);
  void change_store(const std::filesystem::path& dir);

private:
  bool is(planted what) const {
    return fault_ == what;
  }
  /// Every so many, so that most of a run is as it should be.
  bool due(std::uint64_t every);

  planted fault_;
  const world& seen_;
  judge& judge_;
  std::uint64_t count_ = 0;
  std::optional<boost::json::object> held_ = {};
  client* held_for_ = nullptr;
};

} // namespace parley::hostile
