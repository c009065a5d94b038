#include "base/check.hpp"
#include "storage/checksum.hpp"
#include "storage/keys.hpp"
#include "storage/moderation_records.hpp"

#include <cstddef>
#include <cstdint>

namespace {

using namespace parley::storage;

/// What can be read at all has one encoding only: these bytes.
template <class Record>
void read(std::string_view bytes) {
  auto record = decode<Record>(bytes);
  PARLEY_CHECK(!record || encode(*record) == bytes);
}

using read_function = void (*)(std::string_view);

constexpr read_function readers[] = {
  read<message_record>,   read<event_record>,       read<conversation_record>,
  read<member_record>,    read<dedup_record>,       read<user_record>,
  read<family_record>,    read<membership_record>,  read<relation_record>,
  read<directory_record>, read<outbox_record>,      read<signing_key_record>,
  read<place_record>,     read<fence_record>,       read<queue_record>,
  read<ticket_record>,    read<meeting_record>,     read<session_record>,
  read<standing_record>,  read<report_record>,      read<evidence_list_record>,
  read<filing_record>,    read<complaint_record>,   read<verdict_record>,
  read<audit_record>,     read<address_ban_record>,
};

void read_as_key(std::string_view bytes) {
  seq_of(bytes);
  name_of(bytes);
  dedup_name_of(bytes);
  reaction_name_of(bytes);
  outbox_owner_of(bytes);
  timed_name_of(bytes);
}

} // namespace

/// The first byte says which record the others are.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0)
    return 0;
  std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  auto which = data[0] % (std::size(readers) + 1);
  if (which < std::size(readers))
    readers[which](bytes);
  else
    read_as_key(bytes);
  PARLEY_CHECK(!checked_record("key", bytes) || bytes.size() >= checksum_size);
  return 0;
}
