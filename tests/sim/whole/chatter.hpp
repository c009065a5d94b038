#pragma once

#include "actors/messages.hpp"
#include "tests/sim/dice.hpp"
#include "tests/sim/whole/encounters.hpp"
#include "tests/sim/whole/timeline.hpp"

#include <caf/message.hpp>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace parley::sim {

/// What one client has asked and waits for.
struct operation {
  std::variant<actors::user_command, actors::conversation_command> command;
  conversation_id where = {};
  bool as_operator = false;
  /// Repeated until there is an answer; else given up when there is none.
  bool repeated = true;
  history::message_key message = {};
  seq floor = 0;
  int attempts = 0;
  /// Where it wants to meet strangers, and whom it is to avoid there.
  queue_name queue = {};
  std::set<user_id> avoided = {};
};

template <class T>
const T* command_of(const operation& o) {
  if (const auto* c = std::get_if<actors::conversation_command>(&o.command))
    if constexpr (std::is_constructible_v<actors::conversation_command, T>)
      return std::get_if<T>(c);
  if (const auto* c = std::get_if<actors::user_command>(&o.command))
    if constexpr (std::is_constructible_v<actors::user_command, T>)
      return std::get_if<T>(c);
  return nullptr;
}

/// One user with a client that does one thing after the other, and repeats
/// what was not answered, at any node. Who meets strangers has a session, too.
class chatter {
public:
  /// Sends it to some node; the answer comes with the number.
  using post = std::function<void(const cluster::entity_key&, caf::message)>;
  /// A number for a call, and the node that it goes to.
  using call = std::function<actors::call_address(chatter&)>;

  /// So many of a hundred things that the user does are about strangers.
  chatter(timeline& time, dice& random, history& all, encounters& met,
          std::size_t number, std::size_t users, std::int64_t strangers,
          call how, post way);

  void begin();
  void answered(std::uint64_t which, const result<actors::reply>& what);

  /// Begins nothing new but one last message, and stays there.
  void finish() {
    finishing_ = true;
  }

  /// Has done all, the last message, too.
  bool idle() const {
    return finishing_ && said_goodbye_ && !current_ && is_where_it_should_be();
  }

  /// The call by which it has a session; 0 is none.
  session_id session() const {
    return session_;
  }

  /// The session is gone, or the owner of its user may not know of it.
  void out_of_touch();

  /// What its session was told.
  void told(const actors::match_event& what);

  /// Wants its ticket away.
  bool cancels() const;

  const user_id& user() const {
    return user_;
  }

  /// What it waits for, for people.
  std::string describe() const;

private:
  void think();
  void choose();
  void start(operation o);
  void attempt();
  void timed_out(std::uint64_t which);
  void repeat(true_us pause);
  void failed(const error& why);
  void give_up();
  void done(const actors::reply& what);
  cluster::entity_key target() const;

  bool is_where_it_should_be() const {
    return strangers_ == 0 || session_ != 0;
  }

  operation send(const conversation_id& where, const user_id& peer);
  operation send_again();
  operation say_something();
  operation say_goodbye();
  operation edit();
  operation give_reaction();
  operation mark();
  operation read();
  operation show();
  operation change_group();
  operation block();
  operation create_group();
  operation sign_up();

  // chatter_match.cpp
  operation meet();
  operation attach();
  operation detach();
  operation seek();
  operation quit(actors::quitting how);
  operation report();
  void done_with_match(const operation& o, const actors::reply& what);
  void failed_in_match(const operation& o, const error& why);

  user_id other();
  conversation_id group() const;
  conversation_id anywhere();
  std::string text();

  timeline& time_;
  dice& random_;
  history& all_;
  encounters& met_;
  const std::size_t number_;
  const std::size_t users_;
  const std::int64_t strangers_;
  const call call_;
  const post post_;
  const user_id user_;
  std::optional<operation> current_;
  std::uint64_t call_number_ = 0;
  std::uint64_t last_text_ = 0;
  std::vector<operation> sent_;
  node_id node_ = 0;
  session_id session_ = 0;
  /// Where it is with a stranger, as far as it knows.
  conversation_id match_ = {};
  user_id partner_ = {};
  /// For sure.
  std::set<user_id> reported_;
  std::uint64_t last_report_ = 0;
  bool signed_up_ = false;
  bool has_group_ = false;
  bool finishing_ = false;
  bool said_goodbye_ = false;
};

user_id user_number(std::size_t number);

/// Made by the first user, of whom all are members at first.
conversation_id the_group();

} // namespace parley::sim
