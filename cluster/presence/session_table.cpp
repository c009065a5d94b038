#include "cluster/presence/session_table.hpp"

#include "base/hash.hpp"

#include <utility>

namespace parley::cluster::presence {

namespace {

// Buckets that one step of the walk looks at, for each user that it may take.
constexpr std::size_t buckets_a_user = 4;

// Not by the low bits, by which each table sorts into buckets.
std::size_t stripe_number(const user_id& user) {
  return hash64(user.view()) >> 58;
}

} // namespace

session_table::rows& session_table::rows_of(const user_id& user) {
  return rows_[stripe_number(user)];
}

session_table::row* session_table::find_row(const user_id& user) {
  auto& all = rows_of(user);
  auto found = all.find(user);
  return found == all.end() ? nullptr : &found->second;
}

bool session_table::opened(const user_id& user, timestamp_ms now) {
  std::lock_guard held{guard_};
  auto& mine = rows_of(user)[user];
  ++sessions_;
  if (mine.sessions++ > 0)
    return false;
  ++users_;
  mine.at = now;
  mine.status.reset();
  if (forgetful_)
    return false;
  mine.generation = generation_;
  return enqueue(user, mine);
}

bool session_table::closed(const user_id& user, timestamp_ms now) {
  std::lock_guard held{guard_};
  auto* found = find_row(user);
  if (found == nullptr || found->sessions == 0)
    return false;
  auto& mine = *found;
  --sessions_;
  if (--mine.sessions > 0)
    return false;
  --users_;
  if (forgetful_) {
    rows_of(user).erase(user);
    return false;
  }
  if (mine.generation != generation_)
    --unasserted_;
  mine.at = now;
  return enqueue(user, mine);
}

bool session_table::changed(const user_id& user, status now) {
  std::lock_guard held{guard_};
  auto* found = find_row(user);
  if (found == nullptr || found->sessions == 0 || found->status == now)
    return false;
  found->status = now;
  return !forgetful_ && enqueue(user, *found);
}

bool session_table::enqueue(const user_id& user, row& of) {
  if (of.queue == queue_)
    return true;
  if (changes_.size() >= changes_max_) {
    forget();
    return true;
  }
  of.queue = queue_;
  changes_.push_back(user);
  return true;
}

// Those who left stay in the table until the walk of the next generation meets
// them: they are no more than the changes that were allowed.
void session_table::forget() {
  changes_.clear();
  ++queue_;
  forgetful_ = true;
}

change session_table::take(const user_id& user, row& of) {
  if (of.sessions > 0 && of.generation != generation_) {
    of.generation = generation_;
    --unasserted_;
  }
  return {user, of.sessions > 0, of.at, of.status};
}

std::vector<change> session_table::take_changes(std::size_t max) {
  std::lock_guard held{guard_};
  std::vector<change> out;
  while (out.size() < max && !changes_.empty()) {
    auto* found = find_row(changes_.front());
    if (found != nullptr && found->queue == queue_) {
      found->queue = 0;
      out.push_back(take(changes_.front(), *found));
    }
    changes_.pop_front();
  }
  return out;
}

std::vector<change> session_table::take_unasserted(std::size_t max) {
  std::lock_guard held{guard_};
  std::vector<change> out;
  if (forgetful_)
    return out;
  auto left = buckets_a_user * max;
  while (unasserted_ > 0 && out.size() < max && left-- > 0)
    take_next_bucket(out);
  return out;
}

void session_table::take_next_bucket(std::vector<change>& to) {
  auto& all = rows_[stripe_];
  if (bucket_ >= all.bucket_count()) {
    bucket_ = 0;
    stripe_ = (stripe_ + 1) % rows_.size();
    return;
  }
  std::vector<user_id> gone;
  for (auto i = all.begin(bucket_); i != all.end(bucket_); ++i) {
    auto& [user, each] = *i;
    if (each.sessions > 0 && each.generation != generation_)
      to.push_back(take(user, each));
    else if (each.sessions == 0 && each.queue != queue_)
      gone.push_back(user);
  }
  for (const auto& user : gone)
    all.erase(user);
  ++bucket_;
}

void session_table::told(const user_id& user) {
  std::lock_guard held{guard_};
  auto* found = find_row(user);
  if (found != nullptr && found->sessions == 0 && found->queue != queue_)
    rows_of(user).erase(user);
}

void session_table::not_told(const change& what) {
  std::lock_guard held{guard_};
  if (forgetful_)
    return;
  auto [at, added] = rows_of(what.user).try_emplace(what.user);
  if (added) {
    // It left, and the walk has met it meanwhile.
    at->second.at = what.at;
    at->second.status = what.status;
  }
  enqueue(what.user, at->second);
}

std::uint32_t session_table::begin_generation() {
  std::lock_guard held{guard_};
  ++generation_;
  unasserted_ = users_;
  forgetful_ = false;
  return generation_;
}

bool session_table::forgetful() const {
  std::lock_guard held{guard_};
  return forgetful_;
}

std::optional<change> session_table::find(const user_id& user) const {
  std::lock_guard held{guard_};
  const auto& all = rows_[stripe_number(user)];
  auto found = all.find(user);
  if (found == all.end() || found->second.sessions == 0)
    return std::nullopt;
  return change{user, true, found->second.at, found->second.status};
}

std::size_t session_table::users() const {
  std::lock_guard held{guard_};
  return users_;
}

std::size_t session_table::sessions() const {
  std::lock_guard held{guard_};
  return sessions_;
}

std::size_t session_table::unasserted() const {
  std::lock_guard held{guard_};
  return unasserted_;
}

std::size_t session_table::waiting() const {
  std::lock_guard held{guard_};
  return forgetful_ ? users_ : unasserted_ + changes_.size();
}

} // namespace parley::cluster::presence
