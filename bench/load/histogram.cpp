#include "bench/load/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace parley::bench {

namespace {

// Relaxed, and so plain moves: one writes, others look.
std::uint64_t read(const std::uint64_t& from) {
  return __atomic_load_n(&from, __ATOMIC_RELAXED);
}

void write(std::uint64_t& to, std::uint64_t value) {
  __atomic_store_n(&to, value, __ATOMIC_RELAXED);
}

} // namespace

std::size_t histogram::index_of(std::uint64_t value) {
  auto width = static_cast<unsigned>(std::bit_width(value));
  if (width <= precise_bits)
    return value;
  auto shift = width - precise_bits;
  return half * shift + (value >> shift);
}

std::uint64_t histogram::upper_end(std::size_t index) {
  if (index < 2 * half)
    return index;
  auto shift = index / half - 1;
  auto within = index - half * shift;
  return ((within + 1) << shift) - 1;
}

void histogram::record(std::uint64_t value, std::uint64_t times) {
  value = std::min(value, value_max);
  auto& bucket = counts_[index_of(value)];
  write(bucket, bucket + times);
  if (value > max_)
    write(max_, value);
}

void histogram::add(const histogram& other) {
  for (std::size_t i = 0; i < buckets; ++i)
    counts_[i] += other.counts_[i];
  max_ = std::max(max_, other.max_);
}

void histogram::subtract(const histogram& earlier) {
  auto last = buckets;
  for (std::size_t i = 0; i < buckets; ++i) {
    counts_[i] -= std::min(counts_[i], earlier.counts_[i]);
    if (counts_[i] > 0)
      last = i;
  }
  max_ = last == buckets ? 0 : std::min(max_, upper_end(last));
}

histogram histogram::snapshot() const {
  histogram out;
  for (std::size_t i = 0; i < buckets; ++i)
    out.counts_[i] = read(counts_[i]);
  out.max_ = read(max_);
  return out;
}

std::uint64_t histogram::count() const {
  std::uint64_t sum = 0;
  for (auto n : counts_)
    sum += n;
  return sum;
}

double histogram::mean() const {
  double sum = 0;
  double n = 0;
  for (std::size_t i = 0; i < buckets; ++i) {
    if (counts_[i] == 0)
      continue;
    auto low = i == 0 ? 0 : upper_end(i - 1) + 1;
    sum += static_cast<double>(counts_[i])
           * (static_cast<double>(low + upper_end(i)) / 2);
    n += static_cast<double>(counts_[i]);
  }
  return n > 0 ? sum / n : 0;
}

std::uint64_t histogram::at(double quantile) const {
  auto total = count();
  if (total == 0)
    return 0;
  auto rank = static_cast<std::uint64_t>(
    std::ceil(std::clamp(quantile, 0.0, 1.0) * static_cast<double>(total)));
  rank = std::max<std::uint64_t>(rank, 1);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < buckets; ++i) {
    sum += counts_[i];
    if (sum >= rank)
      return std::min(upper_end(i), max_);
  }
  return max_;
}

std::uint64_t histogram::max() const {
  return max_;
}

} // namespace parley::bench
