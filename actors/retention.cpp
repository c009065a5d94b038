#include "actors/retention.hpp"

#include "actors/messages.hpp"
#include "base/log.hpp"
#include "cluster/router.hpp"
#include "storage/scan_records.hpp"

#include <caf/message.hpp>

#include <algorithm>
#include <utility>

namespace parley::actors {

namespace {

constexpr std::size_t guests_a_step = 200;

/// The first handle from `from` on, or none.
result<std::string> first_handle(const storage::store& db,
                                 const storage::key_range& users) {
  std::string handle;
  auto seen = db.scan(users, [&](auto key, auto) {
    handle = storage::handle_of(key);
    return false;
  });
  if (!seen)
    return seen.error();
  return handle;
}

result<bool> is_signed_in(const storage::store& db,
                          const storage::user_keys& keys, timestamp_ms now) {
  auto is_live = false;
  auto seen = storage::scan_records<storage::family_record>(
    db, keys.families(), [&](auto, auto family) {
      is_live = family.expires_at > now;
      return !is_live;
    });
  if (!seen)
    return seen.error();
  return is_live;
}

} // namespace

retention::retention(services& with, const cluster::shard_log& log,
                     std::uint32_t shards)
  : with_(with),
    log_(log),
    shards_(shards),
    interval_(interval_for(with.opts)) {}

std::chrono::milliseconds retention::interval_for(const options& opts) {
  auto shortest = opts.refresh_life;
  if (auto reports = opts.moderation.report_retention; reports.count() > 0)
    shortest = std::min(shortest, reports);
  return std::clamp<std::chrono::milliseconds>(
    shortest / 10, std::chrono::seconds{1}, std::chrono::minutes{10});
}

void retention::step() {
  auto now = with_.ticks->now_ms();
  if (shard_ == shards_) {
    if (now < next_round_)
      return;
    shard_ = 0;
  }
  if (shard_ == 0 && from_.empty()) {
    next_round_ = now + interval_.count();
    auto desk = cluster::moderation_desk();
    if (log_.term(with_.router.shard_number(desk)) != 0)
      with_.router.send(desk, caf::make_message(moderation_request{
                                {}, {}, steady_us(), erase_old_reports{}}));
  }
  auto guests_left = guests_a_step;
  while (shard_ < shards_ && guests_left > 0)
    look_at_guests(static_cast<storage::shard_id>(shard_), guests_left);
}

void retention::look_at_guests(storage::shard_id shard,
                               std::size_t& guests_left) {
  auto users = storage::users_range(shard, guest_prefix);
  if (!from_.empty())
    users.from = from_;
  while (log_.term(shard) != 0 && guests_left > 0) {
    auto handle = first_handle(log_.reader(), users);
    if (!handle)
      log::warning("guests_unread",
                   {{"shard", shard}, {"why", handle.error().detail}});
    if (!handle || handle->empty())
      break;
    --guests_left;
    auto signed_in
      = is_signed_in(log_.reader(), storage::user_keys{shard, user_id{*handle}},
                     with_.time.now_ms());
    if (!signed_in)
      log::warning("guest_unread",
                   {{"user", *handle}, {"why", signed_in.error().detail}});
    else if (!*signed_in)
      with_.router.send(
        cluster::key_of(user_id{*handle}),
        caf::make_message(user_request{{}, {}, steady_us(), erase_guest{}}));
    handle->push_back('\0');
    users.from = from_ = storage::users_range(shard, *handle).to;
  }
  if (log_.term(shard) != 0 && guests_left == 0)
    return;
  from_.clear();
  ++shard_;
}

} // namespace parley::actors
