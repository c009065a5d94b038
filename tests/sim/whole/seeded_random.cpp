#include "tests/sim/whole/seeded_random.hpp"

#include "base/check.hpp"

#include <sodium.h>

#include <cstddef>
#include <random>

namespace parley::sim {

namespace {

std::mt19937_64& engine() {
  static std::mt19937_64 instance;
  return instance;
}

const char* name() {
  return "seeded";
}

std::uint32_t word() {
  return static_cast<std::uint32_t>(engine()());
}

void fill(void* to, std::size_t size) {
  auto* bytes = static_cast<unsigned char*>(to);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<unsigned char>(engine()());
}

randombytes_implementation seeded{name, word, nullptr, nullptr, fill, nullptr};

} // namespace

void seed_random_bytes(std::uint64_t seed) {
  PARLEY_CHECK(randombytes_set_implementation(&seeded) == 0);
  // It draws some the first time.
  PARLEY_CHECK(sodium_init() >= 0);
  engine().seed(seed);
}

} // namespace parley::sim
