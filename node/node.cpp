#include "node/node.hpp"

#include "actors/factories.hpp"
#include "actors/retention.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "net/api/client_api.hpp"
#include "net/api/ops_api.hpp"
#include "net/server.hpp"
#include "node/arrival_log.hpp"
#include "node/cluster_operations.hpp"
#include "node/drainer.hpp"
#include "node/housekeeper.hpp"
#include "node/neighbours.hpp"
#include "node/node_file.hpp"
#include "node/node_operations.hpp"
#include "node/options.hpp"
#include "node/presence_feed.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <optional>
#include <thread>
#include <unistd.h>
#include <utility>

namespace parley::node {

namespace {

constexpr std::chrono::milliseconds chore_interval{200};
constexpr std::chrono::seconds join_patience{30};
constexpr std::chrono::milliseconds join_poll{10};
constexpr std::chrono::seconds expelled_grace{10};
// For telling Redis that this node is gone, which it would notice anyway.
constexpr std::chrono::milliseconds leave_patience{500};

/// Measured: with the default an actor starved others for seconds, and work
/// stealing keeps idle cores busy.
caf::actor_system_config& configure(caf::actor_system_config& cfg,
                                    std::size_t threads) {
  cfg.set("scheduler.policy", caf::atom("sharing"));
  cfg.set("scheduler.max-threads", threads);
  cfg.set("scheduler.max-throughput", std::size_t{50});
  return cfg;
}

} // namespace

/// In the order of starting; destroyed in the reverse.
struct node::parts {
  parts(conf::config c, std::unique_ptr<storage::store> opened,
        std::unique_ptr<cluster::member> joined,
        cluster::presence::options presence,
        std::unique_ptr<net::ice_servers> known_ice,
        std::unique_ptr<net::screening> looks)
    : with(std::move(c)),
      db(std::move(opened)),
      member(std::move(joined)),
      screen(std::move(looks)),
      keys(auth::key_ring{}),
      dog(watchdog_options(with)),
      roster(std::move(presence), system_clock()),
      feed(roster, system_clock()),
      way(net_options(with).workers),
      others(*member, *db),
      out(way, member->self(), others.links()),
      arrivals(with.data_dir),
      system(configure(system_config, entity_threads(with))),
      services{system_clock(),      out,       router,      trace, dog,
               actor_options(with), &arrivals, screen.get()},
      router(system, member->log(), others, actors::factories(services),
             router_options(with)),
      retention(services, member->log(),
                static_cast<std::uint32_t>(with.shards.count)),
      operations(with, *db, *member, router, trace, keys, roster),
      cluster_desk(with, *member),
      leave(*member, with.shutdown.accept_rate, with.client.url),
      limits(net_options(with).rates),
      ice(std::move(known_ice)),
      ops_api(ops_tokens(with), operations, cluster_desk) {}

  result<void> join();
  result<void> listen();
  void announce();
  void do_chores();
  /// Sets the gauges that nobody sets when something happens.
  void measure();
  void leave_for_good(const std::string& why);

