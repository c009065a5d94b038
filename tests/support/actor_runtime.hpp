#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>

#include <cstddef>

namespace parley::test {

/// An actor system of two threads, set up as a node's.
class actor_runtime {
public:
  caf::actor_system& system() {
    return system_;
  }

private:
  struct config : caf::actor_system_config {
    config() {
      set("scheduler.policy", caf::atom("sharing"));
      set("scheduler.max-threads", std::size_t{2});
      set("scheduler.max-throughput", std::size_t{50});
    }
  };

  config config_;
  caf::actor_system system_{config_};
};

} // namespace parley::test
