#include "tests/sim/whole/chatter.hpp"

#include "actors/type_ids.hpp"

#include <caf/make_message.hpp>

#include <algorithm>
#include <utility>

namespace parley::sim {

namespace {

constexpr true_us answer_wait_us = 3'000'000;
constexpr true_us think_max_us = 40'000;
constexpr true_us repeat_max_us = 150'000;

/// Nothing was done, and nothing will be by trying again.
bool is_final(const error& why) {
  return why.code != errc::unavailable && why.code != errc::rate_limited;
}

} // namespace

user_id user_number(std::size_t number) {
  return user_id{"user" + std::to_string(number)};
}

conversation_id the_group() {
  return named_group(user_number(0), "all");
}

chatter::chatter(timeline& time, dice& random, history& all, encounters& met,
                 std::size_t number, std::size_t users, std::int64_t strangers,
                 call how, post way)
  : time_(time),
    random_(random),
    all_(all),
    met_(met),
    number_(number),
    users_(users),
    strangers_(strangers),
    call_(std::move(how)),
    post_(std::move(way)),
    user_(user_number(number)) {}

// -- asking ------------------------------------------------------------------

void chatter::begin() {
  start(sign_up());
}

void chatter::think() {
  time_.after(random_.between(500, think_max_us), [this] {
    if (!current_)
      choose();
  });
}

void chatter::start(operation o) {
  current_ = std::move(o);
  current_->floor = all_.floor(current_->where);
  attempt();
}

cluster::entity_key chatter::target() const {
  if (std::holds_alternative<actors::user_command>(current_->command))
    return cluster::key_of(user_);
  return cluster::key_of(current_->where);
}

void chatter::attempt() {
  auto address = call_(*this);
  call_number_ = address.call;
  ++current_->attempts;
  // Each attempt to come is another session, at another node.
  if (auto* what = std::get_if<actors::user_command>(&current_->command))
    if (auto* a = std::get_if<actors::attach>(what)) {
      a->node = address.node;
      a->session = address.call;
      a->device_id = "device" + std::to_string(address.call);
    }
  actors::caller me{user_, 0, current_->as_operator};
  auto what = std::visit(
    [&](const auto& command) {
      using command_type = std::decay_t<decltype(command)>;
      return caf::make_message(
        actors::request<command_type>{me, address, 0, command});
    },
    current_->command);
  post_(target(), std::move(what));
  time_.after(answer_wait_us,
              [this, which = call_number_] { timed_out(which); });
}

void chatter::timed_out(std::uint64_t which) {
  if (current_ && which == call_number_)
    failed({errc::unavailable, "no answer"});
}

void chatter::repeat(true_us pause) {
  call_number_ = 0;
  time_.after(pause, [this] {
    if (current_ && call_number_ == 0)
      attempt();
  });
}

void chatter::failed(const error& why) {
  if (why.code == errc::internal || why.code == errc::corrupt)
    return all_.fail(user_.str() + " was answered " + why.detail);
  if (!is_final(why)) {
    if (const auto* b = command_of<actors::set_block>(*current_))
      all_.doubtful_block(user_, b->user);
    if (cancels())
      met_.doubtful_cancel(user_);
    if (current_->repeated)
      return repeat(random_.between(1000, repeat_max_us));
    return give_up();
  }
  if (command_of<actors::sign_up>(*current_) && why.code == errc::conflict
      && current_->attempts > 1)
    signed_up_ = true;
  if (command_of<actors::send_message>(*current_) && current_->attempts == 1)
    all_.refused_send(current_->where, current_->message);
  if (command_of<actors::send_message>(*current_))
    said_goodbye_ = finishing_;
  failed_in_match(*current_, why);
  // It may be there, and somebody may have blocked its maker by now.
  if (command_of<actors::start_group>(*current_))
    has_group_ = all_.floor(the_group()) > 0;
  current_.reset();
  think();
}

void chatter::give_up() {
  if (const auto* r = command_of<actors::react>(*current_))
    all_.doubtful_reaction(current_->where, r->target, user_);
  current_.reset();
  think();
}

// -- being answered ----------------------------------------------------------

void chatter::answered(std::uint64_t which, const result<actors::reply>& what) {
  if (!current_ || which != call_number_)
    return;
  if (!what)
    return failed(what.error());
  done(*what);
  current_.reset();
  think();
}

void chatter::done(const actors::reply& what) {
  const auto& o = *current_;
  if (const auto* sent = std::get_if<actors::sent>(&what)) {
    all_.acked_send(*sent, o.message, time_.now());
    sent_.push_back(o);
    said_goodbye_ = finishing_;
  } else if (const auto* changed = std::get_if<actors::changed>(&what)) {
    all_.acked_change(o.where, changed->at);
    if (const auto* e = command_of<actors::edit_message>(o);
        e && o.attempts == 1)
      all_.acked_edit(o.where, e->target, e->text, changed->at);
    if (const auto* r = command_of<actors::react>(o))
      all_.acked_reaction(o.where, r->target, user_, !r->remove);
  } else if (const auto* page = std::get_if<actors::events_page>(&what)) {
    if (const auto* asked = command_of<actors::read_events>(o))
      all_.read(*page, *asked->after, o.floor);
  } else if (const auto* all
             = std::get_if<actors::conversation_details>(&what)) {
    all_.read(*all, o.floor);
  } else if (std::holds_alternative<actors::account>(what)) {
    signed_up_ = true;
  } else if (command_of<actors::start_group>(o)) {
    has_group_ = true;
  } else if (const auto* m = command_of<actors::mark>(o); m && m->read) {
    all_.acked_mark(o.where, user_, m->at);
  } else if (const auto* b = command_of<actors::set_block>(o)) {
    all_.acked_block(user_, b->user, b->on, time_.now());
  } else {
    done_with_match(o, what);
  }
}

// -- what to do next ---------------------------------------------------------

void chatter::choose() {
  if (!signed_up_)
    return start(sign_up());
  if (number_ == 0 && !has_group_)
    return start(create_group());
  if (finishing_) {
    if (!is_where_it_should_be())
      start(attach());
    else if (!said_goodbye_)
      start(say_goodbye());
    return;
  }
  if (random_.percent(strangers_))
    return start(meet());
  auto luck = random_.between(0, 99);
  if (luck < 45)
    start(say_something());
  else if (luck < 50)
    start(send_again());
  else if (luck < 58)
    start(edit());
  else if (luck < 66)
    start(give_reaction());
  else if (luck < 74)
    start(mark());
  else if (luck < 84)
    start(read());
  else if (luck < 90)
    start(show());
  else if (luck < 96)
    start(change_group());
  else
    start(block());
}

user_id chatter::other() {
  auto n = static_cast<std::size_t>(
    random_.between(1, static_cast<std::int64_t>(users_) - 1));
  return user_number((number_ + n) % users_);
}

conversation_id chatter::anywhere() {
  return random_.one_in(2) ? the_group() : direct_conversation(user_, other());
}

std::string chatter::text() {
  auto text = user_.str() + " says " + std::to_string(++last_text_);
  if (random_.one_in(4))
    text.append(static_cast<std::size_t>(random_.between(1, 600)), '.');
  return text;
}

operation chatter::sign_up() {
  actors::sign_up what;
  what.password_hash = "hash";
  what.first
    = {family_id{"0000000000000000000000000" + std::to_string(number_)},
       "device", "refresh", std::int64_t{1} << 50};
  operation o;
  o.command = actors::user_command{what};
  return o;
}

operation chatter::create_group() {
  actors::start_group what;
  what.conversation = the_group();
  what.group.title = "all";
  what.group.is_public = true;
  for (std::size_t n = 1; n < users_; ++n)
    what.group.members.push_back(user_number(n));
  operation o;
  o.command = actors::user_command{what};
  return o;
}

operation chatter::send(const conversation_id& where, const user_id& peer) {
  actors::send_message what;
  what.to = peer;
  what.text = text();
  what.client_id = client_id{user_.str() + "-" + std::to_string(last_text_)};
  what.type = "text";
  operation o;
  o.where = where;
  o.message = {user_, what.client_id};
  o.command = actors::conversation_command{what};
  all_.begun_send(o.where, o.message, what.text, time_.now());
  return o;
}

operation chatter::say_something() {
  if (!match_.empty() && random_.one_in(2))
    return send(match_, {});
  if (random_.one_in(2))
    return send(the_group(), {});
  auto peer = other();
  return send(direct_conversation(user_, peer), peer);
}

operation chatter::say_goodbye() {
  if (number_ == 0)
    return send(the_group(), {});
  auto peer = other();
  return send(direct_conversation(user_, peer), peer);
}

operation chatter::send_again() {
  if (sent_.empty())
    return say_something();
  auto o = random_.pick(sent_);
  o.attempts = 1;
  return o;
}

operation chatter::edit() {
  auto where = anywhere();
  auto target = all_.some_message(where, user_, random_.bits());
  if (target == 0)
    return say_something();
  actors::edit_message what{target, text()};
  operation o;
  o.where = where;
  o.repeated = random_.one_in(2);
  o.command = actors::conversation_command{what};
  all_.begun_edit(where, target, what.text);
  return o;
}

operation chatter::give_reaction() {
  auto where = anywhere();
  auto target = all_.some_message(where, {}, random_.bits());
  if (target == 0)
    return read();
  operation o;
  o.where = where;
  o.repeated = false;
  o.command = actors::conversation_command{
    actors::react{target, "+", random_.one_in(3)}};
  return o;
}

operation chatter::mark() {
  operation o;
  o.where = anywhere();
  auto upto = static_cast<std::int64_t>(all_.floor(o.where));
  auto at = static_cast<seq>(random_.between(0, upto));
  o.command = actors::conversation_command{actors::mark{at, random_.one_in(2)}};
  return o;
}

operation chatter::read() {
  operation o;
  o.where = anywhere();
  o.as_operator = true;
  auto upto = static_cast<std::int64_t>(all_.floor(o.where));
  auto after = static_cast<seq>(
    random_.between(std::max<std::int64_t>(0, upto - 20), upto));
  o.command = actors::conversation_command{actors::read_events{after, 50}};
  return o;
}

operation chatter::show() {
  operation o;
  o.where = anywhere();
  o.as_operator = true;
  if (random_.one_in(3)) {
    o.as_operator = false;
    o.command = actors::user_command{actors::list_conversations{50, {}}};
  } else {
    o.command = actors::conversation_command{actors::show_conversation{{}, 50}};
  }
  return o;
}

operation chatter::change_group() {
  operation o;
  o.where = the_group();
  auto luck = random_.between(0, 2);
  if (luck == 0)
    o.command = actors::user_command{
      actors::invite_users{the_group(), {other(), other()}}};
  else if (luck == 1 && number_ != 0)
    o.command = actors::conversation_command{actors::leave{}};
  else
    o.command = actors::conversation_command{actors::join{}};
  return o;
}

operation chatter::block() {
  // Nobody makes a group with someone who has blocked them.
  if (all_.floor(the_group()) == 0)
    return say_something();
  actors::set_block what{other(), random_.one_in(2)};
  operation o;
  o.command = actors::user_command{what};
  all_.begun_block(user_, what.user, what.on);
  return o;
}

std::string chatter::describe() const {
  auto text = user_.str();
  if (!current_)
    return text + (idle() ? " is done" : " waits");
  return text + " has asked " + std::to_string(current_->attempts)
         + " times, command "
         + std::to_string(
           std::visit([](auto& c) { return c.index(); }, current_->command));
}

} // namespace parley::sim
