#pragma once

#include "net/rate_limits.hpp"

#include <string>
#include <utility>

namespace parley::net {

/// One of the connections that an address may have, given back in the end.
class address_hold {
public:
  address_hold() = default;

  /// Empty where the address has all it may have.
  address_hold(rate_limits& limits, std::string address) {
    if (limits.hold_connection(address)) {
      limits_ = &limits;
      address_ = std::move(address);
    }
  }

  address_hold(address_hold&& other) noexcept
    : limits_(std::exchange(other.limits_, nullptr)),
      address_(std::move(other.address_)) {}

  address_hold& operator=(address_hold&& other) noexcept {
    std::swap(limits_, other.limits_);
    std::swap(address_, other.address_);
    return *this;
  }

  ~address_hold() {
    if (limits_ != nullptr)
      limits_->release_connection(address_);
  }

  explicit operator bool() const {
    return limits_ != nullptr;
  }

private:
  rate_limits* limits_ = nullptr;
  std::string address_;
};

} // namespace parley::net
