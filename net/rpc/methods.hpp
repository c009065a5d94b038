#pragma once

#include "net/rpc/method_table.hpp"

#include <span>

/// The groups of methods that the table is made of, and what they share.
namespace parley::net::rpc {

std::span<const method> call_methods();
std::span<const method> session_methods();
std::span<const method> conversation_methods();
std::span<const method> message_methods();
std::span<const method> presence_methods();
std::span<const method> user_methods();
std::span<const method> match_methods();
std::span<const method> moderation_methods();

/// `Prepare` for everybody but guests.
template <auto Prepare>
result<target> members_only(const boost::json::object& from,
                            const context& with) {
  if (with.guest)
    return error{errc::forbidden, "guests may not do this: sign up first"};
  return Prepare(from, with);
}

} // namespace parley::net::rpc
