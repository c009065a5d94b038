#include "tests/unit/wire/fixtures.hpp"

#include <fstream>

namespace parley::actors::wire {

std::map<std::string, std::string> read_fixtures(const std::string& name) {
  std::ifstream in{PARLEY_WIRE_FIXTURES "/" + name};
  std::map<std::string, std::string> all;
  std::string key, hex;
  while (in >> key >> hex)
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
      all[key] += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return all;
}

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (auto c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
}

} // namespace parley::actors::wire
