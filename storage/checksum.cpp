#include "storage/checksum.hpp"

#include "base/hash.hpp"

#include <cstdint>

namespace parley::storage {
namespace {

void put(char* to, std::uint64_t x) {
  for (int i = 7; i >= 0; --i, x >>= 8)
    to[i] = static_cast<char>(x);
}

} // namespace

std::array<char, checksum_size> checksum_of(std::string_view key,
                                            std::string_view record) {
  // Hashing the two hashes binds both without a copy that joins them.
  std::array<char, 16> hashes;
  put(hashes.data(), hash64(key));
  put(hashes.data() + 8, hash64(record));
  std::array<char, checksum_size> sum;
  put(sum.data(), hash64({hashes.data(), hashes.size()}));
  return sum;
}

std::optional<std::string_view> checked_record(std::string_view key,
                                               std::string_view value) {
  if (value.size() < checksum_size)
    return std::nullopt;
  auto record = value.substr(0, value.size() - checksum_size);
  auto expected = checksum_of(key, record);
  if (value.substr(record.size())
      != std::string_view{expected.data(), expected.size()})
    return std::nullopt;
  return record;
}

} // namespace parley::storage
