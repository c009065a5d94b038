#pragma once

#include "base/error.hpp"
#include "net/rate_table.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>

namespace parley::net {

class admission;
class rate_limits;

/// A place among the connections that a node, and an address, may have; given
/// back in the end. Or one of the few of those that are refused and told so.
class connection_place {
public:
  connection_place() = default;
  connection_place(connection_place&& other) noexcept;
  connection_place& operator=(connection_place&& other) noexcept;
  ~connection_place();

  /// Whether there is one: a connection without is to be closed at once.
  explicit operator bool() const {
    return from_ != nullptr;
  }

private:
  friend class admission;
  enum class kind : std::uint8_t { counted, counted_by_address, told };

  connection_place(admission& from, kind what, std::string address)
    : from_(&from), what_(what), address_(std::move(address)) {}

  admission* from_ = nullptr;
  kind what_ = kind::counted;
  std::string address_;
};

/// What became of a connection that has come.
struct admitted {
  connection_place place = {};
  /// Why it is to go, once it has been told.
  std::optional<error> refused = {};
  /// Its address has all the connections it may have: `refused` as well.
  bool over_cap = false;
};

/// Who may have a connection. What is refused takes no place: a few at a time,
/// and of each address, are told why, and everybody else is closed at once, so
/// that nobody fills the node by being refused. Safe to call from any thread.
class admission {
public:
  /// `most` connections in all, and `told_max` of those that are refused.
  admission(std::size_t most, std::size_t told_max, rate_limits& limits,
            prometheus::Gauge& open);

  /// A connection whose client's address is not known yet, for it comes from a
  /// proxy; or where nothing goes by addresses.
  admitted admit();

  /// A connection of that address.
  admitted admit(const std::string& address);

  /// The address of one that was admitted without is known now.
  void charge(admitted& one, const std::string& address);

  /// Counts a connection that is closed for another reason.
  static void count_refused(const char* reason);

  std::size_t open() const {
    return open_count_;
  }

  /// Of each address, so many are told at a time why they are refused.
  static constexpr std::size_t told_by_address_max = 8;

private:
  friend class connection_place;

  admitted refuse(error why, const char* reason, const std::string& address);
  void leave(const connection_place& place);

  const std::size_t most_;
  const std::size_t told_max_;
  rate_limits& limits_;
  prometheus::Gauge& open_;
  std::atomic<std::size_t> open_count_ = 0;
  std::atomic<std::size_t> told_count_ = 0;
  count_table told_{told_by_address_max};
};

} // namespace parley::net
