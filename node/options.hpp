#pragma once

#include "actors/services.hpp"
#include "auth/password.hpp"
#include "cluster/member/member.hpp"
#include "cluster/presence/options.hpp"
#include "cluster/router.hpp"
#include "conf/config.hpp"
#include "net/api/client_api.hpp"
#include "net/api/ops_caller.hpp"
#include "net/ice_servers.hpp"
#include "net/options.hpp"
#include "net/screen/screening.hpp"
#include "storage/options.hpp"

#include <string>
#include <vector>

/// What each folder is to know of the configuration.
namespace parley::node {

storage::options storage_options(const conf::config& c);
cluster::router_options router_options(const conf::config& c);
actors::options actor_options(const conf::config& c);
actors::watchdog_options watchdog_options(const conf::config& c);
net::options net_options(const conf::config& c);

/// So many of `wish` connections as there are descriptors for: some are kept
/// for the store, the other nodes and operators.
std::size_t connections_that_fit(std::size_t wish, std::size_t descriptors);

net::screening_options screening_options(const conf::config& c);
cluster::member_options member_options(const conf::config& c);
/// All but the node's number. `bad_config` where an address is none.
result<cluster::presence::options> presence_options(const conf::config& c);
net::ice_options ice_options(const conf::config& c);
/// `cluster`: the number that the cluster drew when it began.
net::client_api_options client_api_options(const conf::config& c,
                                           std::uint64_t cluster);

/// Who may ask for what on the operators' listener.
std::vector<net::ops_token> ops_tokens(const conf::config& c);

/// "HOST:PORT", as in the configuration.
std::string text_of(const net::endpoint& at);

/// Threads for entities: as configured, or half of the cores.
std::size_t entity_threads(const conf::config& c);

} // namespace parley::node
