#include "base/answer_limits.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "net/rpc/print.hpp"
#include "net/rpc/session_params.hpp"
#include "net/session.hpp"
#include "net/steady_ms.hpp"
#include "net/worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

// What a session does with calls and their replies.
namespace parley::net {

namespace {

constexpr std::string_view open_method = "session.open";

/// The conversation that a user's entity hands the command on to.
conversation_id conversation_around(const rpc::target& what) {
  const auto* command = std::get_if<actors::user_command>(&what.command);
  if (command == nullptr)
    return {};
  if (const auto* m = std::get_if<actors::invite_users>(command))
    return m->conversation;
  if (const auto* m = std::get_if<actors::join_conversation>(command))
    return m->conversation;
  const auto* m = std::get_if<actors::start_group>(command);
  return m != nullptr ? m->conversation : conversation_id{};
}

conversation_id conversation_at(const rpc::target& what) {
  return what.entity.kind == cluster::entity_kind::conversation
           ? conversation_id{what.entity.name.view()}
           : conversation_id{};
}

} // namespace

actors::caller session::self() const {
  return {user_, id_, false,
          rpc::is_muted(muted_until_, system_clock().now_ms())};
}

void session::perform(rpc::call& what, std::shared_ptr<batch_answers> batch) {
  if (phase_ == phase::closing || phase_ == phase::closed)
    return;
  session_call made{.session = id_,
                    .method = rpc::find_method(what.method),
                    .id = std::move(what.id),
                    .started_us = steady_us(),
                    .batch = std::move(batch)};
  if (!what.fault) {
    answer(made, what.fault.error());
    return;
  }
  auto opens = what.method == open_method;
  if (phase_ != phase::open && !opens) {
    answer(made, error{errc::unauthenticated, "call session.open first"});
    return;
  }
  if (made.method == nullptr) {
    answer(made, error{errc::method_not_found, "no such method"});
    return;
  }
  const auto& method = *made.method;
  auto done = carry_out(method, what, made);
  if (!done)
    answer(made, done.error());
}

result<void> session::admit(const rpc::method& what) {
  if (what.costs.draws() == rpc::token::message)
    return home_.env().parts.limits.draw_message(user_);
  if (what.costs.draws() == rpc::token::signal)
    return home_.env().parts.limits.draw_signal(signals_);
  return {};
}

result<void> session::pay(const rpc::method& what, std::uint32_t units,
                          session_call& made) {
  if (what.costs.is_free())
    return {};
  auto paid = home_.env().parts.limits.draw_units(user_, peer_, units);
  if (paid)
    made.deposit = units;
  return paid;
}

void session::settle(const session_call& made,
                     const result<actors::reply>& what, std::size_t bytes) {
  if (made.method == nullptr || made.method->costs.is_free())
    return;
  const auto& costs = made.method->costs;
  auto touched = what ? costs.after(made.deposit, *what, bytes)
                      : costs.after_failure(made.deposit);
  home_.env().parts.limits.settle_units(user_, peer_, made.deposit, touched);
}

// Fails where there is to be an error at once; `made` is still whole then.
result<void> session::carry_out(const rpc::method& what, rpc::call& with,
                                session_call& made) {
  auto caller = self();
  if (auto may = rpc::may_call(what, {guest_, caller.is_muted, false}); !may)
    return may;
  if (what.prepare == nullptr)
    return run_here(what, with, made);
  if (pending_ >= home_.env().opts.pending_calls_max)
    return error{
      errc::rate_limited, "too many calls without an answer", {}, 50};
  if (auto admitted = admit(what); !admitted)
    return admitted;
  rpc::context context{user_, guest_, system_clock().now_ms(), home_.random(),
                       home_.random()};
  auto target = what.prepare(with.params, context);
  if (!target)
    return target.error();
  if (auto paid = pay(what, what.costs.before(*target), made); !paid)
    return paid;
  if (what.name == "presence.watch") {
    auto users = rpc::read_unwatch(with.params);
    if (!users)
      return users.error();
    if (auto watching = home_.topics().watch(*this, *users); !watching)
      return watching;
  }
  ++pending_;
  dispatch(std::move(*target), std::move(made));
  return {};
}

void session::dispatch(rpc::target what, session_call made) {
  auto around = conversation_around(what);
  if (around.empty() && behind_.empty())
    return home_.call(self(), std::move(what), std::move(made));
  auto about = around.empty() ? conversation_at(what) : around;
  if (auto queue = behind_.find(about); queue != behind_.end()) {
    queue->second.push_back({std::move(what), std::move(made)});
    return;
  }
  if (!around.empty())
    behind_.try_emplace(around);
  made.around = std::move(around);
  home_.call(self(), std::move(what), std::move(made));
}

// The queue stays where the next of it goes the longer way, too.
void session::release_behind(const conversation_id& conversation) {
  auto found = behind_.find(conversation);
  if (found == behind_.end())
    return;
  auto waiting = std::move(found->second);
  behind_.erase(found);
  for (auto& each : waiting)
    dispatch(std::move(each.what), std::move(each.made));
}

result<void> session::run_here(const rpc::method& what, rpc::call& with,
                               session_call& made) {
  if (phase_ == phase::open)
    if (auto paid = pay(what, what.costs.before(), made); !paid)
      return paid;
  if (what.name == open_method)
    return open(with, made);
  if (what.name == "session.ping") {
    auto now = system_clock().now_ms();
    answer(made,
           rpc::response(made.id, fmt::format(R"({{"server_ts":{}}})", now)));
    return {};
  }
  if (what.name == "ice.servers") {
    auto now = system_clock().now_ms();
    answer(made,
           rpc::response(made.id, home_.env().parts.ice.list(user_, now)));
    return {};
  }
  auto users = rpc::read_unwatch(with.params);
  if (!users)
    return users.error();
  home_.topics().unwatch(*this, *users);
  answer(made, rpc::response(made.id, "{}"));
  return {};
}

result<auth::claims> session::verify(std::string_view token) const {
  auto ring = home_.env().parts.keys();
  auto who = auth::verify(*ring, token, system_clock().now_ms());
  if (!who)
    home_.env().metrics.auth_failures.Increment();
  return who;
}

// What is asked again is answered again, from the user as it is now.
result<void> session::open(rpc::call& with, session_call& made) {
  if (phase_ == phase::attaching)
    return error{errc::conflict, "the session is being opened"};
  auto params = rpc::read_open(with.params);
  if (!params)
    return params.error();
  auto who = verify(params->token);
  if (!who)
    return who.error();
  if (phase_ == phase::anonymous) {
    attach(*who, params->device_id, std::move(made));
    return {};
  }
  if (who->user != user_)
    return error{errc::conflict, "the session is another user's"};
  if (pending_ >= home_.env().opts.pending_calls_max)
    return error{
      errc::rate_limited, "too many calls without an answer", {}, 50};
  ++pending_;
  actors::user_command show = actors::show_user{};
  home_.call(self(), {cluster::key_of(user_), std::move(show)},
             std::move(made));
  return {};
}

void session::on_reply(session_call& made, result<actors::reply> what) {
  --pending_;
  if (phase_ == phase::closing || phase_ == phase::closed)
    return;
  if (!made.around.empty())
    release_behind(made.around);
  if (made.attaches)
    return on_attach_reply(made, std::move(what));
  if (!what) {
    settle(made, what, 0);
    answer(made, what.error());
  } else if (made.method->write_result != nullptr) {
    auto text = made.id.empty() ? std::string{}
                                : rpc::response(made.id, *made.method, *what);
    settle(made, what, text.size());
    answer(made, std::move(text));
  } else if (const auto* user = std::get_if<actors::profile>(&*what)) {
    answer(made, rpc::response(made.id, open_result(*user)));
  } else {
    answer(made, error{errc::internal, "unexpected reply"});
  }
}

void session::resume() {
  auto held = std::exchange(held_, {});
  take(held);
  if (socket_.has_more() && !holds_input())
    read_socket();
  update_interest();
}

void session::answer(const session_call& made, std::string response) {
  if (made.method != nullptr)
    home_.env().metrics.call_answered(*made.method,
                                      steady_us() - made.started_us);
  if (made.id.empty())
    return;
  // What cannot be written must not cost the session its connection, and what
  // was done must be told: answers that say no more than that are small.
  auto most = std::min(limits::answer_bytes_max,
                       home_.env().opts.outbound_bytes_max / 2);
  auto so_far = made.batch ? made.batch->text.size() : 0;
  if (so_far + response.size() > most
      && response.size() > limits::small_answer_bytes_max)
    response = rpc::error_response(
      made.id, {errc::too_large, "the answer is too large: ask for less"});
  if (!made.batch) {
    send(text_frame(std::move(response)));
    return;
  }
  auto& batch = *made.batch;
  batch.text += batch.text.empty() ? '[' : ',';
  batch.text += response;
  if (--batch.waiting == 0)
    send(text_frame(std::move(batch.text) + ']'));
}

void session::answer(const session_call& made, const error& why) {
  answer(made,
         made.id.empty() ? std::string{} : rpc::error_response(made.id, why));
}

std::string session::open_result(const actors::profile& user) const {
  const auto& opts = home_.env().opts;
  std::string out = fmt::format(R"({{"session_id":"{}","user":)", id_);
  rpc::write_profile(out, user);
  out += R"(,"node":)";
  rpc::write_string(out, opts.node_name);
  out += fmt::format(R"(,"heartbeat_ms":{},"server_ts":{},"limits":{{)",
                     opts.heartbeat.count(), system_clock().now_ms());
  out += fmt::format(
    R"("max_frame_bytes":{},"text_bytes_max":{},"pending_calls_max":{},)"
    R"("batch_calls_max":{},"json_depth_max":{})",
    opts.frame_bytes_max, limits::text_bytes_max, opts.pending_calls_max,
    limits::batch_calls_max, opts.json_depth);
  if (opts.rates.messages_per_user.limited())
    out += fmt::format(R"(,"messages_per_user":"{}")",
                       to_string(opts.rates.messages_per_user));
  return out + "}}";
}

} // namespace parley::net
