#include "match/index.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace parley::match {

namespace {

constexpr std::size_t merged_max = 4096;

std::uint64_t sum(const std::array<std::uint32_t, 65>& of, std::uint64_t bits) {
  std::uint64_t out = 0;
  for (; bits != 0; bits &= bits - 1)
    out += of[static_cast<std::size_t>(std::countr_zero(bits))];
  return out;
}

} // namespace

index::index(const std::vector<attribute>& attributes) {
  for (auto& each : attributes)
    kinds_.push_back(each.kind);
}

void index::add(waiting& w) {
  if (segments_.empty() || segments_.back().full())
    segments_.emplace_back();
  segments_.back().add(w, kinds_.size());
  ++size_;
  count(w, true);
}

void index::remove(waiting& w) {
  auto home = w.home;
  home->remove(w);
  --size_;
  count(w, false);
  // Not every time: to find a neighbour costs a walk over the segments.
  if (home->size() <= merged_max && home->size() % 64 == 0)
    tidy(std::find_if(segments_.begin(), segments_.end(),
                      [&](auto& each) { return &each == home; }));
}

void index::show(const waiting& w) {
  w.home->show(w, !w.paused);
}

void index::widen(const waiting& w, const wish& before, const step& by) {
  for (auto& change : by.changes) {
    count_want(before, change.attribute, false);
    count_want(w.want, change.attribute, true);
    w.home->set_want(w, change.attribute);
  }
}

void index::search(const profile& self, const wish& want,
                   const std::function<bool(waiting&)>& visit) const {
  auto all = conditions(self, want);
  if (!all.empty() && all.front().estimate == 0)
    return;
  for (auto& each : segments_)
    if (!each.search(all, visit))
      return;
}

void index::for_each(const std::function<bool(const waiting&)>& visit) const {
  for (auto& each : segments_)
    if (!each.for_each(visit))
      return;
}

void index::count(const waiting& w, bool on) {
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    for (auto bits = w.t.asked.self.mask[i]; bits != 0; bits &= bits - 1) {
      auto& n = have_[i][static_cast<std::size_t>(std::countr_zero(bits))];
      n = on ? n + 1 : n - 1;
    }
    count_want(w.want, i, on);
  }
}

void index::count_want(const wish& w, std::size_t attribute, bool on) {
  auto& n = accept_[attribute];
  auto add = [on](std::uint32_t& x) { x = on ? x + 1 : x - 1; };
  if (w.any(attribute))
    return add(n[accepts_any]);
  for (auto bits = w.mask[attribute]; bits != 0; bits &= bits - 1)
    add(n[static_cast<std::size_t>(std::countr_zero(bits))]);
}

void index::tidy(std::list<segment>::iterator at) {
  auto fits
    = [](auto a, auto b) { return a->size() + b->size() <= merged_max; };
  if (at->size() == 0) {
    segments_.erase(at);
    return;
  }
  auto next = std::next(at);
  if (next != segments_.end() && fits(at, next))
    return merge(at, next);
  if (at != segments_.begin() && fits(at, std::prev(at)))
    merge(std::prev(at), at);
}

void index::merge(std::list<segment>::iterator first,
                  std::list<segment>::iterator second) {
  auto merged = segments_.emplace(first);
  for (auto from : {first, second})
    from->for_each([&](auto& w) {
      merged->add(w, kinds_.size());
      return true;
    });
  segments_.erase(first, std::next(second));
}

std::vector<condition> index::conditions(const profile& self,
                                         const wish& want) const {
  std::vector<condition> out;
  out.reserve(2 * kinds_.size());
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    auto said = self.mask[i] & ~not_said;
    if (accept_[i][accepts_any] != size_)
      out.push_back({i, true, said, false,
                     sum(accept_[i], said) + accept_[i][accepts_any]});
    if (want.any(i))
      continue;
    condition is{i, false, want.mask[i], false, sum(have_[i], want.mask[i])};
    // All but sets have exactly one bit each, so the fewer bits will do.
    if (kinds_[i] != attribute_kind::set && std::popcount(is.bits) > 32) {
      is.bits = ~is.bits;
      is.none = true;
    }
    out.push_back(is);
  }
  std::sort(out.begin(), out.end(),
            [](auto& a, auto& b) { return a.estimate < b.estimate; });
  return out;
}

} // namespace parley::match
