#pragma once

#include "cluster/link/connection.hpp"
#include "cluster/link/hello.hpp"
#include "cluster/link/link_listener.hpp"
#include "cluster/link/link_record.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>

namespace parley::cluster::link {

/// The link to one peer, up or not: dials, takes what the peer dialled, and
/// tells its owner. The lower number dials at once; the higher only where there
/// has been no link for a while, as when it has come back under an address that
/// the lower does not know. On the links' thread only.
class peer final : public connection_events,
                   public std::enable_shared_from_this<peer> {
public:
  /// `ours` names us; `at` and `to` outlive the peer.
  peer(connection_context& shared, const hello& ours, link_record& at,
       link_listener& to);

  ~peer() override;

  peer(const peer&) = delete;
  peer& operator=(const peer&) = delete;

  /// Where to dial from now on. Leaves a link that is up alone.
  void set_address(const std::string& address);

  /// Takes a connection that the peer made; `frames` came right after its
  /// hello.
  void adopt(const std::shared_ptr<connection>& from, const hello& theirs,
             std::span<const frame> frames);

  /// There is something in the outbox.
  void flush();

  /// Closes the link and tells so if it was up.
  void leave();

private:
  void secured(connection& from) override;
  void received(connection& from, std::span<const frame> frames) override;
  void closed(connection& from, std::string_view why) override;

  void dial();
  void dial_later(std::string_view why);
  void wait_to_dial();
  refusal greeted(const hello& theirs);
  bool is_past(std::uint64_t incarnation) const;
  void go_up(std::shared_ptr<connection> by, const hello& theirs);
  void go_down(std::string_view why);

  connection_context& shared_;
  const hello ours_;
  link_record& at_;
  link_listener& to_;
  std::string address_;
  boost::asio::steady_timer redial_;
  std::chrono::milliseconds delay_;
  std::minstd_rand random_;
  std::string last_why_;
  std::shared_ptr<connection> connection_;
  bool up_ = false;
  steady_clock::time_point up_since_;
  /// Of processes that a newer one has replaced, the latest last.
  std::deque<std::uint64_t> past_;
};

} // namespace parley::cluster::link
