#include "cluster/raft/log_tail.hpp"

#include "base/check.hpp"

#include <algorithm>

namespace parley::cluster::raft {

namespace {

constexpr std::size_t load_bytes_max = std::size_t{1} << 20;

} // namespace

result<log_tail> log_tail::open(const log_reader& reader, position compacted,
                                position last, std::uint64_t applied) {
  if (applied < compacted.index || last.index < applied)
    return error{errc::corrupt, "log and applied state do not meet"};
  auto before = applied == compacted.index ? compacted
                : applied == last.index    ? last
                                           : position{0, applied};
  if (before.term == 0 && applied > 0) {
    auto found = reader.term(applied);
    if (!found)
      return error{errc::corrupt, "no term at the applied index"};
    before.term = *found;
  }
  log_tail log{reader, compacted, before};
  while (log.last().index < last.index) {
    auto next = log.last().index + 1;
    auto found = reader.entries(next, last.index, load_bytes_max);
    if (!found)
      return found.error();
    if (found->empty())
      return error{errc::corrupt, "the log has a gap"};
    for (auto& e : *found) {
      if (e.at.index != log.last().index + 1 || e.at.term < log.last().term)
        return error{errc::corrupt, "the log is out of order"};
      log.append(std::move(e));
    }
  }
  if (log.last() != last)
    return error{errc::corrupt, "the log does not end where it should"};
  log.handed_ = log.durable_ = last.index;
  return log;
}

std::optional<std::uint64_t> log_tail::term(std::uint64_t index) const {
  if (index > last().index || index < compacted_.index)
    return std::nullopt;
  if (index > before_.index)
    return at(index).at.term;
  if (index == before_.index)
    return before_.term;
  if (index == compacted_.index)
    return compacted_.term;
  return reader_->term(index);
}

void log_tail::append(entry next) {
  PARLEY_CHECK(next.at.index == last().index + 1);
  bytes_ += next.data->size();
  entries_.push_back(std::move(next));
}

void log_tail::truncate(std::uint64_t first) {
  PARLEY_CHECK(first > before_.index);
  while (last().index >= first) {
    bytes_ -= entries_.back().data->size();
    entries_.pop_back();
  }
  handed_ = std::min(handed_, first - 1);
  durable_ = std::min(durable_, first - 1);
  // What is still being written ends where it no longer is the log, even if
  // the same positions should come back: they are not on disk until written
  // again.
  for (auto& w : writes_)
    w.last = std::min(w.last, first - 1);
}

result<std::vector<entry>> log_tail::read(std::uint64_t first,
                                          std::size_t entries_max,
                                          std::size_t bytes_max) const {
  if (first <= compacted_.index)
    return error{errc::not_found, "compacted"};
  auto upto = std::min<std::uint64_t>(last().index, first + entries_max - 1);
  if (first <= before_.index)
    return reader_->entries(first, std::min(upto, before_.index), bytes_max);
  std::vector<entry> found;
  std::size_t bytes = 0;
  for (auto i = first; i <= upto; ++i) {
    bytes += at(i).data->size();
    if (bytes > bytes_max && !found.empty())
      break;
    found.push_back(at(i));
  }
  return found;
}

std::vector<entry> log_tail::hand_out(std::uint64_t number) {
  std::vector<entry> fresh;
  if (!has_unwritten())
    return fresh;
  fresh.reserve(last().index - handed_);
  for (auto i = handed_ + 1; i <= last().index; ++i)
    fresh.push_back(at(i));
  handed_ = last().index;
  writes_.push_back({number, handed_});
  return fresh;
}

void log_tail::persisted(std::uint64_t number) {
  while (!writes_.empty() && writes_.front().number <= number) {
    durable_ = std::max(durable_, writes_.front().last);
    writes_.pop_front();
  }
}

void log_tail::trim(std::uint64_t applied, std::uint64_t held_by_all,
                    std::size_t bytes_max) {
  auto upto = std::min(applied, durable_);
  while (!entries_.empty() && entries_.front().at.index <= upto
         && (bytes_ > bytes_max || entries_.front().at.index <= held_by_all))
    forget_first();
}

void log_tail::compact(position upto) {
  if (upto.index <= compacted_.index || upto.index > last().index)
    return;
  while (!entries_.empty() && entries_.front().at.index <= upto.index)
    forget_first();
  compacted_ = upto;
}

void log_tail::restart(position upto) {
  entries_.clear();
  writes_.clear();
  bytes_ = 0;
  compacted_ = before_ = upto;
  handed_ = durable_ = upto.index;
}

void log_tail::forget_first() {
  before_ = entries_.front().at;
  bytes_ -= entries_.front().data->size();
  entries_.pop_front();
}

} // namespace parley::cluster::raft
