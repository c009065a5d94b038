#include "match/segment.hpp"

#include <algorithm>

namespace parley::match {

namespace {

template <class Do>
void for_each_bit(std::uint64_t bits, const Do& act) {
  for (; bits != 0; bits &= bits - 1)
    act(static_cast<std::size_t>(std::countr_zero(bits)));
}

} // namespace

struct segment::candidates {
  bitmap left;
  /// The lines that have any left.
  std::uint64_t live = 0;
};

segment::segment() {
  slots_.reserve(capacity);
}

void segment::put(std::unique_ptr<bitmap>& in, std::uint32_t slot, bool on) {
  if (!in) {
    if (!on)
      return;
    in = std::make_unique<bitmap>();
  }
  auto word = slot / 64;
  auto& bits = (*in)[word / line_words][word % line_words];
  auto mask = std::uint64_t{1} << slot % 64;
  bits = on ? bits | mask : bits & ~mask;
}

void segment::put_all(bitmaps& in, std::uint64_t bits, std::uint32_t slot,
                      bool on) {
  for_each_bit(bits, [&](auto bit) { put(in[bit], slot, on); });
}

void segment::put_want(const wish& w, std::size_t attribute,
                       std::uint32_t slot) {
  auto& maps = accept_[attribute];
  if (w.any(attribute))
    put(maps[accepts_any], slot, true);
  else
    put_all(maps, w.mask[attribute], slot, true);
}

void segment::add(waiting& w, std::size_t attributes) {
  w.home = this;
  w.slot = static_cast<std::uint32_t>(slots_.size());
  slots_.push_back(&w);
  ++size_;
  for (std::size_t i = 0; i < attributes; ++i) {
    put_all(have_[i], w.t.asked.self.mask[i], w.slot, true);
    put_want(w.want, i, w.slot);
  }
  show(w, !w.paused);
}

void segment::remove(waiting& w) {
  // Its other bits stay: no slot is given out twice.
  show(w, false);
  slots_[w.slot] = nullptr;
  w.home = nullptr;
  --size_;
}

void segment::show(const waiting& w, bool on) {
  auto word = w.slot / 64;
  auto& bits = shown_[word / line_words][word % line_words];
  auto mask = std::uint64_t{1} << w.slot % 64;
  bits = on ? bits | mask : bits & ~mask;
}

void segment::set_want(const waiting& w, std::size_t attribute) {
  // Wishes only widen, so no bit has to be taken back.
  put_want(w.want, attribute, w.slot);
}

bool segment::search(std::span<const condition> all,
                     const std::function<bool(waiting&)>& visit) const {
  auto used = (slots_.size() + 64 * line_words - 1) / (64 * line_words);
  if (used == 0)
    return true;
  candidates c;
  c.live = ~std::uint64_t{0} >> (lines - used);
  std::copy_n(shown_.begin(), used, c.left.begin());
  for (auto& each : all) {
    narrow(each, c);
    if (c.live == 0)
      return true;
  }
  for (auto live = c.live; live != 0; live &= live - 1) {
    auto at = static_cast<std::size_t>(std::countr_zero(live));
    for (std::size_t word = 0; word < line_words; ++word)
      for (auto bits = c.left[at][word]; bits != 0; bits &= bits - 1) {
        auto bit = static_cast<std::size_t>(std::countr_zero(bits));
        if (!visit(*slots_[(at * line_words + word) * 64 + bit]))
          return false;
      }
  }
  return true;
}

void segment::narrow(const condition& by, candidates& c) const {
  auto& maps = by.of_wants ? accept_[by.attribute] : have_[by.attribute];
  std::array<const bitmap*, 65> any_of;
  std::size_t count = 0;
  for_each_bit(by.bits, [&](auto bit) {
    if (maps[bit])
      any_of[count++] = maps[bit].get();
  });
  if (by.of_wants && maps[accepts_any])
    any_of[count++] = maps[accepts_any].get();
  for_each_bit(c.live, [&](auto at) {
    line found = {};
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t word = 0; word < line_words; ++word)
        found[word] |= (*any_of[i])[at][word];
    std::uint64_t left = 0;
    for (std::size_t word = 0; word < line_words; ++word) {
      auto& bits = c.left[at][word];
      bits &= by.none ? ~found[word] : found[word];
      left |= bits;
    }
    if (left == 0)
      c.live &= ~(std::uint64_t{1} << at);
  });
}

bool segment::for_each(const std::function<bool(waiting&)>& visit) const {
  for (auto w : slots_)
    if (w != nullptr && !visit(*w))
      return false;
  return true;
}

} // namespace parley::match
