#include "actors/deliveries.hpp"

#include "actors/queue_rows.hpp"

#include <utility>

namespace parley::actors {

namespace {

/// `to` as an id; what it can't be is damage.
result<user_id> user_of(const storage::outbox_record& row) {
  if (row.to.empty() || row.to.size() > user_id::size_max)
    return error{errc::corrupt, "an outbox row names no user"};
  return user_id{row.to};
}

result<conversation_id> conversation_of(const storage::outbox_record& row) {
  if (auto id = parse_conversation_id(row.to))
    return *id;
  return error{errc::corrupt, "an outbox row names no conversation"};
}

result<queue_name> queue_of(const storage::outbox_record& row) {
  if (row.to.empty() || row.to.size() > queue_name::size_max)
    return error{errc::corrupt, "an outbox row names no queue"};
  return queue_name{row.to};
}

/// The delivery to the receiver that the row names.
template <class Id, class Command>
result<delivery> addressed(const result<Id>& to, Command command) {
  if (!to)
    return to.error();
  return delivery{cluster::key_of(*to), std::move(command)};
}

result<delivery> of_conversation_block(const storage::outbox_record& row,
                                       const user_id& by) {
  if (row.text.empty() || row.text.size() > user_id::size_max)
    return error{errc::corrupt, "a block names no other user"};
  return addressed(conversation_of(row), conversation_command{block_changed{
                                           by, row.on, user_id{row.text}}});
}

result<delivery> of_match_step(const storage::outbox_record& row) {
  auto step = command_of_step(row);
  if (!step)
    return step.error();
  return addressed(conversation_of(row), std::move(*step));
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
  return addressed(user_of(row), user_command{sanction{
                                   sanction_kind::ban, action->until,
                                   action->reason, action->by, row.version}});
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
      return addressed(user_of(row), user_command{membership_changed{
                                       conversation_id{name}, row.on,
                                       row.version, user_id{row.text}}});
    case outbox_kind::block:
      return addressed(user_of(row), user_command{blocked_by{
                                       user_id{name}, row.on, row.version}});
    case outbox_kind::block_conversation:
      return of_conversation_block(row, user_id{name});
    case outbox_kind::directory:
      return delivery{
        cluster::directory_of(name),
        directory_command{list_handle{user_id{name}, row.text,
                                      static_cast<timestamp_ms>(row.version)}}};
    case outbox_kind::match_step: return of_match_step(row);
    case outbox_kind::ticket_over:
      return addressed(
        user_of(row), user_command{ticket_over{queue_name{name}, row.version}});
    case outbox_kind::shun:
      return addressed(queue_of(row),
                       queue_command{shunned_by(user_id{name}, row)});
    case outbox_kind::expel:
      return addressed(queue_of(row), queue_command{expel{user_id{name}}});
    case outbox_kind::report: return of_report(row);
    case outbox_kind::audit: return of_audit(row);
    case outbox_kind::sanction: return of_sanction(row);
    case outbox_kind::address_ban: return of_address_ban(row);
  }
  return error{errc::corrupt, "unknown kind of outbox row"};
}

} // namespace parley::actors
