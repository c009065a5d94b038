#include "storage/records.hpp"
#include "tests/unit/storage/samples.hpp"

#include <gtest/gtest.h>

namespace parley::storage {
namespace {

template <class Record>
class records_test : public testing::Test {
protected:
  static Record sample();
};

#define PARLEY_SAMPLE(name)                                                    \
  template <>                                                                  \
  name##_record records_test<name##_record>::sample() {                        \
    return samples::name();                                                    \
  }
PARLEY_SAMPLE(message)
PARLEY_SAMPLE(event)
PARLEY_SAMPLE(conversation)
PARLEY_SAMPLE(member)
PARLEY_SAMPLE(dedup)
PARLEY_SAMPLE(user)
PARLEY_SAMPLE(family)
PARLEY_SAMPLE(membership)
PARLEY_SAMPLE(relation)
PARLEY_SAMPLE(directory)
PARLEY_SAMPLE(outbox)
PARLEY_SAMPLE(signing_key)
PARLEY_SAMPLE(place)
PARLEY_SAMPLE(fence)
PARLEY_SAMPLE(queue)
PARLEY_SAMPLE(ticket)
PARLEY_SAMPLE(meeting)
PARLEY_SAMPLE(session)
PARLEY_SAMPLE(standing)
PARLEY_SAMPLE(report)
PARLEY_SAMPLE(evidence_list)
PARLEY_SAMPLE(filing)
PARLEY_SAMPLE(complaint)
PARLEY_SAMPLE(verdict)
PARLEY_SAMPLE(audit)
PARLEY_SAMPLE(address_ban)
PARLEY_SAMPLE(former)
PARLEY_SAMPLE(dead_letter)
#undef PARLEY_SAMPLE

using all_records = testing::Types<
  message_record, event_record, conversation_record, member_record,
  dedup_record, user_record, family_record, membership_record, relation_record,
  directory_record, outbox_record, signing_key_record, place_record,
  fence_record, queue_record, ticket_record, meeting_record, session_record,
  standing_record, report_record, evidence_list_record, filing_record,
  complaint_record, verdict_record, audit_record, address_ban_record,
  former_record, dead_letter_record>;
TYPED_TEST_SUITE(records_test, all_records);

TEST(grown_records_test, come_back_with_their_later_fields) {
  for (const auto& x : {membership_record{8, true, user_id{"carol"}, 5},
                        membership_record{8, true, {}, 5},
                        membership_record{8, false, user_id{"carol"}, 0}})
    EXPECT_EQ(*decode<membership_record>(encode(x)), x);
  conversation_record head;
  head.deleted_upto = 99;
  EXPECT_EQ(*decode<conversation_record>(encode(head)), head);
}

TYPED_TEST(records_test, come_back_as_they_were) {
  auto bytes = encode(this->sample());
  auto back = decode<TypeParam>(bytes);
  ASSERT_TRUE(back);
  EXPECT_TRUE(*back == this->sample());
  auto blank = decode<TypeParam>(encode(TypeParam{}));
  ASSERT_TRUE(blank);
  EXPECT_TRUE(*blank == TypeParam{});
}

TYPED_TEST(records_test, are_corrupt_when_cut_anywhere) {
  auto bytes = encode(this->sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    auto cut = decode<TypeParam>(std::string_view{bytes}.substr(0, size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().code, errc::corrupt);
  }
}

TYPED_TEST(records_test, are_corrupt_with_bytes_after_them) {
  EXPECT_FALSE(decode<TypeParam>(encode(this->sample()) + '\0'));
}

TYPED_TEST(records_test, are_corrupt_in_an_unknown_version) {
  auto bytes = encode(this->sample());
  for (auto version : {'\0', '\2', '\xFF'}) {
    bytes[0] = version;
    EXPECT_FALSE(decode<TypeParam>(bytes));
  }
}

TYPED_TEST(records_test, have_one_encoding_only) {
  const auto good = encode(this->sample());
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      auto bytes = good;
      bytes[at] = static_cast<char>(byte);
      auto read = decode<TypeParam>(bytes);
      ASSERT_TRUE(!read || encode(*read) == bytes) << at << ' ' << byte;
    }
  }
}

TEST(record_bytes_test, are_those_that_the_document_shows) {
  EXPECT_EQ(encode(dedup_record{300, -1}), (std::string{"\x01\xAC\x02\x01"}));
  EXPECT_EQ(encode(membership_record{1, true}), "\x01\x01\x01");
  EXPECT_EQ(encode(directory_record{"Al", 1}), "\x01\x02"
                                               "Al\x02");
}

TEST(record_bytes_test, of_a_sign_in_that_was_renewed_are_read_again) {
  auto renewed = samples::family();
  renewed.replaced_hash = std::string(32, '\1');
  renewed.replaced_at = 5;
  EXPECT_TRUE(*decode<family_record>(encode(renewed)) == renewed);
  renewed.twin_hash = std::string(32, '\2');
  EXPECT_TRUE(*decode<family_record>(encode(renewed)) == renewed);
}

TEST(record_bytes_test, bound_what_a_damaged_count_can_ask_for) {
  // A list of 2^60 users in a record of a few bytes.
  auto bytes = encode(event_record{});
  bytes.back() = '\x80';
  bytes += "\x80\x80\x80\x80\x80\x80\x80\x10";
  EXPECT_FALSE(decode<event_record>(bytes));
}

TEST(record_bytes_test, refuse_an_id_that_is_too_long) {
  auto bytes = std::string{"\x01\x04", 2}; // created
  bytes += '\x21' + std::string(33, 'a');
  bytes += std::string(6, '\0');
  EXPECT_FALSE(decode<event_record>(bytes));
}

} // namespace
} // namespace parley::storage
