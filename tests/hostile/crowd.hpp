#pragma once

#include "tests/hostile/client.hpp"
#include "tests/hostile/judge.hpp"
#include "tests/hostile/node_process.hpp"
#include "tests/hostile/options.hpp"
#include "tests/hostile/world.hpp"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace parley::hostile {

/// The sockets of all people: up to two sessions and an HTTP connection each.
class crowd {
public:
  crowd(bench::poller& loop, listener& told, world& seen, judge& judged,
        std::vector<std::unique_ptr<node_process>>& nodes)
    : loop_(loop), told_(told), seen_(seen), judge_(judged), nodes_(nodes) {}

  /// A new account, or a guest where there is no handle.
  result<std::uint32_t> sign_up(const std::string& handle);

  /// Opens what is closed, signing in again where a token is no good any more,
  /// and waits until it can be used. Whoever is kept out stays so.
  void gather();

  /// Hands the call to one of its caller's sockets; false where it has none.
  bool submit(call& what, std::uint64_t batch);

  void closed(client& which, int code);
  void drop_all();
  void forget_token(std::uint32_t user);

  template <class Visit>
  void for_each_session(const Visit& visit) {
    for (auto& each : sockets_)
      for (auto& session : each.sessions)
        if (session->is_open())
          visit(*session);
  }

  /// A token and what belongs to it, from an answer of /v1/auth/.
  void learn(std::uint32_t user, const boost::json::object& answer);

private:
  struct sockets {
    std::vector<std::unique_ptr<session_client>> sessions = {};
    std::unique_ptr<http_caller> http = {};
    bool needs_sign_in = false;
  };

  node_process& node_of(std::uint32_t user) const {
    return *nodes_[user % nodes_.size()];
  }
  void sign_in(std::uint32_t user);
  void open(session_client& which);
  sockets& of(std::uint32_t user);

  bench::poller& loop_;
  listener& told_;
  world& seen_;
  judge& judge_;
  std::vector<std::unique_ptr<node_process>>& nodes_;
  std::vector<sockets> sockets_ = {};
  std::set<session_client*> fresh_ = {};
};

} // namespace parley::hostile
