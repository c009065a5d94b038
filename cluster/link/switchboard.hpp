#pragma once

#include "base/error.hpp"
#include "cluster/link/connection.hpp"
#include "cluster/link/peer.hpp"
#include "cluster/link/request_call.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cluster::link {

/// All that the links' thread has: listens, finds out who is calling, and
/// hands the connection to its peer or the request to the owner. On that
/// thread only, but for the constructor and `listen`.
class switchboard final : public connection_events {
public:
  using tcp = boost::asio::ip::tcp;

  switchboard(std::shared_ptr<boost::asio::io_context> io,
              const link_options& opts, std::unique_ptr<psk_context> keys);

  ~switchboard() override;

  switchboard(const switchboard&) = delete;
  switchboard& operator=(const switchboard&) = delete;

  /// Listens and starts to accept; returns the address with its port.
  result<std::string> listen();

  void start(const identity& self, link_listener& to);

  /// A peer to be, at its address, and what others see of it.
  struct placed {
    std::string address;
    std::shared_ptr<link_record> record;
  };

  void set_peers(const std::map<node_id, placed>& peers);
  void set_removed(std::set<node_id> nodes);
  void set_living(std::uint32_t nodes);
  void flush(node_id node);
  void request(const std::string& address, std::string bytes,
               std::chrono::milliseconds deadline, reply_to then);

  /// Closes everything; no event comes any more.
  void stop();

private:
  using held = std::list<std::shared_ptr<connection>>;

  void secured(connection& from) override;
  void received(connection& from, std::span<const frame> frames) override;
  void closed(connection& from, std::string_view why) override;

  void accept();
  void accepted(tcp::socket raw);
  std::shared_ptr<connection> release(held& from, connection& which);
  void refuse(const std::shared_ptr<connection>& whom, refusal why);
  refusal objection_to(const hello& theirs);
  void greeted(const std::shared_ptr<connection>& from, const hello& theirs,
               std::span<const frame> frames);
  void asked(connection& from, std::span<const frame> frames);
  reply_to reply(const std::shared_ptr<connection>& to);
  void answered(connection& to, const result<std::string>& with);
  void report();

  std::shared_ptr<boost::asio::io_context> io_;
  const link_options opts_;
  std::unique_ptr<psk_context> keys_;
  link_metrics counts_;
  connection_context shared_;
  tcp::acceptor acceptor_;
  boost::asio::steady_timer accept_again_;
  boost::asio::steady_timer report_;
  hello ours_;
  link_listener* to_ = nullptr;
  bool stopped_ = false;
  /// Have not said who they are; the oldest first.
  held unproved_;
  /// Have a request, or wait for its answer.
  held asking_;
  /// The record outlives the peer that writes it.
  std::map<node_id,
           std::pair<std::shared_ptr<link_record>, std::shared_ptr<peer>>>
    peers_;
  std::set<node_id> removed_;
  std::map<request_call*, std::unique_ptr<request_call>> calls_;
};

} // namespace parley::cluster::link
