#include "actors/page_weight.hpp"

#include "base/json_size.hpp"

namespace parley::actors {

namespace {

// The names of an item's members, its numbers at their longest and the ids of
// conversations: all that is not counted one by one below.
constexpr std::size_t message_frame = 336;
constexpr std::size_t event_frame = 320;
constexpr std::size_t summary_frame = 400;
constexpr std::size_t reaction_frame = 32;
constexpr std::size_t member_frame = 144;
constexpr std::size_t profile_frame = 112;
constexpr std::size_t presence_frame = 96;
constexpr std::size_t report_frame = 288;
constexpr std::size_t match_frame = 320;
constexpr std::size_t audit_frame = 128;
// Of a list: quotes and a comma; of a count: a colon and its digits.
constexpr std::size_t element_frame = 3;
constexpr std::size_t count_frame = 12;
constexpr std::size_t number_bytes = 21;

std::size_t weight(const std::vector<user_id>& users) {
  std::size_t bytes = 0;
  for (const auto& user : users)
    bytes += user.view().size() + element_frame;
  return bytes;
}

} // namespace

std::size_t weight(const storage::message_record& m) {
  auto bytes = message_frame + m.sender.view().size()
               + json_size(m.client_id.view()) + json_size(m.type)
               + json_size(m.text) + m.attachments.size() + weight(m.mentions);
  for (const auto& each : m.reactions)
    bytes += json_size(each.emoji) + count_frame;
  return bytes;
}

std::size_t weight(const message& m) {
  auto bytes = weight(m.content);
  for (const auto& each : m.mine)
    bytes += json_size(each) + element_frame;
  return bytes;
}

std::size_t weight(const reaction_view& r) {
  return reaction_frame + r.by.view().size() + json_size(r.emoji);
}

std::size_t weight(const log_event& e) {
  return event_frame + e.content.by.view().size() + weight(e.content.users)
         + json_size(e.content.value) + json_size(e.text);
}

std::size_t weight(const durable_event& e) {
  return std::visit([](const auto& each) { return weight(each); }, e);
}

std::size_t weight(const conversation_summary& c) {
  return summary_frame + json_size(c.title) + c.peer.view().size()
         + (c.last_message ? weight(*c.last_message) : 0);
}

std::size_t weight(const member_view& m) {
  return member_frame + m.user.view().size();
}

std::size_t weight(const profile& p) {
  return profile_frame + p.id.view().size() + json_size(p.display_name)
         + json_size(p.avatar);
}

std::size_t weight(const presence_view& p) {
  return presence_frame + p.user.view().size() + json_size(p.text);
}

std::size_t weight(const report_view& r) {
  const auto& x = r.content;
  return report_frame + json_size(r.id) + x.user.view().size()
         + x.reporter.view().size() + x.seqs.size() * number_bytes
         + json_size(x.reason) + json_size(x.text) + json_size(x.resolved_by)
         + json_size(x.note);
}

std::size_t weight(const match_view& m) {
  auto bytes = match_frame + m.first.view().size() + m.second.view().size()
               + json_size(m.first_said) + json_size(m.second_said)
               + m.by.view().size();
  for (const auto& each : m.shared)
    bytes += json_size(each) + 1;
  return bytes;
}

std::size_t weight(const storage::audit_record& a) {
  return audit_frame + json_size(a.action) + json_size(a.by)
         + json_size(a.subject) + json_size(a.reason);
}

} // namespace parley::actors
