#pragma once

#include "actors/messages.hpp"

#include <variant>

namespace parley::actors {

/// What delivers an outbox row.
struct delivery {
  cluster::entity_key to;
  std::variant<conversation_command, user_command, directory_command,
               queue_command, moderation_command>
    what;
};

/// `owner` is the entity whose row it is. `corrupt` where what the row carries
/// can't be read.
result<delivery> delivery_of(const storage::outbox_record& row,
                             const cluster::entity_key& owner);

} // namespace parley::actors
