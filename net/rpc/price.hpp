#pragma once

#include "actors/replies.hpp"

#include <cstddef>
#include <cstdint>

namespace parley::net::rpc {

struct target;

/// Which allowance a call takes one token of, besides its units.
enum class token : std::uint8_t { none, message, signal };

/// What a call costs, in units of what it touches: one unit is about one
/// message read, one user asked or one KiB of an answer. There is no price by
/// default, so that every method of the table names one.
///
/// What is touched is known in part only when the call has been carried out. So
/// `units` are taken before, as much as it may well come to; afterwards what
/// was too much is given back and what was too little is owed.
class price {
public:
  /// Units for what the parameters name.
  using named = std::uint32_t (*)(const target&);
  /// Units for what was touched.
  using touched = std::uint32_t (*)(const actors::reply&);

  /// Nothing: for what a connection needs to stay open.
  static constexpr price nothing() {
    return {token::none, 0, nullptr, nullptr};
  }

  /// One token and what the parameters name: the token alone is the price of
  /// what touches one thing.
  static constexpr price of(token draws, named also = nullptr) {
    return {draws, 0, also, nullptr};
  }

  /// A few units that are known before, and what the parameters name.
  static constexpr price of(std::uint32_t units, named also = nullptr) {
    return {token::none, units, also, nullptr};
  }

  /// So many units to be settled by the answer.
  static constexpr price by_answer(std::uint32_t deposit, touched settles) {
    return {token::none, deposit, nullptr, settles};
  }

  token draws() const {
    return draws_;
  }

  bool is_free() const {
    return draws_ == token::none && units_ == 0;
  }

  /// What to take before the call.
  std::uint32_t before(const target& what) const;
  std::uint32_t before() const {
    return units_;
  }

  /// What a call that took `deposit` costs after all; `bytes` is what was
  /// written of its answer.
  std::uint32_t after(std::uint32_t deposit, const actors::reply& what,
                      std::size_t bytes) const;

  /// The same of a call that failed.
  std::uint32_t after_failure(std::uint32_t deposit) const;

private:
  constexpr price(token draws, std::uint32_t units, named also, touched settles)
    : draws_(draws), units_(units), named_(also), touched_(settles) {}

  token draws_;
  std::uint32_t units_;
  named named_;
  touched touched_;
};

/// What the table's prices are made of.
namespace prices {

/// Of pages, before they are there: as a full one.
inline constexpr std::uint32_t full_page = 200;
/// Of what changes a little of one's own, which goes to the disks of a
/// majority.
inline constexpr std::uint32_t small_change = 10;

std::uint32_t users_named(const target& what);
std::uint32_t messages_read(const actors::reply& what);
std::uint32_t reactions_read(const actors::reply& what);
std::uint32_t events_read(const actors::reply& what);
std::uint32_t conversations_asked(const actors::reply& what);
std::uint32_t members_listed(const actors::reply& what);
std::uint32_t users_asked(const actors::reply& what);

} // namespace prices

} // namespace parley::net::rpc
