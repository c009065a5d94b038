#pragma once

#include "auth/key_ring.hpp"

#include <memory>
#include <mutex>
#include <utility>

namespace parley::net {

/// The keys that tokens are signed with and verified by now. Safe to call from
/// any thread; a ring that was taken stays as it is when another is put.
class signing_keys {
public:
  explicit signing_keys(auth::key_ring first)
    : ring_(std::make_shared<const auth::key_ring>(std::move(first))) {}

  std::shared_ptr<const auth::key_ring> now() const {
    std::lock_guard lock{guard_};
    return ring_;
  }

  void put(auth::key_ring next) {
    auto made = std::make_shared<const auth::key_ring>(std::move(next));
    std::lock_guard lock{guard_};
    ring_ = std::move(made);
  }

private:
  mutable std::mutex guard_;
  std::shared_ptr<const auth::key_ring> ring_;
};

} // namespace parley::net
