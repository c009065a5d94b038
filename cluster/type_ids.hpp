#pragma once

#include "cluster/shard.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/type_id.hpp>

// These go from the node to its own entities only, never over a link.
CAF_BEGIN_TYPE_ID_BLOCK(parley_cluster, first_custom_type_id)

  CAF_ADD_TYPE_ID(parley_cluster, (parley::cluster::committed))
  CAF_ADD_TYPE_ID(parley_cluster, (parley::cluster::commit_failed))
  CAF_ADD_TYPE_ID(parley_cluster, (parley::cluster::passivate))

CAF_END_TYPE_ID_BLOCK(parley_cluster)

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parley::cluster::committed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parley::cluster::commit_failed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parley::cluster::passivate)
