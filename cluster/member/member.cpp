#include "cluster/member/member.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "cluster/member/member_impl.hpp"

#include <array>
#include <future>
#include <random>
#include <thread>
#include <utility>

namespace parley::cluster {

using namespace std::chrono_literals;

namespace {

constexpr auto join_patience = 30s;
constexpr auto join_pause = 300ms;
// Nodes that start together need some time.
constexpr auto reach_patience = 5s;
constexpr std::size_t named_max = 8;
constexpr auto handover_patience = 1500ms;

std::string identity_key() {
  return storage::meta_key("cluster", "self");
}

/// Of several refusals the heaviest is told: one for good before one of a
/// member that cannot now, and that before one of nobody.
int weight(const error& why) {
  if (why.code == errc::io_failed)
    return 0;
  return why.code == errc::unavailable ? 1 : 2;
}

std::uint64_t random_id() {
  std::random_device source;
  return std::uint64_t{source()} << 32 | source();
}

} // namespace

member::impl::~impl() {
  copies.reset();
  if (net)
    net->stop();
  // What is still queued uses it.
  if (log)
    log->stop();
  log.reset();
}

std::string member::impl::own_address() const {
  if (!opts.advertise.empty())
    return opts.advertise;
  return net ? net->address() : std::string{};
}

result<void> member::impl::keep_identity(storage::write_batch& batch) {
  batch.put(identity_key(), encode(self));
  return db.write(batch, storage::durability::synced);
}

result<void> member::impl::fits_shards() const {
  if (self.shards == opts.shards)
    return {};
  return error{errc::bad_config, "shards.count is "
                                   + std::to_string(opts.shards)
                                   + ", but the cluster was made with "
                                   + std::to_string(self.shards)
                                   + " shards, which can't be changed"};
}

result<void> member::impl::identify() {
  auto row = db.get(identity_key());
  if (!row)
    return row.error();
  if (*row) {
    auto known = decode_admission(**row);
    if (!known)
      return known.error();
    self = std::move(*known);
    if (auto still = is_still_member(); !still)
      return still;
    return fits_shards();
  }
  if (!clustered())
    return found_cluster();
  if (opts.bootstrap) {
    // A setting that was left behind must not begin a second cluster beside
    // the first.
    result<void> joined = error{errc::io_failed, "nobody to ask"};
    if (!opts.join.empty())
      joined = join();
    auto nobody = !joined && joined.error().code == errc::io_failed;
    return nobody ? found_cluster() : joined;
  }
  if (opts.join.empty())
    return error{errc::bad_config,
                 "this node is new: set cluster.join to the address of a "
                 "member, or cluster.bootstrap to begin a cluster"};
  return join();
}

/// What the map on this disk says, which may be old.
result<void> member::impl::is_still_member() const {
  auto known = cluster_map::read(db, self.shards);
  if (!known)
    return known.error();
  const auto* row = known->find(self.node);
  if (!row || row->state != node_state::removed)
    return {};
  return error{errc::bad_config, removed_words};
}

result<void> member::impl::found_cluster() {
  self = {1, random_id(), opts.shards, opts.replicas, {{1, own_address()}}};
  if (auto made = create_groups(db, opts.shards, self.node); !made)
    return made;
  node_row row{self.node, opts.node_name, own_address(),
               {},        opts.zone,      node_state::up};
  storage::write_batch batch;
  batch.add(first_rows(self.cluster, opts.replicas, row, opts.shards));
  return keep_identity(batch);
}

result<std::string> member::impl::ask(const std::string& address,
                                      std::string bytes) {
  std::promise<result<std::string>> answer;
  auto got = answer.get_future();
  net->request(address, std::move(bytes), 5s, [&](result<std::string> what) {
    answer.set_value(std::move(what));
  });
  return got.get();
}

result<void> member::impl::take_admission(std::string_view bytes) {
  auto admitted = decode_admission(bytes);
  if (!admitted)
    return admitted.error();
  self = std::move(*admitted);
  if (auto fits = fits_shards(); !fits)
    return fits;
  storage::write_batch batch;
  disk_log{db, meta_shard}.put(batch, replica_position{});
  return keep_identity(batch);
}

/// Asks all of the addresses, and whomever they name. Gives up at once where
/// somebody refuses for good and nobody takes us, soon where nobody can be
/// reached, and after a while where a member answers that it cannot now.
result<void> member::impl::join() {
  auto request = encode(control_request{
    admission_request{opts.node_name, own_address(), opts.zone, opts.shards}});
  auto began = steady_clock::now();
  auto answers = false;
  for (;;) {
    error worst{errc::io_failed, "no address"};
    auto addresses = opts.join;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      auto answer = ask(addresses[i], request);
      if (answer)
        return take_admission(*answer);
      const auto& why = answer.error();
      if (weight(why) >= weight(worst))
        worst = why;
      answers = answers || why.code == errc::unavailable;
      // Whoever does not own the map names the one who does.
      if (why.code == errc::unavailable && !why.field.empty()
          && addresses.size() < opts.join.size() + named_max)
        addresses.push_back(why.field);
    }
    auto patience = answers ? join_patience : reach_patience;
    if (weight(worst) == 2 || steady_clock::now() >= began + patience)
      return error{worst.code, "could not join the cluster of cluster.join: "
                                 + worst.detail};
    std::this_thread::sleep_for(join_pause);
  }
}

