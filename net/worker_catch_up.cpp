#include "base/log.hpp"
#include "net/session.hpp"
#include "net/worker.hpp"

// What a network thread does when shards change their owners.
namespace parley::net {

namespace {

constexpr milliseconds portion_interval{50};

} // namespace

void worker::give_up_calls(std::uint16_t shard) {
  for (auto& one : calls_.take_of(shard)) {
    auto* made = std::get_if<session_call>(&one);
    if (made == nullptr || !made->attaches)
      resolve(std::move(one),
              error{errc::unavailable, "the owner changed", {}, 100});
    else if (auto* caller = find(made->session))
      caller->attach_again(std::move(*made));
  }
}

void worker::handle(task::shard_lost& what) {
  lost_.add(what.shard);
  give_up_calls(what.shard);
}

// What was asked while there was no owner goes to the new one.
void worker::handle(task::shard_moved& what) {
  if (!lost_.remove(what.shard))
    give_up_calls(what.shard);
  if (!moved_)
    moved_.emplace();
  moved_->add(what.shard);
}

void worker::begin_to_catch_up() {
  auto moved = *std::exchange(moved_, std::nullopt);
  for (auto& [id, one] : sessions_)
    if (one->joined() && moved.contains(one->shard()) && one->owner_changed())
      catch_up_.add(id);
  told gapped;
  catch_up_.add(hub_.doubt(moved, gapped));
  env_.metrics.missed.Increment(static_cast<double>(gapped.missed));
  catch_up_.add_later(now_ms_ + env_.opts.absence_after.count(),
                      hub_.watched_of(moved));
  if (!catching_up_)
    catch_up_some();
}

// Users may have been banned, signed out or removed meanwhile.
void worker::doubt_sessions() {
  for (auto& [id, one] : sessions_)
    if (one->joined() && one->doubt())
      catch_up_.add(id);
  catch_up_soon();
}

void worker::reattach_later(session& which) {
  catch_up_.postpone(which.id());
}

void worker::catch_up_soon() {
  if (catch_up_.empty() || std::exchange(catching_up_, true))
    return;
  catch_up_timer_.expires_after(portion_interval);
  catch_up_timer_.async_wait([this](boost::system::error_code why) {
    if (why)
      return;
    begin_round();
    catch_up_some();
    end_round();
  });
}

void worker::catch_up_some() {
  catching_up_ = false;
  auto now = catch_up_.take();
  for (auto id : now.sessions)
    if (auto* one = find(id))
      one->reattach();
  for (const auto& conversation : now.conversations) {
    actors::conversation_command ask = actors::announce_position{};
    tell({}, {cluster::key_of(conversation), std::move(ask)});
  }
  for (const auto& user : now.users) {
    actors::user_command ask = actors::announce_presence{};
    tell({}, {cluster::key_of(user), std::move(ask)});
  }
  catch_up_soon();
}

} // namespace parley::net
