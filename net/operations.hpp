#pragma once

#include "actors/trace.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "cluster/presence/view.hpp"
#include "cluster/shard.hpp"
#include "storage/records.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace parley::net {

struct readiness {
  bool ready = false;
  /// Why not, for people; empty while ready.
  std::string reason = {};
};

/// An outbox row that could not be carried out.
struct dead_letter {
  std::uint32_t shard = 0;
  storage::dead_letter_record content;
};

struct status_row {
  std::string name;
  std::variant<std::string, std::int64_t, double, bool> value;
};

/// What the ops listener has to ask the node itself. Called on network threads,
/// several at a time: each call returns at once, `rotate_keys` apart, which may
/// take as long as a write to the disk.
class operations {
public:
  virtual ~operations() = default;

  /// Whether this node may serve: joined, and its storage can be written.
  virtual readiness ready() const = 0;

  /// What `parleyctl status` shows, in that order: name, version, addresses,
  /// uptime, sessions, entities, storage …
  virtual std::vector<status_row> status() const = 0;

  /// Up to `limit` live entities, the most recently used first.
  virtual std::vector<cluster::entity_info>
  entities(std::size_t limit) const = 0;

  /// Up to `limit` dead letters of the shards that have a replica here.
  virtual result<std::vector<dead_letter>>
  dead_letters(std::size_t limit) const = 0;

  virtual std::optional<actors::message_track>
  trace(const conversation_id& conversation, seq at) const = 0;

  /// The queues where strangers meet, by name.
  virtual std::vector<std::string> queues() const = 0;

  /// The configuration in effect, as YAML, without secrets.
  virtual std::string config() const = 0;

  /// Signs new tokens with a new key from now on and returns its name. Tokens
  /// signed before stay good until they end.
  virtual result<std::string> rotate_keys(bool revoke) = 0;

  /// Whether nodes tell each other who is there; else the two below know only
  /// of this one.
  virtual bool presence_shared() const = 0;

  /// How the user is. `then` is called within a second, on any thread.
  virtual void presence_of(const user_id& user,
                           std::function<void(cluster::presence::view)> then)
    = 0;

  /// The nodes that are there, likewise.
  virtual void
  presence_nodes(std::function<void(cluster::presence::node_list)> then)
    = 0;
};

} // namespace parley::net
