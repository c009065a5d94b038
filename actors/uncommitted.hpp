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
  uncommitted() = default;
  uncommitted(const uncommitted&) = delete;
  uncommitted& operator=(const uncommitted&) = delete;

  /// `record` is none where the key is erased.
  void put(std::string key, std::optional<std::string> record,
           std::uint64_t ticket) {
    auto [at, is_new] = records_.try_emplace(std::move(key));
    if (is_new || at->second.ticket != ticket)
      order_.emplace_back(ticket, &*at);
    at->second = {std::move(record), ticket};
  }

  /// Null where the store has what counts.
  const std::optional<std::string>* find(const std::string& key) const {
    auto i = records_.find(key);
    return i == records_.end() ? nullptr : &i->second.record;
  }

  /// Forgets what is in the store now.
  void committed(std::uint64_t upto) {
    for (; !order_.empty() && order_.front().first <= upto;
         order_.pop_front()) {
      const auto& [ticket, put] = order_.front();
      // What was put again stays until that is committed.
      if (put->second.ticket == ticket)
        records_.erase(put->first);
    }
  }

private:
  struct entry {
    std::optional<std::string> record;
    std::uint64_t ticket = 0;
  };

  using records = std::unordered_map<std::string, entry>;

  records records_;
  /// By ticket; each is there as long as one of its tickets is here.
  std::deque<std::pair<std::uint64_t, const records::value_type*>> order_;
};

} // namespace parley::actors
