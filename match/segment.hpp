#pragma once

#include "match/ticket.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace parley::match {

/// Behind the places of an attribute's values: that of who accepts them all.
inline constexpr std::size_t accepts_any = 64;

/// One condition on whom a search may find, as bits of one attribute.
struct condition {
  std::size_t attribute = 0;
  /// Of what the others want, instead of what they are.
  bool of_wants = false;
  std::uint64_t bits = 0;
  /// Those for whom none of the bits is set.
  bool none = false;
  /// How many fulfil it, about.
  std::uint64_t estimate = 0;
};

/// Up to 32,768 tickets in the order of their age, and for each value of each
/// attribute a bitmap of those who have it and one of those who accept it. The
/// bitmaps that a search needs are combined 512 tickets (a cache line) at a
/// time, and lines without a candidate are dropped at once.
///
/// What it says is complete but for the exact ends of numbers' ranges, which
/// whoever is told of a candidate has to check.
class segment {
public:
  static constexpr std::size_t capacity = 32'768;

  segment();

  bool full() const {
    return slots_.size() == capacity;
  }

  /// Those that are there.
  std::size_t size() const {
    return size_;
  }

  /// Adds one that is younger than all who are there; not full.
  void add(waiting& w, std::size_t attributes);
  void remove(waiting& w);
  /// Takes one that is paused out of all searches, and back in.
  void show(const waiting& w, bool on);
  /// Notes what one more attribute's wish of it is.
  void set_want(const waiting& w, std::size_t attribute);

  /// Tells `visit` of those who fulfil all conditions, oldest first, until it
  /// returns false. Returns whether it did.
  bool search(std::span<const condition> all,
              const std::function<bool(waiting&)>& visit) const;

  /// Tells `visit` of all, oldest first, as above.
  bool for_each(const std::function<bool(waiting&)>& visit) const;

private:
  static constexpr std::size_t line_words = 8;
  static constexpr std::size_t lines = capacity / 64 / line_words;
  static_assert(lines == 64, "a word of live lines");
  using line = std::array<std::uint64_t, line_words>;
  using bitmap = std::array<line, lines>;
  /// By value; the last is of those who accept any.
  using bitmaps = std::array<std::unique_ptr<bitmap>, 65>;

  struct candidates;

  static void put(std::unique_ptr<bitmap>& in, std::uint32_t slot, bool on);
  static void put_all(bitmaps& in, std::uint64_t bits, std::uint32_t slot,
                      bool on);
  void put_want(const wish& w, std::size_t attribute, std::uint32_t slot);
  void narrow(const condition& by, candidates& c) const;

  std::vector<waiting*> slots_;
  std::size_t size_ = 0;
  bitmap shown_ = {};
  std::array<bitmaps, attributes_max> have_ = {};
  std::array<bitmaps, attributes_max> accept_ = {};
};

} // namespace parley::match
