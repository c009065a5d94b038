#pragma once

#include "bench/load/peers/dialect.hpp"

#include <utility>

namespace parley::bench {

/// parley-floor: a letter, and what it says (`bench/floor/relay.hpp`).
class floor_dialect final : public dialect {
public:
  explicit floor_dialect(peer_user user) : user_(std::move(user)) {}

  std::string upgrade() const override;
  void greet(dialect_listener& to) override;
  void say(const message_mark& mark, dialect_listener& to) override;
  void read(std::string_view frame, dialect_listener& to) override;

private:
  peer_user user_;
};

} // namespace parley::bench
