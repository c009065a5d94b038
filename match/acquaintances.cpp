#include "match/acquaintances.hpp"

#include <algorithm>

namespace parley::match {

namespace {

constexpr int forgotten_at_once_max = 16;

} // namespace

std::size_t acquaintances::hash::operator()(const pair& x) const noexcept {
  std::hash<user_id> of;
  return of(x.first) * 31 + of(x.second);
}

acquaintances::pair acquaintances::of(const user_id& a, const user_id& b) {
  return a < b ? pair{a, b} : pair{b, a};
}

void acquaintances::add(const user_id& a, const user_id& b,
                        timestamp_ms until) {
  auto who = of(a, b);
  auto& known = until_[who];
  known = std::max(known, until);
  by_age_.emplace_back(until, who);
}

timestamp_ms acquaintances::until(const user_id& a, const user_id& b) const {
  auto found = until_.find(of(a, b));
  return found == until_.end() ? 0 : found->second;
}

void acquaintances::forget(timestamp_ms now) {
  for (int i = 0; i < forgotten_at_once_max; ++i) {
    if (by_age_.empty() || by_age_.front().first > now)
      return;
    auto found = until_.find(by_age_.front().second);
    if (found != until_.end() && found->second <= now)
      until_.erase(found);
    by_age_.pop_front();
  }
}

} // namespace parley::match
