#include "net/admission.hpp"

#include "base/metrics.hpp"
#include "net/rate_limits.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace parley::net {

namespace {

constexpr std::uint32_t retry_later_ms = 5000;

prometheus::Counter& refusals(const char* reason) {
  return metrics::counter("connections_refused_total",
                          "Connections that were closed instead of served.",
                          {{"reason", reason}});
}

// Counters are there from the start, so that the first event is an increase.
[[maybe_unused]] const std::array known_reasons{
  &refusals("connections_max"), &refusals("connections_per_address"),
  &refusals("connections_per_address_max"), &refusals("proxy_header")};

/// Counts one more, up to `most`.
bool add_one(std::atomic<std::size_t>& count, std::size_t most) {
  auto before = count.load();
  while (before < most)
    if (count.compare_exchange_weak(before, before + 1))
      return true;
  return false;
}

} // namespace

connection_place::connection_place(connection_place&& other) noexcept
  : from_(std::exchange(other.from_, nullptr)),
    what_(other.what_),
    address_(std::move(other.address_)) {}

connection_place&
connection_place::operator=(connection_place&& other) noexcept {
  std::swap(from_, other.from_);
  std::swap(what_, other.what_);
  std::swap(address_, other.address_);
  return *this;
}

connection_place::~connection_place() {
  if (from_ != nullptr)
    from_->leave(*this);
}

admission::admission(std::size_t most, std::size_t told_max,
                     rate_limits& limits, prometheus::Gauge& open)
  : most_(most), told_max_(told_max), limits_(limits), open_(open) {}

admitted admission::admit() {
  if (!add_one(open_count_, most_))
    return refuse({errc::unavailable,
                   "the node has all connections it can have",
                   {},
                   retry_later_ms},
                  "connections_max", {});
  open_.Increment();
  admitted out;
  out.place = {*this, connection_place::kind::counted, {}};
  return out;
}

admitted admission::admit(const std::string& address) {
  auto one = admit();
  if (!one.refused)
    charge(one, address);
  return one;
}

void admission::charge(admitted& one, const std::string& address) {
  if (auto drawn = limits_.draw_connection(address); !drawn) {
    one = refuse(drawn.error(), "connections_per_address", address);
    return;
  }
  if (!limits_.hold_connection(address)) {
    one = refuse({errc::rate_limited,
                  "too many connections from this address",
                  {},
                  retry_later_ms},
                 "connections_per_address_max", address);
    one.over_cap = true;
    return;
  }
  one.place.what_ = connection_place::kind::counted_by_address;
  one.place.address_ = address;
}

admitted admission::refuse(error why, const char* reason,
                           const std::string& address) {
  count_refused(reason);
  admitted out;
  out.refused = std::move(why);
  if (!add_one(told_count_, told_max_))
    return out;
  if (!address.empty() && !told_.add(address)) {
    --told_count_;
    return out;
  }
  out.place = {*this, connection_place::kind::told, address};
  return out;
}

void admission::count_refused(const char* reason) {
  refusals(reason).Increment();
}

void admission::leave(const connection_place& place) {
  if (place.what_ == connection_place::kind::told) {
    --told_count_;
    if (!place.address_.empty())
      told_.remove(place.address_);
    return;
  }
  --open_count_;
  open_.Decrement();
  if (place.what_ == connection_place::kind::counted_by_address)
    limits_.release_connection(place.address_);
}

} // namespace parley::net
