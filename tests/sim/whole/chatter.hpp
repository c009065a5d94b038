#pragma once

#include "actors/messages.hpp"
#include "tests/sim/dice.hpp"
#include "tests/sim/whole/history.hpp"
#include "tests/sim/whole/timeline.hpp"

#include <caf/message.hpp>

#include <functional>
#include <optional>
#include <string>
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
  /// Its conversation, where it is one of the group's or of two users.
  user_id peer = {};
};

/// One user with a client that does one thing after the other, and repeats
/// what was not answered, at any node.
class chatter {
public:
  /// Sends it to some node; the answer comes with the number.
  using post = std::function<void(const cluster::entity_key&, caf::message)>;
  /// A number for a call, and the node that it goes to.
  using call = std::function<actors::call_address(chatter&)>;

  chatter(timeline& time, dice& random, history& all, std::size_t number,
          std::size_t users, call how, post way);

  void begin();
  void answered(std::uint64_t which, const result<actors::reply>& what);

  /// Begins nothing new but one last message.
  void finish() {
    finishing_ = true;
  }

  /// Has done all, the last message, too.
  bool idle() const {
    return finishing_ && said_goodbye_ && !current_;
  }

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

  operation send(const user_id& peer, const std::string& text);
  operation send_again();
  operation say_something();
  operation edit();
  operation give_reaction();
  operation mark();
  operation read();
  operation show();
  operation change_group();
  operation block();
  operation create_group();
  operation sign_up();

  user_id other();
  conversation_id group() const;
  conversation_id anywhere();
  std::string text();

  timeline& time_;
  dice& random_;
  history& all_;
  const std::size_t number_;
  const std::size_t users_;
  const call call_;
  const post post_;
  const user_id user_;
  std::optional<operation> current_;
  std::uint64_t call_number_ = 0;
  std::uint64_t last_text_ = 0;
  std::vector<operation> sent_;
  bool signed_up_ = false;
  bool has_group_ = false;
  bool finishing_ = false;
  bool said_goodbye_ = false;
};

user_id user_number(std::size_t number);

/// Made by the first user, of whom all are members at first.
conversation_id the_group();

} // namespace parley::sim
