#include "net/call_table.hpp"

namespace parley::net {

std::uint64_t call_table::add(pending_call what, std::uint16_t shard,
                              std::int64_t deadline_ms) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back().round = first_round_;
  }
  auto index = free_.back();
  free_.pop_back();
  auto& place = slots_[index];
  place.what = std::move(what);
  place.shard = shard;
  place.deadline_ms = deadline_ms;
  place.used = true;
  return std::uint64_t{place.round} << 32 | index;
}

pending_call call_table::release(std::uint32_t index) {
  auto& place = slots_[index];
  place.used = false;
  ++place.round;
  free_.push_back(index);
  return std::exchange(place.what, on_reply{});
}

std::optional<pending_call> call_table::take(std::uint64_t id) {
  auto index = static_cast<std::uint32_t>(id);
  if (index >= slots_.size())
    return std::nullopt;
  auto& place = slots_[index];
  if (!place.used || place.round != id >> 32)
    return std::nullopt;
  return release(index);
}

std::vector<pending_call> call_table::take_expired(std::int64_t now_ms) {
  std::vector<pending_call> out;
  for (std::uint32_t i = 0; i < slots_.size(); ++i)
    if (slots_[i].used && slots_[i].deadline_ms <= now_ms)
      out.push_back(release(i));
  return out;
}

std::vector<pending_call> call_table::take_of(std::uint16_t shard) {
  std::vector<pending_call> out;
  for (std::uint32_t i = 0; i < slots_.size(); ++i)
    if (slots_[i].used && slots_[i].shard == shard)
      out.push_back(release(i));
  return out;
}

} // namespace parley::net
