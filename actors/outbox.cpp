#include "actors/outbox.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace parley::actors {

void outbox::restore(std::uint64_t number, storage::outbox_record row) {
  rows_[number] = {std::move(row), true, {}, 0};
  next_ = std::max(next_, number + 1);
}

void outbox::restore_unreadable(std::uint64_t number) {
  unreadable_.push_back(number);
  next_ = std::max(next_, number + 1);
}

std::vector<std::uint64_t> outbox::take_unreadable() {
  return std::exchange(unreadable_, {});
}

std::uint64_t outbox::add(storage::outbox_record row) {
  auto number = next_++;
  rows_[number] = {std::move(row), false, {}, 0};
  return number;
}

void outbox::release(std::uint64_t number) {
  if (auto i = rows_.find(number); i != rows_.end())
    i->second.durable = true;
}

bool outbox::done(std::uint64_t number) {
  return rows_.erase(number) > 0;
}

bool outbox::failed(std::uint64_t number) {
  auto i = rows_.find(number);
  return i != rows_.end() && ++i->second.failures >= failures_max;
}

std::vector<std::uint64_t> outbox::left_for(storage::outbox_kind kind,
                                            std::string_view to) const {
  std::vector<std::uint64_t> numbers;
  for (const auto& [number, e] : rows_)
    if (e.content.kind == kind && e.content.to == to)
      numbers.push_back(number);
  return numbers;
}

std::vector<std::uint64_t> outbox::due(timestamp_ms now) {
  std::vector<std::uint64_t> numbers;
  std::set<std::pair<storage::outbox_kind, std::string_view>> waited_for;
  for (auto& [number, e] : rows_) {
    if (!waited_for.emplace(e.content.kind, e.content.to).second)
      continue;
    if (!e.durable || (e.sent && now - *e.sent < resend_after_ms))
      continue;
    e.sent = now;
    numbers.push_back(number);
  }
  return numbers;
}

} // namespace parley::actors
