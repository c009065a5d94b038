#include "conf/config.hpp"

#include "base/ip_network.hpp"
#include "conf/named_token.hpp"
#include "conf/origin.hpp"

#include <algorithm>

namespace parley::conf {

namespace {

constexpr std::size_t name_bytes_max = 64;
constexpr std::size_t queue_name_bytes_max = 32;
constexpr std::size_t url_bytes_max = 512;

bool is_name(std::string_view text) {
  auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'
           || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= name_bytes_max
         && std::all_of(text.begin(), text.end(), fits);
}

bool is_queue_name(std::string_view text) {
  return is_name(text) && text.size() <= queue_name_bytes_max
         && text.find('.') == std::string_view::npos;
}

bool is_redis_address(std::string_view text) {
  auto colon = text.rfind(':');
  return colon != std::string_view::npos && colon > 0
         && colon + 1 < text.size();
}

bool is_websocket_url(std::string_view text) {
  auto fits = [](char c) { return c > ' ' && c <= '~'; };
  return (text.starts_with("ws://") || text.starts_with("wss://"))
         && text.size() <= url_bytes_max
         && std::all_of(text.begin(), text.end(), fits);
}

bool is_http_url(std::string_view text) {
  constexpr std::string_view scheme = "http://";
  auto fits = [](char c) { return c > ' ' && c <= '~'; };
  return text.starts_with(scheme) && text.size() > scheme.size()
         && text[scheme.size()] != '/' && text.size() <= url_bytes_max
         && std::all_of(text.begin(), text.end(), fits);
}

bool are_redis_addresses(const std::vector<std::string>& all) {
  return std::all_of(all.begin(), all.end(), is_redis_address);
}

bool all_begin_with(const std::vector<std::string>& urls,
                    std::initializer_list<std::string_view> schemes) {
  return std::all_of(urls.begin(), urls.end(), [&](std::string_view url) {
    return std::any_of(schemes.begin(), schemes.end(), [&](auto scheme) {
      return url.starts_with(scheme) && url.size() > scheme.size();
    });
  });
}

bool is_prefix(std::string_view text) {
  auto fits = [](char c) { return c > ' ' && c <= '~'; };
  return !text.empty() && text.size() <= name_bytes_max
         && std::all_of(text.begin(), text.end(), fits);
}

void check_client(const client_config& client, std::vector<std::string>& out) {
  auto expect = [&](bool holds, const char* what) {
    if (!holds)
      out.emplace_back(what);
  };
  expect(client.tls.certificate.empty() == client.tls.key.empty(),
         "client.tls.certificate and client.tls.key come together");
  expect(client.url.empty() || is_websocket_url(client.url),
         "client.url begins with ws:// or wss:// and has 512 characters at "
         "most, none of them a blank");
  for (const auto& text : client.allowed_origins)
    if (auto good = check_origin(text); !good)
      out.push_back("client.allowed_origins: " + good.error().detail);
  for (const auto& text : client.trusted_proxies)
    if (auto network = parse_ip_network(text); !network)
      out.push_back("client.trusted_proxies: " + network.error().detail);
  expect(!client.trust_forwarded_for || client.trusted_proxies.empty(),
         "client.trusted_proxies and client.trust_forwarded_for exclude each "
         "other");
  expect(!client.proxy_protocol || !client.trusted_proxies.empty(),
         "client.proxy_protocol needs client.trusted_proxies");
}

} // namespace

match::policy usual_queue() {
  match::policy out;
  out.attributes = match::usual_attributes();
  return out;
}

std::vector<std::string> contradictions(const config& c) {
  std::vector<std::string> out;
  auto expect = [&](bool holds, const char* what) {
    if (!holds)
      out.emplace_back(what);
  };
  check_client(c.client, out);
  expect(is_name(c.node.name), "node.name has 1 to 64 characters, of a-z, 0-9, "
                               "'-', '_' and '.'");
  expect(!c.data_dir.empty(), "data_dir names a directory");
  expect(c.ops.listen.loopback() || !c.ops.token.empty()
           || !c.ops.tokens.empty(),
         "ops.token must be set where ops.listen is not on loopback");
  for (const auto& text : c.ops.tokens)
    if (auto token = parse_named_token(text); !token)
      out.push_back("each of ops.tokens " + token.error().detail);
  expect(c.auth.refresh_life >= c.auth.token_life,
         "auth.refresh_life is at least auth.token_life");
  const auto& cluster = c.cluster;
  expect(cluster.name.empty() || is_name(cluster.name),
         "cluster.name has 1 to 64 characters, of a-z, 0-9, '-', '_' and '.'");
  expect(cluster.name.empty() || cluster.secret.size() >= 16,
         "cluster.secret has at least 16 characters");
  expect(!cluster.name.empty() || (cluster.join.empty() && !cluster.bootstrap),
         "cluster.join and cluster.bootstrap need cluster.name");
  const auto& redis = c.redis;
  expect(are_redis_addresses(redis.addresses)
           && are_redis_addresses(redis.sentinels),
         "redis.addresses and redis.sentinels are HOST:PORT or unix:PATH");
  expect(redis.addresses.empty() || redis.sentinels.empty(),
         "redis.addresses and redis.sentinels exclude each other");
  expect(redis.sentinels.empty() == redis.master.empty(),
         "redis.sentinels and redis.master come together");
  for (const auto& [name, rules] : c.queues)
    if (auto good = match::check(rules); !good)
      out.push_back("queues." + name + ": " + good.error().field + ": "
                    + good.error().detail);
    else if (!is_queue_name(name))
      out.push_back("queues." + name
                    + ": a queue's name has 1 to 32 of a-z, "
                      "0-9, '-' and '_'");
  const auto& moderation = c.moderation;
  expect(moderation.words_action == "block"
           || moderation.words_action == "mask",
         "moderation.words_action is block or mask");
  expect(moderation.hook.on_failure == "allow"
           || moderation.hook.on_failure == "refuse",
         "moderation.hook.on_failure is allow or refuse");
  expect(moderation.hook.url.empty() || is_http_url(moderation.hook.url),
         "moderation.hook.url begins with http:// and a host, and has 512 "
         "characters at most, none of them a blank");
  expect(is_prefix(redis.prefix), "redis.prefix has 1 to 64 characters, none "
                                  "of them a blank");
  const auto& ice = c.ice;
  expect(all_begin_with(ice.stun_urls, {"stun:", "stuns:"}),
         "ice.stun_urls begin with stun: or stuns:");
  expect(all_begin_with(ice.turn_urls, {"turn:", "turns:"}),
         "ice.turn_urls begin with turn: or turns:");
  expect(ice.turn_urls.empty() == ice.turn_secrets_file.empty(),
         "ice.turn_urls and ice.turn_secrets_file come together");
  return out;
}

} // namespace parley::conf
