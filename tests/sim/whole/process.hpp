#pragma once

#include "actors/gateway.hpp"
#include "actors/services.hpp"
#include "cluster/member/member.hpp"
#include "cluster/router.hpp"
#include "net/signing_keys.hpp"
#include "node/neighbours.hpp"
#include "tests/sim/dice.hpp"
#include "tests/sim/whole/tampered_log.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace parley::sim {

struct process_options {
  cluster::member_options member;
  cluster::router_options router;
  /// All nodes, for a disk that is new.
  node_id nodes = 3;
  whole_bug bug = whole_bug::none;
  /// Where strangers meet, by name.
  std::map<std::string, match::policy> queues = {};
};

/// What sessions would be told.
class session_sink {
public:
  virtual ~session_sink() = default;

  virtual void answered(std::uint64_t call, result<actors::reply> what) = 0;
  virtual void told(const actors::publication& what) = 0;
  virtual void told(const actors::match_notice& what) = 0;
};

/// A node's process but for its sockets: the composition of `node`, driven
/// from outside, one step at a time, by one thread.
class process {
public:
  /// Finds what is on the disk of the store; a new one gets the rows of a
  /// cluster of which this node has always been a member.
  static result<std::unique_ptr<process>>
  start(std::unique_ptr<storage::store> db, node_id self,
        std::unique_ptr<cluster::link::network> net,
        const process_options& opts, session_sink& sessions);

  /// Ends it as a crash does: nobody hears anything of it any more.
  ~process();

  process(const process&) = delete;
  process& operator=(const process&) = delete;

  cluster::router& router() {
    return router_;
  }

  cluster::member& member() const {
    return *member_;
  }

  cluster::log_engine& log() const {
    return member_->log();
  }

  const storage::store& db() const {
    return *db_;
  }

  /// Whether an actor has something to do.
  bool has_job() {
    return scheduler().has_job();
  }

  /// Lets one of the actors that can run do so.
  void run_one(dice& random);

  /// It is so late, by this machine's clock. When the next timeout of an actor
  /// is due: below 0 if there is none.
  void advance(std::int64_t boot_us);
  std::int64_t next_timeout_us();

  /// What a node does a few times a second.
  void do_chores();

private:
  class desk;

  process(std::unique_ptr<storage::store> db, node_id self,
          std::unique_ptr<cluster::member> member, const process_options& opts,
          session_sink& sessions);

  static result<void> found(storage::store& db, node_id self,
                            const process_options& opts);

  caf::scheduler::test_coordinator& scheduler();
  std::vector<cluster::entity_factory> factories();

  // In the order of starting.
  std::unique_ptr<storage::store> db_;
  std::unique_ptr<cluster::member> member_;
  net::signing_keys keys_;
  std::unique_ptr<desk> desk_;
  node::neighbours others_;
  node::remote_gateway out_;
  tampered_log log_;
  caf::actor_system_config config_;
  caf::actor_system system_;
  /// All that were started.
  std::vector<caf::actor> entities_;
  actors::services services_;
  cluster::router router_;
};

} // namespace parley::sim
