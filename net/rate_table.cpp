#include "net/rate_table.hpp"

#include <algorithm>

namespace parley::net {

rate_table::rate_table(const rate& limit) : limit_(limit) {}

rate_table::stripe& rate_table::stripe_of(std::string_view key) {
  return stripes_[text_hash{}(key) % stripes_.size()];
}

token_bucket& rate_table::bucket_in(stripe& part, std::string_view key) {
  auto at = part.buckets.find(key);
  if (at == part.buckets.end())
    at = part.buckets.emplace(key, token_bucket{}).first;
  return at->second;
}

std::uint32_t rate_table::take(std::string_view key, std::int64_t now_ms,
                               double cost) {
  if (!limit_.limited())
    return 0;
  auto& part = stripe_of(key);
  std::lock_guard lock{part.guard};
  return bucket_in(part, key).take(limit_, now_ms,
                                   std::min(cost, limit_.burst));
}

void rate_table::charge(std::string_view key, std::int64_t now_ms,
                        double cost) {
  if (!limit_.limited() || cost == 0)
    return;
  auto& part = stripe_of(key);
  std::lock_guard lock{part.guard};
  bucket_in(part, key).charge(limit_, now_ms, cost);
}

void rate_table::forget_full(std::int64_t now_ms) {
  for (auto& part : stripes_) {
    std::lock_guard lock{part.guard};
    std::erase_if(part.buckets, [&](const auto& entry) {
      return entry.second.full(limit_, now_ms);
    });
  }
}

std::size_t rate_table::size() const {
  std::size_t total = 0;
  for (const auto& part : stripes_) {
    std::lock_guard lock{part.guard};
    total += part.buckets.size();
  }
  return total;
}

count_table::count_table(std::size_t most) : most_(most) {}

bool count_table::add(std::string_view key) {
  if (most_ == 0)
    return false;
  std::lock_guard lock{guard_};
  auto at = counts_.find(key);
  if (at == counts_.end())
    at = counts_.emplace(key, 0).first;
  if (at->second >= most_)
    return false;
  ++at->second;
  return true;
}

void count_table::remove(std::string_view key) {
  std::lock_guard lock{guard_};
  auto at = counts_.find(key);
  if (at != counts_.end() && --at->second == 0)
    counts_.erase(at);
}

std::size_t count_table::count(std::string_view key) const {
  std::lock_guard lock{guard_};
  auto at = counts_.find(key);
  return at == counts_.end() ? 0 : at->second;
}

} // namespace parley::net
