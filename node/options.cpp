#include "node/options.hpp"

#include "base/descriptor_limit.hpp"
#include "base/ip_network.hpp"
#include "conf/named_token.hpp"

#include <algorithm>
#include <thread>

namespace parley::node {

namespace {

/// A node's death is noticed, and its clients have found another.
constexpr std::chrono::seconds reconnect_patience{5};

/// Sockets and entities need about the same; the log hardly any.
std::size_t threads_or_half(std::uint64_t configured) {
  if (configured != 0)
    return configured;
  return std::max<std::size_t>(1, std::thread::hardware_concurrency() / 2);
}

} // namespace

storage::options storage_options(const conf::config& c) {
  storage::options to;
  to.dir = c.data_dir;
  to.reserve_bytes = c.storage.reserve_bytes;
  to.block_cache_bytes = c.storage.block_cache_bytes;
  to.memtable_bytes = c.storage.memtable_bytes;
  return to;
}

cluster::member_options member_options(const conf::config& c) {
  cluster::member_options to;
  to.cluster_name = c.cluster.name;
  to.link.listen = conf::to_string(c.cluster.listen);
  to.link.cluster_name = c.cluster.name;
  to.link.secret = c.cluster.secret;
  to.advertise = c.cluster.advertise;
  to.join = c.cluster.join;
  to.bootstrap = c.cluster.bootstrap;
  to.node_name = c.node.name;
  to.zone = c.cluster.zone;
  to.shards = static_cast<std::uint32_t>(c.shards.count);
  to.replicas = static_cast<std::uint32_t>(c.cluster.replicas);
  to.log.queue_bytes_max = c.storage.queue_bytes_max;
  to.log.catch_up_bytes_per_second = c.cluster.catch_up_rate;
  to.snapshots.bytes_per_second = c.cluster.catch_up_rate;
  return to;
}

cluster::router_options router_options(const conf::config& c) {
  cluster::router_options to;
  to.shards = static_cast<std::uint32_t>(c.shards.count);
  to.entities_max = c.entities.max;
  to.idle_after = c.entities.idle_after;
  return to;
}

actors::options actor_options(const conf::config& c) {
  actors::options to;
  to.offline_grace = c.presence.offline_grace;
  to.presence_coalesce = c.presence.coalesce;
  to.refresh_grace = c.auth.refresh_grace;
  to.refresh_life = c.auth.refresh_life;
  to.calls = {c.calls.ring, c.calls.grace};
  to.queues = c.queues;
  const auto& from = c.moderation;
  to.moderation = {static_cast<std::uint32_t>(from.evidence_messages),
                   static_cast<std::uint32_t>(from.ban_reporters),
                   from.ban_within,
                   from.ban_for,
                   from.ban_account_age,
                   from.address_ban,
                   from.report_retention};
  return to;
}

actors::watchdog_options watchdog_options(const conf::config& c) {
  return {c.entities.handler_warn_after, c.entities.mailbox_warn_after};
}

std::size_t connections_that_fit(std::size_t wish, std::size_t descriptors) {
  // RocksDB keeps up to 512 files open.
  constexpr std::size_t kept_back = 1024;
  return std::min(wish, descriptors - std::min(kept_back, descriptors / 2));
}

net::options net_options(const conf::config& c) {
  net::options to;
  to.node_name = c.node.name;
  to.client = {c.client.listen.host, c.client.listen.port};
  to.ops = {c.ops.listen.host, c.ops.listen.port};
  to.tls = {c.client.tls.certificate, c.client.tls.key};
  to.allowed_origins = c.client.allowed_origins;
  for (const auto& text : c.client.trusted_proxies)
    if (auto network = parse_ip_network(text))
      to.proxies.trusted.push_back(*network);
  to.proxies.every_peer = c.client.trust_forwarded_for;
  to.proxies.proxy_protocol = c.client.proxy_protocol;
  to.workers = threads_or_half(c.client.threads);
  to.shards = static_cast<std::uint32_t>(c.shards.count);
  to.heartbeat = c.client.heartbeat;
  to.handshake_timeout = c.client.handshake_timeout;
  to.auth_timeout = c.client.auth_timeout;
  to.idle_timeout = c.client.idle_timeout;
  to.response_timeout = c.client.response_timeout;
  to.absence_after = c.presence.offline_grace + reconnect_patience;
  to.frame_bytes_max = c.client.max_frame_bytes;
  to.body_bytes_max = c.client.max_body_bytes;
  to.outbound_bytes_max = c.client.outbound_bytes_max;
  to.pending_calls_max = c.client.pending_calls_max;
  to.connections_max
    = connections_that_fit(c.client.connections_max, descriptor_limit());
  to.json_depth = static_cast<std::uint32_t>(c.limits.json_depth);
  to.rates
    = {c.limits.connections_per_address, c.limits.connections_per_address_max,
       c.limits.auth_per_address,        c.limits.messages_per_user,
       c.limits.signals_per_session,     c.limits.refresh_per_address,
       c.limits.auth_per_user,           c.limits.units_per_user,
       c.limits.units_per_address,       c.limits.http_calls_per_user_max};
  return to;
}

net::screening_options screening_options(const conf::config& c) {
  const auto& from = c.moderation;
  net::screening_options to;
  to.words = from.words;
  to.on_word = from.words_action == "mask" ? net::word_filter::action::mask
                                           : net::word_filter::action::block;
  to.hook.url = from.hook.url;
  to.hook.timeout = from.hook.timeout;
  to.hook.concurrency = from.hook.concurrency;
  to.allow_on_failure = from.hook.on_failure == "allow";
  return to;
}

result<cluster::presence::options> presence_options(const conf::config& c) {
  cluster::presence::options to;
  to.node_name = c.node.name;
  auto read = [](const std::vector<std::string>& from,
                 std::vector<cluster::presence::address>& all) -> result<void> {
    for (const auto& text : from) {
      auto found = cluster::presence::parse_address(text);
      if (!found)
        return found.error();
      all.push_back(std::move(*found));
    }
    return {};
  };
  const auto& from = c.redis;
  if (auto done = read(from.addresses, to.servers); !done)
    return done.error();
  if (auto done = read(from.sentinels, to.sentinels); !done)
    return done.error();
  to.masters = from.master;
  to.login = {from.user, from.password};
  to.sentinel_login = {from.sentinel_user, from.sentinel_password};
  to.database = static_cast<unsigned>(from.database);
  to.prefix = from.prefix;
  to.lease = from.lease;
  to.retention = from.retention;
  to.look_up_timeout = from.look_up_timeout;
  to.reassert_rate = from.reassert_rate;
  return to;
}

net::ice_options ice_options(const conf::config& c) {
  return {c.ice.stun_urls, c.ice.turn_urls, c.ice.turn_secrets_file,
          std::chrono::duration_cast<std::chrono::seconds>(c.ice.turn_life)};
}

net::client_api_options client_api_options(const conf::config& c,
                                           std::uint64_t cluster) {
  net::client_api_options to;
  to.auth.token_life = c.auth.token_life;
  to.auth.refresh_life = c.auth.refresh_life;
  to.auth.password_cost.memory_bytes = c.auth.argon2.memory;
  to.auth.password_cost.passes = static_cast<unsigned>(c.auth.argon2.passes);
  if (c.moderation.address_ban.count() > 0)
    to.auth.address_salt = c.moderation.address_salt.empty()
                             ? std::to_string(cluster)
                             : c.moderation.address_salt;
  to.json_depth = static_cast<std::uint32_t>(c.limits.json_depth);
  to.serve_page = c.client.serve_page;
  return to;
}

std::vector<net::ops_token> ops_tokens(const conf::config& c) {
  std::vector<net::ops_token> out;
  if (!c.ops.token.empty())
    out.push_back({{}, net::ops_role::operator_, c.ops.token});
  for (const auto& text : c.ops.tokens)
    if (auto read = conf::parse_named_token(text))
      out.push_back(
        {std::move(read->name),
         read->reader ? net::ops_role::reader : net::ops_role::operator_,
         std::move(read->token)});
  return out;
}

std::string text_of(const net::endpoint& at) {
  return conf::to_string(conf::address{at.host, at.port});
}

std::size_t entity_threads(const conf::config& c) {
  return threads_or_half(c.entities.threads);
}

} // namespace parley::node
