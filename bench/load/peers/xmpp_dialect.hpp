#pragma once

#include "bench/load/peers/dialect.hpp"

#include <deque>
#include <utility>

namespace parley::bench {

/// XMPP over WebSocket (RFC 7395) with stream management (XEP-0198), whose
/// answers are the acknowledgements: a server gives them after it has dealt
/// with the message. Registers its account itself (XEP-0077).
class xmpp_dialect final : public dialect {
public:
  explicit xmpp_dialect(peer_user user) : user_(std::move(user)) {}

  std::string upgrade() const override;
  void greet(dialect_listener& to) override;
  void say(const message_mark& mark, dialect_listener& to) override;
  void read(std::string_view frame, dialect_listener& to) override;

private:
  /// What the server is to answer next.
  enum class step : std::uint8_t {
    features,
    registered,
    authenticated,
    features_again,
    bound,
    managed,
    present,
    here,
  };

  void open_stream(dialect_listener& to) const;
  void go_on(std::string_view stanza, dialect_listener& to);
  void read_answer(std::string_view stanza, dialect_listener& to);
  void read_message(std::string_view stanza, dialect_listener& to);

  peer_user user_;
  step step_ = step::features;
  /// Stanzas since stream management began: sent and answered, and received.
  std::uint64_t answered_ = 0;
  std::uint64_t received_ = 0;
  /// Counters of what is not answered, in the order of sending.
  std::deque<std::uint64_t> on_their_way_ = {};
};

} // namespace parley::bench
