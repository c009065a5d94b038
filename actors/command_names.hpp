#pragma once

#include "actors/messages.hpp"

#include <string_view>

/// What commands are called in logs and metrics.
namespace parley::actors {

std::string_view name_of(const conversation_command& command);
std::string_view name_of(const user_command& command);
std::string_view name_of(const directory_command& command);
std::string_view name_of(const queue_command& command);
std::string_view name_of(const moderation_command& command);

/// Whether carrying it out writes, so that a node that can't write refuses it.
bool writes(const conversation_command& command);
bool writes(const user_command& command);
bool writes(const directory_command& command);
bool writes(const queue_command& command);
bool writes(const moderation_command& command);

} // namespace parley::actors
