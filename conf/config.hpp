#pragma once

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/token_bucket.hpp"
#include "conf/address.hpp"
#include "match/policy.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// What an operator can choose. conf/node.yaml says what each value means, in
/// the same order; conf/keys.hpp has their names and bounds.
namespace parley::conf {

using std::chrono::milliseconds;

inline constexpr std::uint64_t kibibyte = 1024;
inline constexpr std::uint64_t mebibyte = 1024 * kibibyte;
inline constexpr std::uint64_t gibibyte = 1024 * mebibyte;
inline constexpr std::uint64_t tebibyte = 1024 * gibibyte;

struct node_config {
  std::string name = "n1";

  friend bool operator==(const node_config&, const node_config&) = default;
};

struct tls_config {
  std::string certificate = {};
  std::string key = {};

  bool enabled() const {
    return !certificate.empty();
  }

  friend bool operator==(const tls_config&, const tls_config&) = default;
};

struct client_config {
  address listen{"127.0.0.1", 8080};
  std::string url = {};
  tls_config tls = {};
  std::vector<std::string> allowed_origins = {};
  std::uint64_t threads = 0;
  milliseconds heartbeat{25'000};
  milliseconds handshake_timeout{10'000};
  milliseconds auth_timeout{10'000};
  milliseconds idle_timeout{75'000};
  milliseconds response_timeout{60'000};
  std::uint64_t max_frame_bytes = 64 * kibibyte;
  std::uint64_t max_body_bytes = 64 * kibibyte;
  std::uint64_t outbound_bytes_max = mebibyte;
  std::uint64_t pending_calls_max = 128;
  std::uint64_t connections_max = 19'000;
  bool serve_page = true;
  std::vector<std::string> trusted_proxies = {};
  bool proxy_protocol = false;
  bool trust_forwarded_for = false;

  friend bool operator==(const client_config&, const client_config&) = default;
};

struct ops_config {
  address listen{"127.0.0.1", 9090};
  std::string token = {};
  std::string token_file = {};
  /// Each NAME:ROLE:TOKEN.
  std::vector<std::string> tokens = {};

  friend bool operator==(const ops_config&, const ops_config&) = default;
};

struct storage_config {
  std::uint64_t reserve_bytes = 512 * mebibyte;
  std::uint64_t block_cache_bytes = 64 * mebibyte;
  std::uint64_t memtable_bytes = 64 * mebibyte;
  std::uint64_t queue_bytes_max = 64 * mebibyte;

  friend bool operator==(const storage_config&, const storage_config&)
    = default;
};

struct cluster_config {
  std::string name = {};
  std::string secret = {};
  std::string secret_file = {};
  address listen{"127.0.0.1", 7400};
  std::string advertise = {};
  std::vector<std::string> join = {};
  bool bootstrap = false;
  std::string zone = {};
  std::uint64_t replicas = 3;
  std::uint64_t catch_up_rate = 8 * mebibyte;

  friend bool operator==(const cluster_config&, const cluster_config&)
    = default;
};

struct shards_config {
  std::uint64_t count = 64;

  friend bool operator==(const shards_config&, const shards_config&) = default;
};

struct entities_config {
  std::uint64_t max = 100'000;
  milliseconds idle_after{120'000};
  std::uint64_t threads = 0;
  milliseconds mailbox_warn_after{5'000};
  milliseconds handler_warn_after{1'000};

  friend bool operator==(const entities_config&, const entities_config&)
    = default;
};

struct argon2_config {
  std::uint64_t memory = 19 * mebibyte;
  std::uint64_t passes = 2;

  friend bool operator==(const argon2_config&, const argon2_config&) = default;
};

struct auth_config {
  milliseconds token_life = std::chrono::minutes{15};
  milliseconds refresh_life = std::chrono::days{30};
  milliseconds refresh_grace = std::chrono::minutes{1};
  milliseconds key_rotation = std::chrono::days{30};
  std::uint64_t workers = 1;
  std::uint64_t queue_max = 64;
  argon2_config argon2 = {};

  friend bool operator==(const auth_config&, const auth_config&) = default;
};

struct presence_config {
  milliseconds offline_grace{15'000};
  milliseconds coalesce{250};

  friend bool operator==(const presence_config&, const presence_config&)
    = default;
};

struct redis_config {
  std::vector<std::string> addresses = {};
  std::vector<std::string> sentinels = {};
  std::vector<std::string> master = {};
  std::string user = {};
  std::string password = {};
  std::string password_file = {};
  std::string sentinel_user = {};
  std::string sentinel_password = {};
  std::uint64_t database = 0;
  std::string prefix = "parley:";
  milliseconds lease{9'000};
  milliseconds retention = std::chrono::days{30};
  milliseconds look_up_timeout{250};
  std::uint64_t reassert_rate = 20'000;

  friend bool operator==(const redis_config&, const redis_config&) = default;
};

/// How people who wait in a queue are matched, by the queue's name. There is
/// always one called `default`.
using queues_config = std::map<std::string, match::policy>;

/// A queue of which nothing is said.
match::policy usual_queue();

struct hook_config {
  std::string url = {};
  milliseconds timeout{500};
  std::string on_failure = "refuse";
  std::uint64_t concurrency = 32;

  friend bool operator==(const hook_config&, const hook_config&) = default;
};

struct moderation_config {
  std::uint64_t evidence_messages = 50;
  std::uint64_t ban_reporters = 0;
  milliseconds ban_within = std::chrono::hours{24};
  milliseconds ban_for = std::chrono::hours{24};
  milliseconds ban_account_age = std::chrono::hours{24};
  milliseconds address_ban = std::chrono::hours{24};
  milliseconds report_retention = std::chrono::days{365};
  std::string address_salt = {};
  std::vector<std::string> words = {};
  std::string words_action = "block";
  hook_config hook = {};

  friend bool operator==(const moderation_config&, const moderation_config&)
    = default;
};

struct calls_config {
  milliseconds ring{30'000};
  milliseconds grace{10'000};

  friend bool operator==(const calls_config&, const calls_config&) = default;
};

struct ice_config {
  std::vector<std::string> stun_urls = {};
  std::vector<std::string> turn_urls = {};
  std::string turn_secrets_file = {};
  milliseconds turn_life = std::chrono::minutes{10};

  friend bool operator==(const ice_config&, const ice_config&) = default;
};

struct limits_config {
  rate connections_per_address{10, 50};
  std::uint64_t connections_per_address_max = 1000;
  rate auth_per_address{1, 20};
  rate auth_per_user{0.1, 20};
  rate refresh_per_address{50, 500};
  rate messages_per_user{20, 100};
  rate signals_per_session{50, 100};
  rate units_per_user{2'000, 50'000};
  rate units_per_address{100'000, 1'000'000};
  std::uint64_t http_calls_per_user_max = 64;
  std::uint64_t json_depth = limits::json_depth_default;

  friend bool operator==(const limits_config&, const limits_config&) = default;
};

struct shutdown_config {
  milliseconds timeout{10'000};
  std::uint64_t accept_rate = 200;

  friend bool operator==(const shutdown_config&, const shutdown_config&)
    = default;
};

struct log_config {
  log::level level = log::level::info;

  friend bool operator==(const log_config&, const log_config&) = default;
};

/// A node's configuration. Freshly made, it holds the defaults.
struct config {
  node_config node = {};
  std::string data_dir = "./data";
  client_config client = {};
  ops_config ops = {};
  storage_config storage = {};
  shards_config shards = {};
  cluster_config cluster = {};
  entities_config entities = {};
  auth_config auth = {};
  presence_config presence = {};
  redis_config redis = {};
  queues_config queues = {{"default", usual_queue()}};
  moderation_config moderation = {};
  calls_config calls = {};
  ice_config ice = {};
  limits_config limits = {};
  shutdown_config shutdown = {};
  log_config log = {};

  friend bool operator==(const config&, const config&) = default;
};

/// `c` as YAML that `load` reads, every key in it. Secrets are `"***"`.
std::string show(const config& c);

/// What is wrong with values that are fine each on its own; one sentence each.
std::vector<std::string> contradictions(const config& c);

} // namespace parley::conf
