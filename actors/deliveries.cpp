#include "actors/deliveries.hpp"

#include "actors/queue_rows.hpp"

#include <utility>

namespace parley::actors {

namespace {

delivery of_block(const storage::outbox_record& row, const user_id& by) {
  if (parse_conversation_id(row.to))
    return {cluster::key_of(conversation_id{row.to}),
            conversation_command{block_changed{by, row.on}}};
  return {cluster::key_of(user_id{row.to}),
          user_command{blocked_by{by, row.on, row.version}}};
}

result<delivery> of_report(const storage::outbox_record& row) {
  auto filing = storage::decode<storage::filing_record>(row.text);
  if (!filing)
    return filing.error();
  return delivery{cluster::moderation_desk(),
                  moderation_command{file_report{std::move(*filing)}}};
}

result<delivery> of_audit(const storage::outbox_record& row) {
  auto action = storage::decode<storage::audit_record>(row.text);
  if (!action)
    return action.error();
  return delivery{
    cluster::moderation_desk(),
    moderation_command{record_action{std::move(*action), row.version}}};
}

result<delivery> of_sanction(const storage::outbox_record& row) {
  auto action = storage::decode<storage::audit_record>(row.text);
  if (!action)
    return action.error();
  return delivery{
    cluster::key_of(user_id{row.to}),
    user_command{sanction{sanction_kind::ban, action->until, action->reason,
                          action->by, row.version}}};
}

result<delivery> of_address_ban(const storage::outbox_record& row) {
  auto ban = storage::decode<storage::address_ban_record>(row.text);
  if (!ban)
    return ban.error();
  return delivery{cluster::address_book_of(ban->address),
                  moderation_command{set_address_ban{std::move(*ban)}}};
}

} // namespace

result<delivery> delivery_of(const storage::outbox_record& row,
                             const cluster::entity_key& owner) {
  using storage::outbox_kind;
  auto name = owner.name.view();
  switch (row.kind) {
    case outbox_kind::membership:
      return delivery{cluster::key_of(user_id{row.to}),
                      user_command{membership_changed{conversation_id{name},
                                                      row.on, row.version}}};
    case outbox_kind::block: return of_block(row, user_id{name});
    case outbox_kind::directory:
      return delivery{
        cluster::directory_of(name),
        directory_command{list_handle{user_id{name}, row.text,
                                      static_cast<timestamp_ms>(row.version)}}};
    case outbox_kind::match_step:
      return delivery{cluster::key_of(conversation_id{row.to}),
                      command_of_step(row)};
    case outbox_kind::ticket_over:
      return delivery{cluster::key_of(user_id{row.to}),
                      user_command{ticket_over{queue_name{name}, row.version}}};
    case outbox_kind::shun:
      return delivery{cluster::key_of(queue_name{row.to}),
                      queue_command{shunned_by(user_id{name}, row)}};
    case outbox_kind::expel:
      return delivery{cluster::key_of(queue_name{row.to}),
                      queue_command{expel{user_id{name}}}};
    case outbox_kind::report: return of_report(row);
    case outbox_kind::audit: return of_audit(row);
    case outbox_kind::sanction: return of_sanction(row);
    case outbox_kind::address_ban: return of_address_ban(row);
  }
  return error{errc::corrupt, "unknown kind of outbox row"};
}

} // namespace parley::actors