  const conf::config with;
  std::unique_ptr<storage::store> db;
  std::unique_ptr<cluster::member> member;
  std::unique_ptr<net::screening> screen;
  net::signing_keys keys;
  actors::message_trace trace;
  actors::watchdog dog;
  cluster::presence::roster roster;
  presence_feed feed;
  net::gateway way;
  neighbours others;
  remote_gateway out;
  arrival_log arrivals;
  caf::actor_system_config system_config;
  caf::actor_system system;
  actors::services services;
  cluster::router router;
  actors::retention retention;
  node_operations operations;
  cluster_operations cluster_desk;
  drainer leave;
  std::atomic<bool> stopping = false;
  net::rate_limits limits;
  const std::unique_ptr<net::ice_servers> ice;
  std::unique_ptr<net::auth_workers> workers;
  std::unique_ptr<net::client_api> client_api;
  net::ops_api ops_api;
  std::unique_ptr<net::server> network;
  std::optional<steady_clock::time_point> expelled_at;
  std::unique_ptr<housekeeper> chores;
};

node::node(std::unique_ptr<parts> p) : parts_(std::move(p)) {}

node::~node() = default;

/// Until tokens can be checked, for which the node must have the map.
result<void> node::parts::join() {
  others.connect(services, out, keys);
  member->run(others);
  auto deadline = steady_clock::now() + join_patience;
  while (!keys.now()->signer()) {
    if (steady_clock::now() >= deadline)
      return error{errc::unavailable,
                   "the cluster does not answer: a majority of its nodes must "
                   "be there, and "
                     + std::to_string(member->others().size())
                     + " others can be reached; cluster.secret, cluster.name "
                       "and the addresses must be as theirs"};
    operations.rotate_old_keys();
    member->tick();
    std::this_thread::sleep_for(join_poll);
  }
  return {};
}

result<void> node::parts::listen() {
  workers = std::make_unique<net::auth_workers>(with.auth.workers,
                                                with.auth.queue_max);
  auto api
    = net::client_api::make(client_api_options(with, member->map()->cluster),
                            keys, *workers, limits, *ice, system_clock());
  if (!api)
    return api.error();
  client_api = std::move(*api);
  auto listening = net_options(with);
  listening.node = member->self();
  if (listening.connections_max < with.client.connections_max)
    log::warning("connections_max_lowered",
                 {{"wished", with.client.connections_max},
                  {"possible", listening.connections_max},
                  {"why", "too few file descriptors (LimitNOFILE)"}});
  auto started = net::server::start(listening,
                                    {router, trace, limits, feed,
                                     [this] { return keys.now(); }, *ice,
                                     *client_api, ops_api},
                                    way);
  if (!started)
    return started.error();
  network = std::move(*started);
  operations.serving(*network);
  others.serve(*network);
  leave.look(*network);
  member->serves_clients_at(text_of(network->client_address()));
  // A node that can be reached shows all it measures.
  measure();
  chores
    = std::make_unique<housekeeper>(chore_interval, [this] { do_chores(); });
  return {};
}

void node::parts::announce() {
  node_file file{with.node.name, text_of(network->client_address()),
                 text_of(network->ops_address()), long{getpid()},
                 member->address()};
  if (auto written = write_node_file(with.data_dir, file); !written)
    log::warning("node_file_not_written", {{"why", written.error().detail}});
  log::info("ready", {{"node", file.node},
                      {"client", file.client},
                      {"ops", file.ops},
                      {"pid", file.pid},
                      {"version", version()}});
}

void node::parts::do_chores() {
  dog.look();
  router.sweep(steady_clock::now());
  member->tick();
  others.tell_doubtful();
  if (auto why = others.expulsion())
    leave_for_good(*why);
  else if (!stopping)
    leave.look(*network);
  limits.sweep();
  operations.rotate_old_keys();
  db->look_at_space();
  retention.step();
  measure();
}

void node::parts::measure() {
  cluster_desk.measure();
  for (auto kind :
       {cluster::entity_kind::user, cluster::entity_kind::conversation,
        cluster::entity_kind::directory, cluster::entity_kind::queue,
        cluster::entity_kind::moderation})
    metrics::gauge("entities_live", "Entities in memory.",
                   {{"kind", std::string{to_string(kind)}}})
      .Set(static_cast<double>(router.live(kind)));
}

/// Refuses everybody, for so long that whoever spreads clients over the nodes
/// sees it, and ends the process.
void node::parts::leave_for_good(const std::string& why) {
  auto now = steady_clock::now();
  if (!expelled_at) {
    expelled_at = now;
    operations.expelled(why);
    network->turn_away(true);
    network->send_away(leave.all_leave(network->sessions()));
    return;
  }
  if (stopping || now - *expelled_at < expelled_grace)
    return;
  stopping = true;
  kill(getpid(), SIGTERM);
}

result<std::unique_ptr<node>> node::start(conf::config with) {
  log::set_level(with.log.level);
  metrics::gauge("parley_build_info", "The version that runs; always 1.",
                 {{"version", std::string{version()}}})
    .Set(1);
  auto db = storage::store::open(storage_options(with));
  if (!db)
    return db.error();
  auto member = cluster::member::open(**db, member_options(with));
  if (!member)
    return member.error();
  auto presence = presence_options(with);
  if (!presence)
    return presence.error();
  presence->node = (*member)->self();
  auto ice = net::ice_servers::open(ice_options(with));
  if (!ice)
    return ice.error();
  auto screen = net::screening::make(screening_options(with));
  if (!screen)
    return screen.error();
  auto p = std::make_unique<parts>(std::move(with), std::move(*db),
                                   std::move(*member), std::move(*presence),
                                   std::move(*ice), std::move(*screen));
  auto ready = p->join();
  if (ready)
    ready = p->listen();
  if (!ready) {
    p->router.stop(steady_clock::now() + p->with.shutdown.timeout);
    p->member->stop();
    return ready.error();
  }
  p->announce();
  return std::unique_ptr<node>{new node{std::move(p)}};
}

result<void> node::reload() {
  auto tls = parts_->network->reload_tls();
  auto ice = parts_->ice->reload();
  return tls ? ice : tls;
}

bool node::stop() {
  auto& p = *parts_;
  auto timeout = p.with.shutdown.timeout;
  auto deadline = steady_clock::now() + timeout;
  p.operations.draining();
  p.stopping = true;
  p.member->hand_over();
  log::info("draining", {{"sessions", p.network->sessions()}});
  auto how = p.leave.all_leave(p.network->sessions());
  how.window = std::clamp<std::chrono::milliseconds>(
    how.window, std::chrono::milliseconds{100}, timeout * 6 / 10);
  p.network->stop_listening();
  p.network->send_away(how);
  auto sent_away = deadline - timeout / 4;
  while (p.network->sessions() > 0 && steady_clock::now() < sent_away)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  p.chores.reset();
  auto at_rest = p.router.stop(deadline);
  if (p.screen)
    p.screen->stop();
  p.network->stop(deadline);
  p.roster.leave(std::min(leave_patience,
                          std::chrono::duration_cast<std::chrono::milliseconds>(
                            deadline - steady_clock::now())));
  p.workers.reset();
  p.member->stop();
  remove_node_file(p.with.data_dir);
  log::info("stopped", {{"at_rest", at_rest}});
  return at_rest;
}

std::optional<std::string> node::expulsion() const {
  return parts_->others.expulsion();
}

} // namespace parley::node