void member::impl::resign_all() {
  auto until = steady_clock::now() + handover_patience;
  while (steady_clock::now() < until) {
    std::promise<std::size_t> left;
    log->post([&](log_engine::inside& at) {
      std::size_t count = 0;
      for (auto* r : at.all()) {
        auto& core = r->core();
        if (core.current().role != raft::role::leader
            || core.config().voters.size() < 2)
          continue;
        ++count;
        auto now = boot_clock_ms();
        if (auto heir = core.heir(now); heir != 0)
          (void)core.transfer_to(heir, now);
      }
      left.set_value(count);
    });
    if (left.get_future().get() == 0)
      return;
    std::this_thread::sleep_for(20ms);
  }
}

std::vector<node_id> member::impl::others() const {
  std::lock_guard guard{mutex};
  return {reachable.begin(), reachable.end()};
}

bool member::impl::reaches(node_id node) const {
  std::lock_guard guard{mutex};
  return node == self.node || reachable.contains(node);
}

std::shared_ptr<const cluster_map> member::impl::current_map() const {
  std::lock_guard guard{mutex};
  return map;
}

member::member(std::unique_ptr<impl> i) : impl_(std::move(i)) {}

member::~member() = default;

result<std::unique_ptr<member>>
member::open(storage::store& db, const member_options& opts,
             std::unique_ptr<link::network> net) {
  auto i = std::make_unique<impl>(db, opts);
  i->net = std::move(net);
  if (i->clustered() && !i->net) {
    auto made = link::links::open(opts.link);
    if (!made)
      return made.error();
    i->net = std::move(*made);
  }
  if (auto known = i->identify(); !known)
    return known.error();
  auto log = log_engine::open(db, i->self.node, opts.shards, opts.log);
  if (!log)
    return log.error();
  i->log = std::move(*log);
  i->owners.resize(opts.shards);
  i->updates = std::make_unique<map_updates>(*i->log, opts.shards);
  i->verify = std::make_unique<verifier>(
    [inside = i.get()](const auto& what) { return inside->ask_owner(what); },
    [inside = i.get()](node_id node) { return inside->reaches(node); });
  i->reader = std::make_unique<scrubber>(scrub_options{});
  i->arriving = std::make_unique<snapshot_receiver>(
    db, opts.snapshots, [inside = i.get()](node_id to, std::string_view bytes) {
      (void)inside->net->send(to, link::urgency::normal, channel::snapshots,
                              bytes);
    });
  return std::unique_ptr<member>{new member{std::move(i)}};
}

