#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"
#include "cluster/link/link_listener.hpp"
#include "cluster/link/link_options.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cluster::link {

/// What may overtake what on its way to a peer; within a class order is kept.
enum class urgency : std::uint8_t {
  /// Goes before everything else: votes, heartbeats, acknowledgements.
  urgent = 0,
  normal = 1,
  /// Waits for the others, but for a share of one part in eight. A frame is
  /// never interrupted: keep those of this class below 256 KiB.
  bulk = 2,
};

/// One peer, for people and tests.
struct link_info {
  node_id node = 0;
  std::string address = {};
  bool up = false;
  std::uint64_t incarnation = 0;
  std::uint16_t version = 0;
  /// Smoothed; zero as long as there is none.
  std::chrono::microseconds round_trip{0};
  /// Since the peer was first told of, of frames with their headers.
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t frames_in = 0;
  std::uint64_t frames_out = 0;
  std::size_t queued_bytes = 0;
};

/// The way to the other nodes of the cluster.
///
/// A frame that was taken arrives once, whole, and in order within its class,
/// or the link goes down: nothing is sent again. Safe to call from any thread.
class network {
public:
  virtual ~network() = default;

  /// HOST:PORT where this node listens, with the real port.
  virtual std::string address() const = 0;

  /// Says who this node is, and lets links come up; once. `to` must live until
  /// `stop` has returned.
  virtual void start(const identity& self, link_listener& to) = 0;

  /// The peers from now on. Links to those that are not among them go down;
  /// this node itself may be among them and is ignored.
  virtual void set_peers(const std::vector<peer_address>& peers) = 0;

  /// Nodes that were peers once, and are told so when they call.
  virtual void set_removed(const std::vector<node_id>&) {}

  /// How many nodes of this cluster this one reaches, with itself; 0 while the
  /// cluster has no owner of its map. Peers of other clusters are told.
  virtual void set_living(std::uint32_t) {}

  /// Queues one frame made of `pieces` for `to`. False, and nothing is queued,
  /// while the link is down, its queue is full, or the pieces together are more
  /// than `frame_bytes_max`: the caller must wait, drop or refuse. Never
  /// blocks. `channel` is at least `first_channel`.
  virtual bool send(node_id to, urgency how, channel_id channel,
                    std::span<const std::string_view> pieces)
    = 0;

  bool send(node_id to, urgency how, channel_id channel,
            std::string_view payload) {
    return send(to, how, channel, {&payload, 1});
  }

  /// Asks whoever listens at `address` and holds the secret, in a connection
  /// made for it; both nodes may be members or not. Calls `then` once, on the
  /// links' thread: with the answer, the other side's error, `unavailable`,
  /// `io_failed` where nobody can be reached, or `bad_config` where whoever is
  /// there will never take us, with the setting in `field`.
  virtual void request(const std::string& address, std::string bytes,
                       milliseconds deadline, reply_to then)
    = 0;

  virtual std::vector<link_info> list() const = 0;

  /// Closes everything and ends the thread; requests under way fail. No call
  /// of the listener comes afterwards, not even `down`. Not from the
  /// listener.
  virtual void stop() = 0;
};

} // namespace parley::cluster::link
