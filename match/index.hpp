#pragma once

#include "match/segment.hpp"

#include <array>
#include <functional>
#include <list>
#include <vector>

namespace parley::match {

/// Those who wait, by age, so that the oldest whom a newcomer may be matched
/// with is found without looking at the others: a list of segments. A search
/// costs a few bitmaps for every 32,768 who wait; segments that have become
/// sparse are merged, at most 4,096 tickets at a time.
class index {
public:
  explicit index(const std::vector<attribute>& attributes);

  std::size_t size() const {
    return size_;
  }

  /// Adds one that is younger than all who are there. Its address must last.
  void add(waiting& w);
  void remove(waiting& w);
  /// `w.paused` has changed.
  void show(const waiting& w);
  /// `w.want` has widened by the step, from `before`.
  void widen(const waiting& w, const wish& before, const step& by);

  /// Tells `visit` of those whom somebody with this profile and wish may be
  /// matched with, oldest first, until it returns false. Numbers' ranges are
  /// not checked exactly.
  void search(const profile& self, const wish& want,
              const std::function<bool(waiting&)>& visit) const;

  /// All, oldest first, until `visit` returns false.
  void for_each(const std::function<bool(const waiting&)>& visit) const;

private:
  using counts = std::array<std::uint32_t, 65>;

  void count(const waiting& w, bool on);
  void count_want(const wish& w, std::size_t attribute, bool on);
  void tidy(std::list<segment>::iterator at);
  void merge(std::list<segment>::iterator first,
             std::list<segment>::iterator second);
  /// What a search has to fulfil, the rarest first.
  std::vector<condition> conditions(const profile& self,
                                    const wish& want) const;

  std::vector<attribute_kind> kinds_;
  std::list<segment> segments_;
  std::size_t size_ = 0;
  std::array<counts, attributes_max> have_ = {};
  std::array<counts, attributes_max> accept_ = {};
};

} // namespace parley::match
