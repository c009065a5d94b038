#include "base/clock.hpp"
#include "base/log.hpp"
#include "net/rpc/print.hpp"
#include "net/session.hpp"
#include "net/worker.hpp"

#include <utility>

// How a session becomes its user's, and stays so when the owner changes.
namespace parley::net {

namespace {

std::uint16_t close_code_of(const error& why) {
  switch (why.code) {
    case errc::forbidden: return 4503;
    case errc::unauthenticated:
    case errc::not_found: return 4501;
    default: return 0;
  }
}

// What was said where something else was expected is nobody's fault here.
result<actors::attached> attached_in(result<actors::reply> what) {
  if (!what)
    return what.error();
  if (auto* x = std::get_if<actors::attached>(&*what))
    return std::move(*x);
  return error{errc::internal, "unexpected reply"};
}

} // namespace

void session::attach(const auth::claims& who, std::string_view device_id,
                     session_call made) {
  user_ = who.user;
  guest_ = who.guest;
  family_ = who.family;
  device_id_ = device_id;
  shard_ = home_.shard_of(cluster::key_of(user_));
  phase_ = phase::attaching;
  attach_sent_ = true;
  home_.opening();
  made.attaches = true;
  ++pending_;
  send_attach(std::move(made));
}

void session::send_attach(session_call made) {
  actors::user_command command
    = actors::attach{home_.env().opts.node, id_, family_, device_id_};
  home_.call(self(), {cluster::key_of(user_), std::move(command)},
             std::move(made));
}

void session::attach_again(session_call made) {
  if (phase_ == phase::attaching)
    return send_attach(std::move(made));
  --pending_;
  if (joined_ && !std::exchange(reattach_due_, true))
    home_.reattach_later(*this);
}

void session::on_attach_reply(session_call& made, result<actors::reply> what) {
  auto got = attached_in(std::move(what));
  if (joined_)
    return on_reattached(got);
  home_.opened();
  if (got)
    on_attached(made, *got);
  else
    on_not_attached(made, got.error());
}

void session::on_attached(session_call& made, const actors::attached& what) {
  phase_ = phase::open;
  joined_ = true;
  socket_.watch(*sockets_, *this, interest::none);
  sockets_ = &home_.sockets();
  attached_at_ = system_clock().now_ms();
  muted_until_ = what.muted_until;
  home_.topics().join(*this);
  home_.env().parts.sessions.session_opened(user_);
  for (const auto& conversation : what.conversations)
    home_.topics().subscribe(*this, conversation);
  if (made.method != nullptr)
    answer(made, rpc::response(made.id, open_result(what.user)));
  log::debug("session_opened",
             {{"session", id_}, {"user", user_.view()}, {"peer", peer_}});
  resume();
}

void session::on_not_attached(session_call& made, const error& why) {
  leave();
  phase_ = phase::anonymous;
  if (made.method != nullptr)
    answer(made, why);
  if (why.code == errc::forbidden)
    close(4503, why.detail);
  else if (made.method != nullptr)
    resume();
  else if (auto code = close_code_of(why); code != 0)
    close(code, why.detail);
  else
    close(1013, why.detail);
}

// -- a new owner
// ---------------------------------------------------------------

bool session::owner_changed() {
  unknown_ = true;
  return !std::exchange(reattach_due_, true);
}

rpc::target session::reattachment() const {
  actors::user_command command = actors::reattach{
    home_.env().opts.node, id_, family_, device_id_, attached_at_};
  return {cluster::key_of(user_), std::move(command)};
}

bool session::doubt() {
  doubted_ = true;
  update_interest();
  return owner_changed();
}

void session::reattach() {
  reattach_due_ = false;
  if (!joined_)
    return;
  session_call made;
  made.session = id_;
  made.attaches = true;
  ++pending_;
  home_.call(self(), reattachment(), std::move(made));
}

// Whoever can't say now whether the session is good is asked until it can.
void session::on_reattached(const result<actors::attached>& what) {
  if (what) {
    unknown_ = false;
    muted_until_ = what->muted_until;
    home_.topics().subscribe_to(*this, what->conversations);
    home_.env().metrics.reattached.Increment();
    if (std::exchange(doubted_, false))
      resume();
  } else if (auto code = close_code_of(what.error()); code != 0) {
    close(code, what.error().detail);
  } else if (!std::exchange(reattach_due_, true)) {
    home_.reattach_later(*this);
  }
}

// An owner who never knew the session could not know that it is gone.
void session::detach() {
  if (joined_ && unknown_)
    home_.tell(self(), reattachment());
  actors::user_command gone = actors::detach{home_.env().opts.node, id_};
  home_.tell(self(), {cluster::key_of(user_), std::move(gone)});
}

} // namespace parley::net
