#pragma once

#include "bench/load/message_mark.hpp"
#include "bench/load/ws_frame.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace parley::bench {

/// One user of a server that is no Parley node.
struct peer_user {
  std::string name = {};
  /// What it writes to and is told of.
  std::string conversation = {};
  /// The other one, where the conversation is of two.
  std::string partner = {};
  /// What it says, after the mark.
  std::string words = {};
};

/// What a dialect understood, told to whoever has the connection.
class dialect_listener {
public:
  virtual ~dialect_listener() = default;

  virtual void write(std::string_view frame) = 0;

  /// The server knows who this is, and will tell it of the conversation.
  virtual void on_greeted() = 0;

  virtual void on_acknowledged(std::uint64_t counter) = 0;

  /// A message of the conversation, its mark first; own ones may come too.
  virtual void on_message(std::string_view text) = 0;

  /// The server refused something, or speaks otherwise: the run cannot go on.
  virtual void on_nonsense(std::string_view what) = 0;
};

/// A server's protocol, as one user on one connection speaks it.
/// Knows nothing of sockets, so that recorded frames test it.
class dialect {
public:
  virtual ~dialect() = default;

  /// The request that opens the WebSocket; empty where it is spoken over bare
  /// TCP, and then what comes is cut anywhere.
  virtual std::string upgrade() const = 0;

  /// Whether frames are text or bytes.
  virtual opcode frames() const {
    return opcode::text;
  }

  /// A connection has been opened, this one or another after it:
  /// `on_greeted` is to follow.
  virtual void greet(dialect_listener& to) = 0;

  virtual void say(const message_mark& mark, dialect_listener& to) = 0;

  /// Reads a frame that came.
  virtual void read(std::string_view frame, dialect_listener& to) = 0;
};

/// That of `protocol`: floor, socketio, xmpp, nats or mqtt. Null for another.
std::unique_ptr<dialect> make_dialect(std::string_view protocol,
                                      peer_user user);

/// `mark`, a space, `words`.
std::string marked(const message_mark& mark, std::string_view words);

} // namespace parley::bench
