#include "bench/load/delivery_check.hpp"

#include <algorithm>

namespace parley::bench {

bool seen_positions::mark(std::uint64_t seq) {
  if (seq <= upto_)
    return false;
  if (seq != upto_ + 1)
    return above_.insert(seq).second;
  skip_to(seq);
  return true;
}

void seen_positions::skip_to(std::uint64_t seq) {
  upto_ = std::max(upto_, seq);
  while (!above_.empty() && *above_.begin() <= upto_ + 1) {
    upto_ = std::max(upto_, *above_.begin());
    above_.erase(above_.begin());
  }
}

delivery_check::from_sender& delivery_check::of(std::uint32_t sender) {
  for (auto& one : senders_)
    if (one.sender == sender)
      return one;
  return senders_.emplace_back(from_sender{sender});
}

verdict delivery_check::see(std::uint64_t seq, std::uint32_t sender,
                            std::uint64_t counter) {
  if (!positions_.mark(seq))
    return verdict::again;
  auto is_late = seq < last_seq_;
  last_seq_ = std::max(last_seq_, seq);
  auto& from = of(sender);
  if (counter >= from.next) {
    for (auto i = from.next; i < counter; ++i)
      from.missing.insert(from.missing.end(), i);
    from.next = counter + 1;
  } else if (from.missing.erase(counter) == 0) {
    return verdict::duplicate;
  } else if (!is_late) {
    ++distinct_;
    return verdict::overtaken;
  }
  ++distinct_;
  return is_late ? verdict::late : verdict::fresh;
}

} // namespace parley::bench
