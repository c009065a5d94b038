#include "base/check.hpp"
#include "cluster/member/control.hpp"
#include "cluster/member/verify_message.hpp"
#include "cluster/raft/configuration.hpp"
#include "cluster/raft/message.hpp"
#include "storage/write_set.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::cluster {
namespace {

void try_message(std::string_view bytes) {
  auto found = raft::decode(bytes);
  if (!found)
    return;
  auto once = raft::encode(*found);
  PARLEY_CHECK(raft::encode(raft::decode(once).value()) == once);
  (void)raft::bytes_of(*found);
  (void)raft::carries_entries(*found);
}

void try_configuration(std::string_view bytes) {
  auto found = raft::decode_configuration(bytes);
  if (!found)
    return;
  PARLEY_CHECK(raft::decode_configuration(raft::encode(*found)).value()
               == *found);
  PARLEY_CHECK(!found->everyone().empty() || found->voters.empty());
}

// What is well formed can be applied to its end, and within its range only.
void try_write_set(std::string_view bytes) {
  auto within = storage::shard_range(1);
  auto good = storage::well_formed(bytes, within);
  storage::write_set_reader reader{bytes};
  storage::write_set again;
  while (auto one = reader.next()) {
    PARLEY_CHECK(!good || (one->key >= within.from && one->key < within.to));
    if (one->erase)
      again.erase(one->key);
    else
      again.put(one->key, one->value);
  }
  PARLEY_CHECK(!good || reader.done());
  PARLEY_CHECK(!good || again.bytes() <= bytes.size());
}

void try_member(std::string_view bytes) {
  if (auto found = decode_verify(bytes))
    PARLEY_CHECK(decode_verify(encode(*found)).has_value());
  if (auto found = decode_mark(bytes))
    PARLEY_CHECK(decode_mark(encode(*found)).has_value());
  if (auto found = decode_control(bytes))
    PARLEY_CHECK(decode_control(encode(*found)).has_value());
  if (auto found = decode_admission(bytes))
    PARLEY_CHECK(decode_admission(encode(*found)).has_value());
  if (auto found = decode_report(bytes))
    PARLEY_CHECK(decode_report(encode(*found)).has_value());
}

} // namespace
} // namespace parley::cluster

/// The first byte says what one node has said to another.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace parley::cluster;
  if (size == 0)
    return 0;
  std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  switch (data[0] % 4) {
    case 0: try_message(bytes); break;
    case 1: try_configuration(bytes); break;
    case 2: try_write_set(bytes); break;
    default: try_member(bytes); break;
  }
  return 0;
}
