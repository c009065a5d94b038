#pragma once

#include "net/rpc/method_table.hpp"

#include <span>

/// The groups of methods that the table is made of.
namespace parley::net::rpc {

std::span<const method> call_methods();
std::span<const method> session_methods();
std::span<const method> conversation_methods();
std::span<const method> message_methods();
std::span<const method> presence_methods();
std::span<const method> user_methods();
std::span<const method> match_methods();
std::span<const method> moderation_methods();

} // namespace parley::net::rpc
