#pragma once

#include "conf/config.hpp"
#include "conf/values.hpp"

namespace parley::conf {

/// The one list of keys. Loading, the unknown-key check, `show` and the test
/// that conf/node.yaml documents every key all walk it. The visitor is called
/// with a kind of key (conf/values.hpp) and the value that it names.
template <class Config, class Visitor>
void for_each_node_key(Config& c, Visitor& visit) {
  visit(text_key{"node.name"}, c.node.name);
  visit(text_key{"data_dir"}, c.data_dir);
}

template <class Config, class Visitor>
void for_each_listener_key(Config& c, Visitor& visit) {
  using namespace std::chrono_literals;
  auto& x = c.client;
  visit(address_key{"client.listen"}, x.listen);
  visit(text_key{"client.url"}, x.url);
  visit(text_key{"client.tls.certificate"}, x.tls.certificate);
  visit(text_key{"client.tls.key"}, x.tls.key);
  visit(list_key{"client.allowed_origins"}, x.allowed_origins);
  visit(count_key{"client.threads", 0, 256}, x.threads);
  visit(duration_key{"client.heartbeat", 100ms, 10min}, x.heartbeat);
  visit(duration_key{"client.handshake_timeout", 100ms, 5min},
        x.handshake_timeout);
  visit(duration_key{"client.auth_timeout", 100ms, 5min}, x.auth_timeout);
  visit(duration_key{"client.idle_timeout", 1s, 1h}, x.idle_timeout);
  visit(duration_key{"client.response_timeout", 1s, 1h}, x.response_timeout);
  visit(bytes_key{"client.max_frame_bytes", kibibyte, 16 * mebibyte},
        x.max_frame_bytes);
  visit(bytes_key{"client.max_body_bytes", kibibyte, 16 * mebibyte},
        x.max_body_bytes);
  visit(bytes_key{"client.outbound_bytes_max", 4 * kibibyte, gibibyte},
        x.outbound_bytes_max);
  visit(count_key{"client.pending_calls_max", 1, 65'536}, x.pending_calls_max);
  visit(count_key{"client.connections_max", 1, 1'000'000}, x.connections_max);
  visit(flag_key{"client.serve_page"}, x.serve_page);
  visit(list_key{"client.trusted_proxies"}, x.trusted_proxies);
  visit(flag_key{"client.proxy_protocol"}, x.proxy_protocol);
  visit(flag_key{"client.trust_forwarded_for"}, x.trust_forwarded_for);
  visit(address_key{"ops.listen"}, c.ops.listen);
  visit(text_key{"ops.token", secrecy::secret}, c.ops.token);
  visit(text_key{"ops.token_file"}, c.ops.token_file);
  visit(list_key{"ops.tokens", secrecy::secret}, c.ops.tokens);
}

template <class Config, class Visitor>
void for_each_storage_key(Config& c, Visitor& visit) {
  auto& x = c.storage;
  visit(bytes_key{"storage.reserve_bytes", 0, tebibyte}, x.reserve_bytes);
  visit(bytes_key{"storage.block_cache_bytes", mebibyte, tebibyte},
        x.block_cache_bytes);
  visit(bytes_key{"storage.memtable_bytes", mebibyte, 16 * gibibyte},
        x.memtable_bytes);
  visit(bytes_key{"storage.queue_bytes_max", mebibyte, 16 * gibibyte},
        x.queue_bytes_max);
  visit(count_key{"shards.count", 1, 4096}, c.shards.count);
}

template <class Config, class Visitor>
void for_each_cluster_key(Config& c, Visitor& visit) {
  auto& x = c.cluster;
  visit(text_key{"cluster.name"}, x.name);
  visit(text_key{"cluster.secret", secrecy::secret}, x.secret);
  visit(text_key{"cluster.secret_file"}, x.secret_file);
  visit(address_key{"cluster.listen"}, x.listen);
  visit(text_key{"cluster.advertise"}, x.advertise);
  visit(list_key{"cluster.join"}, x.join);
  visit(flag_key{"cluster.bootstrap"}, x.bootstrap);
  visit(text_key{"cluster.zone"}, x.zone);
  visit(count_key{"cluster.replicas", 1, 7}, x.replicas);
  visit(bytes_key{"cluster.catch_up_rate", mebibyte, tebibyte},
        x.catch_up_rate);
}

template <class Config, class Visitor>
void for_each_entities_key(Config& c, Visitor& visit) {
  using namespace std::chrono_literals;
  auto& x = c.entities;
  visit(count_key{"entities.max", 1, 10'000'000}, x.max);
  visit(duration_key{"entities.idle_after", 100ms, 24h}, x.idle_after);
  visit(count_key{"entities.threads", 0, 256}, x.threads);
  visit(duration_key{"entities.mailbox_warn_after", 10ms, 1h},
        x.mailbox_warn_after);
  visit(duration_key{"entities.handler_warn_after", 1ms, 1h},
        x.handler_warn_after);
}

template <class Config, class Visitor>
void for_each_auth_key(Config& c, Visitor& visit) {
  using namespace std::chrono_literals;
  constexpr std::chrono::days ten_years{3650};
  auto& x = c.auth;
  visit(duration_key{"auth.token_life", 1s, 24h}, x.token_life);
  visit(duration_key{"auth.refresh_life", 1s, ten_years}, x.refresh_life);
  visit(duration_key{"auth.refresh_grace", 0ms, 10min}, x.refresh_grace);
  visit(duration_key{"auth.key_rotation", 1s, ten_years}, x.key_rotation);
  visit(count_key{"auth.workers", 1, 64}, x.workers);
  visit(count_key{"auth.queue_max", 1, 100'000}, x.queue_max);
  visit(bytes_key{"auth.argon2.memory", 8 * kibibyte, 4 * gibibyte},
        x.argon2.memory);
  visit(count_key{"auth.argon2.passes", 1, 1000}, x.argon2.passes);
}

template <class Config, class Visitor>
void for_each_presence_key(Config& c, Visitor& visit) {
  using namespace std::chrono_literals;
  constexpr std::chrono::days a_year{365};
  visit(duration_key{"presence.offline_grace", 0ms, 10min},
        c.presence.offline_grace);
  visit(duration_key{"presence.coalesce", 0ms, 1min}, c.presence.coalesce);
  auto& x = c.redis;
  visit(list_key{"redis.addresses"}, x.addresses);
  visit(list_key{"redis.sentinels"}, x.sentinels);
  visit(list_key{"redis.master"}, x.master);
  visit(text_key{"redis.user"}, x.user);
  visit(text_key{"redis.password", secrecy::secret}, x.password);
  visit(text_key{"redis.password_file"}, x.password_file);
  visit(text_key{"redis.sentinel_user"}, x.sentinel_user);
  visit(text_key{"redis.sentinel_password", secrecy::secret},
        x.sentinel_password);
  visit(count_key{"redis.database", 0, 1'000'000}, x.database);
  visit(text_key{"redis.prefix"}, x.prefix);
  visit(duration_key{"redis.lease", 1s, 10s}, x.lease);
  visit(duration_key{"redis.retention", 1h, a_year}, x.retention);
  visit(duration_key{"redis.look_up_timeout", 100ms, 900ms}, x.look_up_timeout);
  visit(count_key{"redis.reassert_rate", 10, 1'000'000}, x.reassert_rate);
}

/// The keys of one queue. The names live only as long as the visit.
template <class Policy, class Visitor>
void for_each_key_of_queue(const std::string& queue, Policy& x,
                           Visitor& visit) {
  using namespace std::chrono_literals;
  auto named = [&](std::string_view last) {
    return "queues." + queue + "." + std::string{last};
  };
  for (auto& attribute : x.attributes) {
    const auto name = named("attributes." + attribute.name);
    visit(attribute_key{name}, attribute);
  }
  const std::string names[]
    = {named("widen"),         named("give_up"),      named("give_up_max"),
       named("met_for"),       named("same_age"),     named("away_grace"),
       named("restart_grace"), named("waiting_max"),  named("keep_for"),
       named("record_for"),    named("note_arrivals")};
  visit(widening_key{names[0], x.attributes}, x.widen);
  visit(duration_key{names[1], 1s, 24h}, x.give_up);
  visit(duration_key{names[2], 1s, 24h}, x.give_up_max);
  visit(duration_key{names[3], 0ms, 24h}, x.met_for);
  visit(duration_key{names[4], 0ms, 1h}, x.same_age);
  visit(duration_key{names[5], 0ms, 10min}, x.away_grace);
  visit(duration_key{names[6], 0ms, 10min}, x.restart_grace);
  visit(count_key{names[7], 1, 10'000'000}, x.waiting_max);
  constexpr std::chrono::days ten_years{3650};
  visit(duration_key{names[8], 0ms, ten_years}, x.keep_for);
  visit(duration_key{names[9], 1h, ten_years}, x.record_for);
  visit(flag_key{names[10]}, x.note_arrivals);
}

template <class Config, class Visitor>
void for_each_queue_key(Config& c, Visitor& visit) {
  for (auto& [name, rules] : c.queues)
    for_each_key_of_queue(name, rules, visit);
}

template <class Config, class Visitor>
void for_each_call_key(Config& c, Visitor& visit) {
  using namespace std::chrono_literals;
  visit(duration_key{"calls.ring", 1s, 10min}, c.calls.ring);
  visit(duration_key{"calls.grace", 100ms, 10min}, c.calls.grace);
  visit(list_key{"ice.stun_urls"}, c.ice.stun_urls);
  visit(list_key{"ice.turn_urls"}, c.ice.turn_urls);
  visit(text_key{"ice.turn_secrets_file"}, c.ice.turn_secrets_file);
  visit(duration_key{"ice.turn_life", 1min, 24h}, c.ice.turn_life);
}

template <class Config, class Visitor>
void for_each_moderation_key(Config& c, Visitor& visit) {
  using namespace std::chrono_literals;
  constexpr std::chrono::days ten_years{3650};
  auto& x = c.moderation;
  visit(
    count_key{"moderation.evidence_messages", 0, limits::evidence_messages_max},
    x.evidence_messages);
  visit(count_key{"moderation.ban_reporters", 0, 1000}, x.ban_reporters);
  visit(duration_key{"moderation.ban_within", 1s, ten_years}, x.ban_within);
  visit(duration_key{"moderation.ban_for", 100ms, ten_years}, x.ban_for);
  visit(duration_key{"moderation.ban_account_age", 0ms, ten_years},
        x.ban_account_age);
  visit(duration_key{"moderation.address_ban", 0ms, ten_years}, x.address_ban);
  visit(duration_key{"moderation.report_retention", 0ms, ten_years},
        x.report_retention);
  visit(text_key{"moderation.address_salt", secrecy::secret}, x.address_salt);
  visit(list_key{"moderation.words"}, x.words);
  visit(text_key{"moderation.words_action"}, x.words_action);
  visit(text_key{"moderation.hook.url"}, x.hook.url);
  visit(duration_key{"moderation.hook.timeout", 10ms, 5s}, x.hook.timeout);
  visit(text_key{"moderation.hook.on_failure"}, x.hook.on_failure);
  visit(count_key{"moderation.hook.concurrency", 1, 1000}, x.hook.concurrency);
}

template <class Config, class Visitor>
void for_each_rule_key(Config& c, Visitor& visit) {
  using namespace std::chrono_literals;
  auto& x = c.limits;
  visit(rate_key{"limits.connections_per_address"}, x.connections_per_address);
  visit(count_key{"limits.connections_per_address_max", 1, 1'000'000},
        x.connections_per_address_max);
  visit(rate_key{"limits.auth_per_address"}, x.auth_per_address);
  visit(rate_key{"limits.auth_per_user"}, x.auth_per_user);
  visit(rate_key{"limits.refresh_per_address"}, x.refresh_per_address);
  visit(rate_key{"limits.messages_per_user"}, x.messages_per_user);
  visit(rate_key{"limits.signals_per_session"}, x.signals_per_session);
  visit(rate_key{"limits.units_per_user"}, x.units_per_user);
  visit(rate_key{"limits.units_per_address"}, x.units_per_address);
  visit(count_key{"limits.http_calls_per_user_max", 1, 1'000'000},
        x.http_calls_per_user_max);
  visit(count_key{"limits.json_depth", 4, limits::json_depth_max},
        x.json_depth);
  visit(duration_key{"shutdown.timeout", 100ms, 10min}, c.shutdown.timeout);
  visit(count_key{"shutdown.accept_rate", 1, 1'000'000},
        c.shutdown.accept_rate);
  visit(level_key{"log.level"}, c.log.level);
}

/// All of them, in the order of conf/node.yaml.
template <class Config, class Visitor>
void for_each_key(Config& c, Visitor&& visit) {
  for_each_node_key(c, visit);
  for_each_listener_key(c, visit);
  for_each_storage_key(c, visit);
  for_each_cluster_key(c, visit);
  for_each_entities_key(c, visit);
  for_each_auth_key(c, visit);
  for_each_presence_key(c, visit);
  for_each_queue_key(c, visit);
  for_each_moderation_key(c, visit);
  for_each_call_key(c, visit);
  for_each_rule_key(c, visit);
}

} // namespace parley::conf
