#include "base/check.hpp"
#include "cluster/presence/address.hpp"
#include "cluster/presence/layout.hpp"
#include "cluster/presence/reply.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace parley;
using namespace parley::cluster::presence;

// What is read can be written, and read again as the same.
void try_texts(std::string_view text) {
  if (auto found = parse_incarnation(text))
    PARLEY_CHECK(parse_incarnation(to_string(*found)) == found);
  if (auto found = parse_lease(text))
    PARLEY_CHECK(parse_lease(to_string(*found)) == found);
  if (auto found = parse_entry(text))
    PARLEY_CHECK(parse_entry(to_string(*found)) == found);
  if (auto found = parse_address(text))
    PARLEY_CHECK(parse_address(to_string(*found)).has_value());
  (void)info_field(text, "run_id");
  reply failed;
  failed.what = reply::kind::error;
  failed.text = text;
  (void)is_elsewhere(failed);
}

// A hash of which each line is a field, a blank and its value.
void try_user(std::string_view text) {
  user_hash said;
  node_leases leases;
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    auto blank = std::min(line.find(' '), line.size());
    auto value = line.substr(std::min(blank + 1, line.size()));
    said.add(line.substr(0, blank), value);
    leases[leases.size() + 1].lease = parse_lease(value);
  }
  user_id user{"alice"};
  (void)judge(user, said, leases, false);
  (void)judge(user, said, leases, true);
}

} // namespace

/// What somebody else may have written into Redis.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view text{reinterpret_cast<const char*>(data), size};
  try_texts(text);
  try_user(text);
  return 0;
}
