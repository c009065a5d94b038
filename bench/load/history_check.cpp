#include "bench/load/history_check.hpp"

#include <fmt/format.h>

namespace parley::bench {

void history_check::ask() {
  auto& reader = *members_.front();
  reader.call(call_kind::page, "message.history",
              fmt::format(R"({{"conversation":"{}","after":{},"limit":200}})",
                          reader.conversation(), upto_));
}

void history_check::take(const session& who, const heard& what) {
  if (&who != members_.front() || done_)
    return;
  for (const auto& entry : what.entries)
    take(entry);
  if (what.error_code != 0 || (what.has_more && !what.entries.empty()))
    return ask();
  done_ = true;
  judge();
}

void history_check::take(const log_entry& entry) {
  if (entry.seq <= upto_)
    into_.add(count::wrong);
  upto_ = entry.seq;
  if (!entry.mark)
    return;
  auto key = std::pair{entry.mark->sender, entry.mark->counter};
  if (!found_.emplace(key, entry.seq).second)
    into_.add(count::wrong);
}

void history_check::judge() {
  for (const auto* member : members_)
    for (const auto& [counter, seq] : member->acknowledged_at()) {
      auto at = found_.find({member->index(), counter});
      if (at == found_.end())
        into_.add(count::missing);
      else if (at->second != seq)
        into_.add(count::wrong);
      else
        into_.add(count::verified);
    }
}

} // namespace parley::bench
