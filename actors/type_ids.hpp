#pragma once

#include "actors/message_screen.hpp"
#include "actors/messages.hpp"
#include "actors/replies.hpp"
#include "cluster/type_ids.hpp"

#include <cstdint>

namespace parley::actors {

/// From an entity to itself, when something of its own falls due.
struct tick {
  enum class of : std::uint8_t {
    outbox,
    gathers,
    receipts,
    typing,
    presence,
    absence,
    call,
    queue,
    sign_ins,
    fade,
  };
  of what = of::outbox;
};

} // namespace parley::actors

// Values all of them, but carried by the cluster's own links, not by CAF's.
CAF_BEGIN_TYPE_ID_BLOCK(parley_actors, caf::id_block::parley_cluster::end)

  CAF_ADD_TYPE_ID(parley_actors, (parley::actors::conversation_request))
  CAF_ADD_TYPE_ID(parley_actors, (parley::actors::user_request))
  CAF_ADD_TYPE_ID(parley_actors, (parley::actors::directory_request))
  CAF_ADD_TYPE_ID(parley_actors, (parley::actors::queue_request))
  CAF_ADD_TYPE_ID(parley_actors, (parley::actors::response))
  CAF_ADD_TYPE_ID(parley_actors, (parley::actors::tick))
  CAF_ADD_TYPE_ID(parley_actors, (parley::actors::moderation_request))
  CAF_ADD_TYPE_ID(parley_actors, (parley::actors::screened))

CAF_END_TYPE_ID_BLOCK(parley_actors)

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parley::actors::conversation_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parley::actors::user_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parley::actors::directory_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parley::actors::queue_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parley::actors::response)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parley::actors::tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parley::actors::moderation_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parley::actors::screened)