node_id member::self() const {
  return impl_->self.node;
}

log_engine& member::log() {
  return *impl_->log;
}

void member::run(member_listener& to) {
  auto& i = *impl_;
  i.listener = &to;
  if (i.net) {
    i.copies = std::make_unique<snapshot_sender>(
      i.db, i.opts.snapshots,
      [&i](node_id node, std::string_view part) {
        return i.net->send(node, link::urgency::bulk, channel::snapshots, part);
      },
      [&i](shard_id shard, node_id node, raft::position upto) {
        i.log->post([shard, node, upto](log_engine::inside& at) {
          if (auto* r = at.find(shard))
            r->core().snapshot_sent(node, upto, false);
        });
      });
    i.net->start({i.self.node, i.self.cluster}, i);
  }
  i.refresh_map();
  i.log->run(i);
}

void member::hand_over() {
  auto& i = *impl_;
  if (!i.net)
    return;
  for (auto node : others())
    (void)i.net->send(node, link::urgency::urgent, channel::leaving,
                      std::string_view{});
  i.resign_all();
}

void member::stop() {
  auto& i = *impl_;
  // Links and log may still call on those that end first, to no avail.
  if (i.net)
    i.net->stop();
  i.log->stop();
  for (auto& what : i.take_unfulfilled())
    what.then(error{errc::unavailable, "the node stops"});
  i.reader.reset();
  i.copies.reset();
}

bool member::send(node_id to, std::uint8_t tag, std::string_view bytes) {
  if (!impl_->net)
    return false;
  auto head = static_cast<char>(tag);
  std::array<std::string_view, 2> pieces{std::string_view{&head, 1}, bytes};
  return impl_->net->send(to, link::urgency::normal, channel::entities, pieces);
}

void member::change_here(change_rule what,
                         std::function<void(result<void>)> then) {
  impl_->change_here(std::move(what), std::move(then));
}

bool member::owns_map() const {
  return impl_->log->term(meta_shard) != 0;
}

node_sight member::sight() const {
  return impl_->sight();
}

std::vector<node_id> member::others() const {
  return impl_->others();
}

std::shared_ptr<const cluster_map> member::map() const {
  return impl_->current_map();
}

shard_owner member::owner_of(shard_id shard) const {
  std::lock_guard guard{impl_->mutex};
  if (shard == meta_shard)
    return impl_->map_owner.owner;
  return shard < impl_->owners.size() ? impl_->owners[shard].owner
                                      : shard_owner{};
}

std::string member::address() const {
  return impl_->net ? impl_->net->address() : std::string{};
}

std::vector<link::link_info> member::links() const {
  return impl_->net ? impl_->net->list() : std::vector<link::link_info>{};
}

void member::report(const node_report& now) {
  impl_->report(now);
}

std::map<node_id, node_report> member::reports() const {
  std::lock_guard guard{impl_->mutex};
  return impl_->reports;
}

void member::serves_clients_at(std::string address) {
  impl_->log->post([i = impl_.get(), address = std::move(address)](auto&) {
    i->client_address = address;
  });
}

void member::change(const map_change& what,
                    std::function<void(result<void>)> then) {
  impl_->change(what, std::move(then));
}

void member::list(std::function<void(std::vector<replica_info>)> then) {
  impl_->log->post([then = std::move(then)](log_engine::inside& at) {
    std::vector<replica_info> out;
    for (auto* r : at.all())
      out.push_back({r->shard(), r->core().current(), r->core().config(),
                     r->position().applied.index, r->core().committed(),
                     r->core().peers()});
    then(std::move(out));
  });
}

void member::tick() {
  impl_->log->post(
    [i = impl_.get()](log_engine::inside& at) { i->do_duty(at); });
}

} // namespace parley::cluster
