#include "tests/sim/sim_disk.hpp"

namespace parley::sim {

void disk_image::append(const std::vector<raft::entry>& entries) {
  while (!log.empty() && log.back().at.index >= entries.front().at.index)
    log.pop_back();
  log.insert(log.end(), entries.begin(), entries.end());
}

void disk_image::compact(raft::position upto) {
  while (!log.empty() && log.front().at.index <= upto.index)
    log.pop_front();
  compacted = upto;
}

std::uint64_t sim_disk::add(write what) {
  what(seen_);
  unsynced_.push_back(std::move(what));
  return synced_ + unsynced_.size();
}

void sim_disk::sync(std::uint64_t upto) {
  for (; synced_ < upto; ++synced_) {
    unsynced_.front()(durable_);
    unsynced_.pop_front();
  }
}

void sim_disk::crash(dice& d) {
  auto left = static_cast<std::int64_t>(unsynced_.size());
  sync(synced_ + static_cast<std::uint64_t>(d.between(0, left)));
  unsynced_.clear();
  seen_ = durable_;
}

result<std::vector<raft::entry>> sim_disk::entries(std::uint64_t first,
                                                   std::uint64_t last,
                                                   std::size_t max) const {
  if (first <= seen_.compacted.index)
    return error{errc::not_found, "compacted"};
  std::vector<raft::entry> found;
  std::size_t bytes = 0;
  for (auto i = first; i <= last && i <= seen_.last().index; ++i) {
    const auto& e = seen_.log[i - seen_.compacted.index - 1];
    bytes += e.data->size();
    if (bytes > max && !found.empty())
      break;
    found.push_back(e);
  }
  if (found.empty())
    return error{errc::corrupt, "no such entries"};
  return found;
}

std::optional<std::uint64_t> sim_disk::term(std::uint64_t index) const {
  if (index == seen_.compacted.index)
    return seen_.compacted.term;
  if (index < seen_.compacted.index || index > seen_.last().index)
    return std::nullopt;
  return seen_.log[index - seen_.compacted.index - 1].at.term;
}

} // namespace parley::sim
