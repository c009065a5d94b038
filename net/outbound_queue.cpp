#include "net/outbound_queue.hpp"

#include <algorithm>

namespace parley::net {

namespace {

constexpr std::size_t write_bytes_max = std::size_t{64} * 1024;
// Room that an empty queue keeps, so that quiet traffic need not allocate.
constexpr std::size_t kept_frames_max = 4;

} // namespace

void outbound_queue::append(frame_ptr what) {
  bytes_ += what->size() + frame_cost;
  frames_.push_back(std::move(what));
}

bool outbound_queue::push(frame_ptr what) {
  if (bytes_ + what->size() + frame_cost > bytes_max_)
    return false;
  append(std::move(what));
  return true;
}

bool outbound_queue::push_event(const conversation_id& conversation, seq at,
                                const frame_ptr& what) {
  auto swallowed = !gaps_.empty() && gaps_.contains(conversation);
  auto fits = bytes_ + what->size() + frame_cost <= bytes_max_ / 4 * 3;
  if (swallowed || !fits) {
    skip(conversation, at);
    return false;
  }
  append(what);
  return true;
}

bool outbound_queue::push_ephemeral(const frame_ptr& what) {
  if (bytes_ + what->size() + frame_cost > bytes_max_ / 4)
    return false;
  append(what);
  return true;
}

void outbound_queue::skip(const conversation_id& conversation, seq at) {
  auto& last = gaps_[conversation];
  last = std::max(last, at);
}

std::optional<std::pair<conversation_id, seq>> outbound_queue::take_gap() {
  if (gaps_.empty() || bytes_ > bytes_max_ / 4)
    return std::nullopt;
  auto first = gaps_.begin();
  std::pair<conversation_id, seq> out{first->first, first->second};
  gaps_.erase(first);
  if (gaps_.empty())
    gaps_ = {};
  return out;
}

std::size_t outbound_queue::gather(std::span<iovec> into) const {
  std::size_t count = 0;
  std::size_t bytes = 0;
  auto skipped = first_written_;
  for (auto i = first_; i < frames_.size() && count < into.size(); ++i) {
    const auto& frame = *frames_[i];
    if (count > 0 && bytes + frame.size() > write_bytes_max)
      break;
    // The system's type has no const; nothing is written through it.
    into[count].iov_base = const_cast<char*>(frame.data()) + skipped;
    into[count].iov_len = frame.size() - skipped;
    bytes += into[count].iov_len;
    skipped = 0;
    ++count;
  }
  return count;
}

void outbound_queue::pop() {
  auto& done = frames_[first_];
  bytes_ -= done->size() + frame_cost;
  done.reset();
  ++first_;
  first_written_ = 0;
}

void outbound_queue::consume(std::size_t count) {
  while (first_ < frames_.size()) {
    auto left = frames_[first_]->size() - first_written_;
    if (count < left) {
      first_written_ += count;
      break;
    }
    count -= left;
    pop();
  }
  if (empty()) {
    if (frames_.capacity() > kept_frames_max)
      frames_ = {};
    frames_.clear();
    first_ = 0;
  } else if (first_ >= 64 && first_ >= frames_.size() / 2) {
    auto begin = frames_.begin();
    frames_.erase(begin, begin + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

void outbound_queue::drop_unsent() {
  auto kept = first_ + (first_written_ > 0 ? 1 : 0);
  for (auto i = kept; i < frames_.size(); ++i)
    bytes_ -= frames_[i]->size() + frame_cost;
  frames_.resize(kept);
  frames_.shrink_to_fit();
  gaps_ = {};
}

} // namespace parley::net
