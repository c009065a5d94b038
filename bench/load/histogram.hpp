#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace parley::bench {

/// Counts of values from 0 to 2^32-1, each kept to a thousandth of itself, in a
/// fixed 184 KiB: the log-linear layout of Gil Tene's HdrHistogram
/// (http://hdrhistogram.org), with 2,048 buckets of one, then 1,024 of two, of
/// four, and so on. Here the values are microseconds, up to 71 minutes.
///
/// One thread or process writes; others may read what it shares at any time,
/// and see every value that was recorded before, perhaps not yet the last.
class histogram {
public:
  static constexpr unsigned precise_bits = 11;
  static constexpr std::size_t half = std::size_t{1} << (precise_bits - 1);
  static constexpr unsigned value_bits = 32;
  static constexpr std::uint64_t value_max
    = (std::uint64_t{1} << value_bits) - 1;
  static constexpr std::size_t buckets = half * (value_bits - precise_bits + 2);

  /// A larger value counts as the largest.
  void record(std::uint64_t value, std::uint64_t times = 1);

  void add(const histogram& other);

  /// Takes out what `earlier`, a copy made of this one before, has.
  void subtract(const histogram& earlier);

  /// A copy of what another process may be writing.
  histogram snapshot() const;

  std::uint64_t count() const;

  double mean() const;

  /// The value that `quantile` (0 to 1) of all are not above: the upper end of
  /// its bucket, or `max()` if that is lower. 0 of an empty one.
  std::uint64_t at(double quantile) const;

  /// Exact, but for what remains after `subtract`, where it is the upper end of
  /// the last bucket.
  std::uint64_t max() const;

  /// For writing it down: how many are in a bucket, and its upper end.
  std::uint64_t in_bucket(std::size_t index) const {
    return counts_[index];
  }
  static std::uint64_t upper_end(std::size_t index);

private:
  static std::size_t index_of(std::uint64_t value);

  std::array<std::uint64_t, buckets> counts_{};
  std::uint64_t max_ = 0;
};

} // namespace parley::bench
