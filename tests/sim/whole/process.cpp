#include "tests/sim/whole/process.hpp"

#include "actors/factories.hpp"
#include "actors/type_ids.hpp"
#include "cluster/member/control.hpp"
#include "cluster/member/placement.hpp"
#include "tests/sim/whole/fabric.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace parley::sim {

namespace {

using caf_time = caf::detail::test_actor_clock::time_point;

/// What may be shared by all nodes: nothing is decided by it.
actors::message_trace& trace() {
  static actors::message_trace instance;
  return instance;
}

actors::watchdog& dog() {
  static actors::watchdog instance{
    {std::chrono::hours{1}, std::chrono::hours{1}}};
  return instance;
}

caf::actor_system_config& configure(caf::actor_system_config& cfg) {
  cfg.set("scheduler.policy", caf::atom("testing"));
  return cfg;
}

actors::options actor_options(const process_options& from) {
  actors::options o{std::chrono::milliseconds{500},
                    std::chrono::milliseconds{50},
                    std::chrono::milliseconds{20}};
  o.queues = from.queues;
  return o;
}

/// Lets the tests see when the next timeout is due.
struct open_clock : caf::detail::test_actor_clock {
  static const schedule_map& of(caf::detail::test_actor_clock& clock) {
    return clock.*(&open_clock::schedule_);
  }
};

std::vector<node_id> holders(cluster::shard_id shard, node_id nodes,
                             std::uint32_t replicas) {
  std::vector<node_id> out;
  for (std::uint32_t i = 0; i < std::min<std::uint32_t>(nodes, replicas); ++i)
    out.push_back((shard + i) % nodes + 1);
  std::sort(out.begin(), out.end());
  return out;
}

} // namespace

/// Where the answers to sessions arrive.
class process::desk final : public actors::gateway {
public:
  explicit desk(session_sink& to) : to_(&to) {}

  void close_down() {
    to_ = nullptr;
  }

  void answer(const actors::call_address& to,
              result<actors::reply> what) override {
    if (to_)
      to_->answered(to.call, std::move(what));
  }

  void publish(actors::publication what) override {
    if (to_)
      to_->told(what);
  }

  void publish(actors::presence_change) override {}
  void subscribe(node_id, session_id, const conversation_id&, seq) override {}
  void unsubscribe(node_id, session_id, const conversation_id&) override {}
  void tell(node_id, session_id, actors::signal) override {}

  void tell(actors::settings_notice) override {}

  void tell(actors::match_notice what) override {
    if (to_)
      to_->told(what);
  }

  void close(node_id, session_id, actors::close_reason) override {}
  void silence(node_id, session_id, timestamp_ms) override {}

private:
  session_sink* to_;
};

result<void> process::found(storage::store& db, node_id self,
                            const process_options& opts) {
  auto known = cluster::disk_log{db, cluster::meta_shard}.find();
  if (!known)
    return known.error();
  if (*known)
    return {};
  const auto& m = opts.member;
  cluster::admission who{self, 1, m.shards, m.replicas, {}};
  storage::write_set rows;
  cluster::cluster_map map;
  for (node_id n = 1; n <= opts.nodes; ++n) {
    cluster::node_row row{n,  address_of(n),          address_of(n), {},
                          {}, cluster::node_state::up};
    who.members.push_back({n, row.address});
    map.nodes.emplace(n, row);
    if (n == 1)
      rows = cluster::first_rows(1, m.replicas, row, m.shards);
    else
      cluster::put(rows, row);
  }
  storage::write_batch batch;
  cluster::replica_position at;
  for (std::uint32_t i = 0; i < m.shards; ++i) {
    auto shard = static_cast<cluster::shard_id>(i);
    auto nodes = holders(shard, opts.nodes, m.replicas);
    cluster::put(rows, shard, {nodes, nodes});
    at.members.voters = nodes;
    if (std::count(nodes.begin(), nodes.end(), self) != 0)
      cluster::disk_log{db, shard}.put(batch, at);
  }
  at.members.voters = cluster::map_voters(map);
  cluster::disk_log{db, cluster::meta_shard}.put(batch, at);
  batch.add(rows);
  batch.put(storage::meta_key("cluster", "self"), encode(who));
  return db.write(batch, storage::durability::synced);
}

result<std::unique_ptr<process>>
process::start(std::unique_ptr<storage::store> db, node_id self,
               std::unique_ptr<link::network> net, const process_options& opts,
               session_sink& sessions) {
  if (auto made = found(*db, self, opts); !made)
    return made.error();
  auto joined = cluster::member::open(*db, opts.member, std::move(net));
  if (!joined)
    return joined.error();
  std::unique_ptr<process> p{
    new process{std::move(db), self, std::move(*joined), opts, sessions}};
  p->others_.connect(p->services_, p->out_, p->keys_);
  p->member_->run(p->others_);
  return p;
}

process::process(std::unique_ptr<storage::store> db, node_id self,
                 std::unique_ptr<cluster::member> member,
                 const process_options& opts, session_sink& sessions)
  : db_(std::move(db)),
    member_(std::move(member)),
    keys_(auth::key_ring{}),
    desk_(std::make_unique<desk>(sessions)),
    others_(*member_, *db_),
    out_(*desk_, self, others_.links()),
    log_(member_->log(), opts.bug),
    system_(configure(config_)),
    services_{system_clock(), out_,  router_,
              trace(),        dog(), actor_options(opts)},
    router_(system_,
            opts.bug == whole_bug::none
              ? static_cast<cluster::shard_log&>(member_->log())
              : log_,
            others_, factories(), opts.router) {}

process::~process() {
  desk_->close_down();
  // Whatever is sent to entities from now on is dropped.
  router_.stop({});
  for (auto& e : entities_)
    caf::anon_send_exit(e, caf::exit_reason::kill);
  while (scheduler().try_run_once()) {
  }
  member_->stop();
  while (scheduler().try_run_once()) {
  }
}

/// As they are, but remembered.
std::vector<cluster::entity_factory> process::factories() {
  auto all = actors::factories(services_);
  for (auto& each : all)
    each = [this, real = std::move(each)](caf::actor_system& system,
                                          const cluster::entity_key& key,
                                          const cluster::entity_home& home) {
      return entities_.emplace_back(real(system, key, home));
    };
  return all;
}

caf::scheduler::test_coordinator& process::scheduler() {
  return static_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
}

void process::run_one(dice& random) {
  auto& jobs = scheduler().jobs;
  if (jobs.empty())
    return;
  auto which = random.between(0, static_cast<std::int64_t>(jobs.size()) - 1);
  std::rotate(jobs.begin(), jobs.begin() + which, jobs.begin() + which + 1);
  scheduler().run_once();
}

void process::advance(std::int64_t boot_us) {
  caf_time to{std::chrono::microseconds{boot_us}};
  auto& clock = scheduler().clock();
  if (to > clock.current_time)
    clock.advance_time(to - clock.current_time);
}

std::int64_t process::next_timeout_us() {
  const auto& schedule = open_clock::of(scheduler().clock());
  if (schedule.empty())
    return -1;
  return std::chrono::duration_cast<std::chrono::microseconds>(
           schedule.begin()->first.time_since_epoch())
           .count()
         + 1;
}

void process::do_chores() {
  router_.sweep(steady_clock::now());
  member_->tick();
  (void)db_->look_at_space();
}

} // namespace parley::sim
