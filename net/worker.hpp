#pragma once

#include "auth/random.hpp"
#include "cluster/entity_runner.hpp"
#include "net/arrivals.hpp"
#include "net/call_table.hpp"
#include "net/catch_up.hpp"
#include "net/environment.hpp"
#include "net/hub.hpp"
#include "net/inbox.hpp"
#include "net/loop_clock.hpp"
#include "net/poller.hpp"
#include "net/session_info.hpp"
#include "net/shard_set.hpp"
#include "net/steady_ms.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <random>
#include <thread>
#include <unordered_map>
#include <vector>

namespace parley::net {

class http_connection;
enum class door : bool;
class listener;
class session;
struct accepted_socket;
struct departure;
struct session_start;

/// One network thread: its sockets and sessions, and what they wait for.
///
/// Everything is called on this thread, but for `post` and what is said to be
/// for the server. Output is gathered: what a round of reading or of the inbox
/// queues for a session is written at the end of the round, at once. Where a
/// round has read a message or two, their conversations go on here.
class worker final : public caller_port {
public:
  static result<std::unique_ptr<worker>> make(std::uint32_t index,
                                              environment& env, inbox& tasks);

  ~worker() override;

  // -- for the server, any thread --------------------------------------------

  void start();

  bool started() const {
    return thread_.joinable();
  }

  void post(std::function<void()> what);

  /// Ready once the thread has ended.
  std::shared_future<void> ended() const {
    return ended_;
  }

  /// Ends the thread without waiting for anyone.
  void abort();

  void join();

  // -- on the thread ---------------------------------------------------------

  void listen_on(std::shared_ptr<listener> where);
  void adopt(accepted_socket socket);

  /// Accepts no client any more.
  void stop_listening();

  /// As the server's.
  void send_away(const departure& how);
  void let_stay();

  /// Closes everything, and ends the thread once all is closed.
  void wind_up();

  /// Sessions here, up to `limit`.
  std::vector<session_info> list(std::size_t limit) const;

  // -- for sessions and connections ------------------------------------------

  void call(const actors::caller& from, rpc::target what,
            on_reply then) override;
  void call(const actors::caller& from, rpc::target what, session_call then);
  void tell(const actors::caller& from, rpc::target what);

  /// Makes a session of a connection that has asked for it.
  void upgrade(session_start from);

  /// Writes what the session has queued at the end of the round.
  void flush_later(session& which);

  /// The owner's last use of itself may be to say so.
  void bury(session& which);
  void bury(http_connection& which);

  /// Sends the session's attach again when it is its turn.
  void reattach_later(session& which);

  std::uint16_t shard_of(const cluster::entity_key& key) const {
    return cluster::shard_of(key, env_.opts.shards);
  }

  hub& topics() {
    return hub_;
  }

  poller& sockets() {
    return poller_;
  }

  /// What has come through the clients' door and is no open session yet. Has
  /// fewer turns than the other sockets: however many come at once, those who
  /// are there are served.
  poller& newcomers() {
    return newcomers_;
  }

  /// A newcomer's session is being opened; it was, or was not.
  void opening();
  void opened();

  /// Where a connection begins.
  poller& sockets_of(door from);

  environment& env() {
    return env_;
  }

  boost::asio::any_io_executor executor() {
    return io_.get_executor();
  }

  /// Where sockets are read into; what was read is used at once.
  std::span<char> scratch() {
    return scratch_;
  }

  /// Of the loop's clock, when the round began: all that sockets have until
  /// some time is measured by it.
  std::int64_t now_ms() const {
    return now_ms_;
  }

  /// The same, now.
  std::int64_t fresh_ms() const {
    return clock_.at(steady_ms());
  }

  /// Nobody can foretell it.
  std::uint64_t random() {
    return secret_numbers_.next();
  }

private:
  worker(std::uint32_t index, environment& env, inbox& tasks, poller sockets,
         poller newcomers);

  void run();
  void begin_round();
  void end_round();
  void want_round();
  void wait_for_sockets();
  void wait_for_newcomers();
  void let_in_newcomers();
  void wait_for_tick();
  void tick();
  void tick_all();
  void expire_calls();
  void on_inbox();
  void resolve(pending_call what, result<actors::reply> reply);
  session* find(session_id id);

  void handle(task::answer& what);
  void handle(task::publish& what);
  void handle(task::publish_presence& what);
  void handle(task::subscribe& what);
  void handle(task::unsubscribe& what);
  void handle(task::tell& what);
  void handle(task::close& what);
  void handle(task::tell_user& what);
  void handle(task::silence& what);
  void handle(task::shard_lost& what);
  void handle(task::shard_moved& what);

  // worker_catch_up.cpp
  void give_up_calls(std::uint16_t shard);
  /// Has all sessions confirmed before they go on.
  void doubt_sessions();
  void begin_to_catch_up();
  void catch_up_soon();
  void catch_up_some();

  const std::uint32_t index_;
  environment& env_;
  inbox& tasks_;
  boost::asio::io_context io_{1};
  poller poller_;
  poller newcomers_;
  boost::asio::posix::stream_descriptor ready_{io_};
  boost::asio::posix::stream_descriptor newcomers_ready_{io_};
  arrivals arrivals_;
  cluster::entity_runner entities_;
  boost::asio::steady_timer newcomers_timer_{io_};
  boost::asio::steady_timer timer_{io_};
  boost::asio::steady_timer catch_up_timer_{io_};
  hub hub_;
  call_table calls_;
  /// Shards without an owner, and those with a new one since the inbox was
  /// looked at.
  shard_set lost_;
  std::optional<shard_set> moved_;
  class catch_up catch_up_;
  bool catching_up_ = false;
  std::vector<task::any> batch_;
  std::vector<session_id> told_;
  std::vector<char> scratch_;
  auth::random_numbers secret_numbers_;
  /// For what only has to be spread.
  std::mt19937_64 random_;
  milliseconds tick_every_;
  loop_clock clock_;
  std::int64_t now_ms_ = 0;
  std::int64_t expired_ms_ = 0;
  std::uint64_t last_session_ = 0;
  std::size_t queue_bytes_ = 0;
  /// A round is under way, or will come.
  bool in_round_ = false;
  bool winding_up_ = false;
  std::unordered_map<session_id, std::unique_ptr<session>> sessions_;
  std::unordered_map<http_connection*, std::shared_ptr<http_connection>>
    connections_;
  std::vector<std::shared_ptr<listener>> listeners_;
  std::vector<session*> to_flush_;
  std::vector<std::unique_ptr<session>> dead_sessions_;
  std::vector<std::shared_ptr<http_connection>> dead_connections_;
  std::promise<void> end_;
  std::shared_future<void> ended_{end_.get_future()};
  std::thread thread_;
};

} // namespace parley::net
