#include "net/rpc/price.hpp"

#include "net/rpc/method_table.hpp"

#include <variant>

namespace parley::net::rpc {

namespace {

constexpr std::size_t unit_bytes = 1024;
// Entities that only say how they look, for one unit.
constexpr std::uint32_t looks_per_unit = 4;
// Members of one conversation, which are in its memory, for one unit.
constexpr std::uint32_t members_per_unit = 10;

std::uint32_t count(std::size_t items) {
  return static_cast<std::uint32_t>(items);
}

template <class Reply>
const Reply* as(const actors::reply& what) {
  return std::get_if<Reply>(&what);
}

} // namespace

std::uint32_t price::before(const target& what) const {
  return units_ + (named_ != nullptr ? named_(what) : 0);
}

std::uint32_t price::after(std::uint32_t deposit, const actors::reply& what,
                           std::size_t bytes) const {
  if (touched_ == nullptr)
    return deposit + count(bytes / unit_bytes);
  return 1 + touched_(what) + count(bytes / unit_bytes);
}

std::uint32_t price::after_failure(std::uint32_t deposit) const {
  return touched_ == nullptr ? deposit : 1;
}

namespace prices {

std::uint32_t users_named(const target& what) {
  const auto* command = std::get_if<actors::user_command>(&what.command);
  if (command == nullptr)
    return 0;
  if (const auto* m = std::get_if<actors::start_group>(command))
    return count(m->group.members.size());
  if (const auto* m = std::get_if<actors::invite_users>(command))
    return count(m->users.size());
  const auto* m = std::get_if<actors::gather_presence>(command);
  return m != nullptr ? count(m->users.size()) : 0;
}

std::uint32_t messages_read(const actors::reply& what) {
  const auto* read = as<actors::history_page>(what);
  return read != nullptr ? count(read->messages.size()) : 0;
}

std::uint32_t reactions_read(const actors::reply& what) {
  const auto* list = as<actors::reaction_list>(what);
  return list != nullptr ? count(list->reactions.size()) : 0;
}

std::uint32_t events_read(const actors::reply& what) {
  const auto* found = as<actors::sync_result>(what);
  if (found == nullptr)
    return 0;
  auto units = found->asked / looks_per_unit + count(found->fresh.size());
  for (const auto& each : found->pages)
    units += count(each.events.size());
  return units;
}

std::uint32_t conversations_asked(const actors::reply& what) {
  const auto* list = as<actors::conversation_list>(what);
  return list != nullptr
           ? list->asked / looks_per_unit + count(list->conversations.size())
           : 0;
}

std::uint32_t members_listed(const actors::reply& what) {
  const auto* details = as<actors::conversation_details>(what);
  return details != nullptr ? count(details->members.size()) / members_per_unit
                            : 0;
}

std::uint32_t users_asked(const actors::reply& what) {
  if (const auto* list = as<actors::contact_list>(what))
    return count(list->contacts.size());
  const auto* list = as<actors::user_list>(what);
  return list != nullptr ? count(list->users.size()) : 0;
}

} // namespace prices

} // namespace parley::net::rpc
