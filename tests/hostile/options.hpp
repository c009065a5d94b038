#pragma once

#include <cstdint>
#include <string>

namespace parley::hostile {

struct options {
  std::uint64_t seed = 1;
  std::uint64_t calls = 20'000;
  /// Ends sooner, when so many seconds are over; 0 for never.
  std::uint64_t seconds = 0;
  std::size_t nodes = 1;
  std::size_t people = 40;
  std::size_t calls_a_round = 2'000;
  /// Where the program of the nodes is, and which it is.
  std::string bin = {};
  std::string node = "parleyd";
  /// Ends with the round in which something is found.
  bool ends_at_first = false;
  std::string spec = "docs/openrpc.json";
  /// A node's memory may grow to this.
  std::int64_t resident_bytes_max = std::int64_t{1200} << 20;
  /// The innocents' p99 may be twice that of before and this.
  std::int64_t floor_us = 250'000;
  bool keeps_dir = false;
  /// A fault that is put between the nodes and the judge, by its name.
  std::string planted = {};
};

} // namespace parley::hostile
