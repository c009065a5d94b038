#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace parley::actors {

/// Records that are decided and not yet committed, for decisions that must
/// read what an earlier one wrote.
class uncommitted {
public:
  /// `record` is none where the key is erased.
  void put(std::string key, std::optional<std::string> record,
           std::uint64_t ticket) {
    order_.emplace_back(ticket, key);
    records_[std::move(key)] = {std::move(record), ticket};
  }

  /// Null where the store has what counts.
  const std::optional<std::string>* find(const std::string& key) const {
    auto i = records_.find(key);
    return i == records_.end() ? nullptr : &i->second.record;
  }

  /// Forgets what is in the store now.
  void committed(std::uint64_t upto) {
    while (!order_.empty() && order_.front().first <= upto) {
      auto i = records_.find(order_.front().second);
      if (i != records_.end() && i->second.ticket <= upto)
        records_.erase(i);
      order_.pop_front();
    }
  }

private:
  struct entry {
    std::optional<std::string> record;
    std::uint64_t ticket = 0;
  };

  std::unordered_map<std::string, entry> records_;
  std::deque<std::pair<std::uint64_t, std::string>> order_;
};

} // namespace parley::actors
