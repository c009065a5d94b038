#pragma once

#include "base/clock.hpp"
#include "cluster/link/connection_events.hpp"
#include "cluster/link/link_metrics.hpp"
#include "cluster/link/link_options.hpp"
#include "cluster/link/link_record.hpp"
#include "cluster/link/secure_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cluster::link {

/// What all connections of a node share.
struct connection_context {
  boost::asio::io_context& io;
  const link_options& opts;
  const psk_context& keys;
  link_metrics& counts;
  /// What a hello says of this node's cluster.
  std::uint32_t living = 0;
};

/// One connection to another node: proves who we are, and carries frames.
///
/// Until it carries a link it has a deadline; from then on it sends pings and
/// is closed when it falls silent. It keeps itself alive as long as it is
/// open. On the links' thread only.
class connection : public std::enable_shared_from_this<connection> {
public:
  using tcp = boost::asio::ip::tcp;

  /// `raw` is connected, or is going to be by `dial`.
  connection(connection_context& shared, tcp::socket raw);

  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Connects to HOST:PORT and goes on as the dialling side.
  void dial(connection_events& to, const std::string& address);

  /// Goes on as the accepting side.
  void accept(connection_events& to);

  /// The next events go to `to`.
  void hand_to(connection_events& to);

  /// No later than this it is closed, unless it carries a link.
  void limit(std::chrono::milliseconds from_now);

  /// A frame that goes before all that waits.
  void send_now(channel_id channel, std::string_view payload);

  /// Carries what `at` holds from now on, and keeps alive.
  void carry(link_record& at);

  /// There is something to take from the outbox again.
  void flush();

  /// At once, and without an event.
  void close();

  /// Once all that was sent is on its way, and without an event.
  void finish();

  /// Whether frames can be sent.
  bool usable() const {
    return stage_ == stage::open;
  }

  /// HOST:PORT of the other side, for the log.
  const std::string& remote() const {
    return remote_;
  }

private:
  enum class stage : std::uint8_t { dialling, proving, open, ending, gone };

  void resolved(const tcp::resolver::results_type& found);
  void prove(bool dialling);
  void handshake();
  void fail(std::string_view why);

  void on_readable();
  bool pull();
  bool deliver();
  bool keep_alive(const frame& one);
  void make_room();

  void push();
  bool fill();
  void wait_read();
  void wait_write();

  void arm();
  void on_timer();
  void beat();

  connection_context& shared_;
  secure_socket socket_;
  boost::asio::steady_timer timer_;
  tcp::resolver resolver_;
  connection_events* events_ = nullptr;
  link_record* carried_ = nullptr;
  std::string remote_ = "?";
  stage stage_ = stage::dialling;
  bool reading_ = false;
  bool writing_ = false;
  /// Reading stopped for the others' sake, not for want of bytes.
  bool more_ = false;
  std::vector<char> in_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::vector<frame> frames_;
  std::string block_;
  steady_clock::time_point deadline_;
  steady_clock::time_point limit_ = steady_clock::time_point::max();
  steady_clock::time_point heard_;
  steady_clock::time_point spoke_;
  steady_clock::time_point pinged_;
};

} // namespace parley::cluster::link
