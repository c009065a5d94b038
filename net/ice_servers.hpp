#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace parley::net {

struct ice_options {
  /// As RFC 7064 and RFC 7065 write them: `stun:HOST:PORT`, `turn:HOST:PORT`,
  /// `turns:…`, with `?transport=udp` or `tcp` where it matters.
  std::vector<std::string> stun_urls = {};
  std::vector<std::string> turn_urls = {};
  /// What the TURN servers and this node share, a line each, the newest first.
  std::string turn_secrets_file = {};
  std::chrono::seconds turn_life{600};
};

/// What browsers are told about STUN and TURN. Safe to call from any thread.
class ice_servers {
public:
  /// Where a secret is replaced, clients are given credentials of both until
  /// no TURN server knows the old one.
  static constexpr std::size_t secrets_max = 2;

  /// Fails with `bad_config` where the secrets can't be read, are none or too
  /// many, or too short to be any.
  static result<std::unique_ptr<ice_servers>> open(ice_options opts);

  /// Reads the secrets anew; keeps the old ones where that fails.
  result<void> reload();

  /// The result of `ice.servers`, as JSON.
  std::string list(const user_id& user, timestamp_ms now) const;

private:
  using secrets = std::vector<std::string>;

  explicit ice_servers(ice_options opts) : opts_(std::move(opts)) {}

  const ice_options opts_;
  mutable std::mutex guard_;
  std::shared_ptr<const secrets> secrets_ = std::make_shared<const secrets>();
};

} // namespace parley::net
