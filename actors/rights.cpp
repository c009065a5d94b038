#include "actors/rights.hpp"

#include "actors/rights_table.hpp"

namespace parley::actors {

namespace {

relations allowed(const method_right& row, conversation_kind kind) {
  switch (kind) {
    case conversation_kind::direct: return row.direct;
    case conversation_kind::group: return row.group;
    case conversation_kind::match: return row.match;
  }
  return {};
}

} // namespace

std::span<const method_right> method_rights() {
  return rights_table;
}

const method_right& right_of(method_id method) {
  return rights_table[static_cast<std::size_t>(method)];
}

bool is_allowed(method_id method, conversation_kind kind, relation caller) {
  return allowed(right_of(method), kind).contains(caller);
}

error refusal_of(method_id method, conversation_kind kind, relation caller) {
  auto may = allowed(right_of(method), kind);
  switch (caller) {
    case relation::stranger: return no_such_conversation();
    case relation::left:
      return {errc::forbidden, "not a member of the conversation"};
    case relation::removed:
      return {errc::forbidden, "removed from the conversation"};
    case relation::blocking:
      if (may.contains(relation::member))
        return {errc::forbidden, "you have blocked this user"};
      break;
    case relation::blocked:
      if (may.contains(relation::member))
        return {errc::forbidden, "this user can't be written to"};
      break;
    default: break;
  }
  if (kind != conversation_kind::group)
    return {errc::forbidden, "only groups have this"};
  return may.contains(relation::admin)
           ? error{errc::forbidden, "only admins may do this"}
           : error{errc::forbidden, "only the owner may do this"};
}

error no_such_conversation() {
  return {errc::not_found, "no such conversation", "conversation"};
}

error muted_refusal() {
  return {errc::forbidden, "muted"};
}

} // namespace parley::actors
