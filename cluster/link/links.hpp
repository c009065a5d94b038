#pragma once

#include "cluster/link/network.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cluster::link {

/// The links of this node: one TLS connection to each peer that it was told
/// of, made again whenever it breaks. See docs/decisions/0008-node-links.md.
///
/// Both sides prove that they hold the cluster's secret before anything else
/// is said. Of two peers the one with the lower id dials, at the address it was
/// told; a connection from a node that is not a peer is refused. A peer's new
/// process takes the place of its old one, which is refused from then on.
///
/// One own thread does all of the work.
class links final : public network {
public:
  /// Listens; only `request` is of use until `start`. `bad_config` names what
  /// is wrong with the options, `io_failed` why the address cannot be had.
  static result<std::unique_ptr<links>> open(const link_options& opts);

  /// As `stop`.
  ~links() override;

  links(const links&) = delete;
  links& operator=(const links&) = delete;

  std::string address() const override;
  void start(const identity& self, link_listener& to) override;
  void set_peers(const std::vector<peer_address>& peers) override;
  void set_removed(const std::vector<node_id>& nodes) override;
  void set_living(std::uint32_t nodes) override;
  using network::send;
  bool send(node_id to, urgency how, channel_id channel,
            std::span<const std::string_view> pieces) override;
  void request(const std::string& address, std::string bytes,
               milliseconds deadline, reply_to then) override;
  std::vector<link_info> list() const override;
  void stop() override;

private:
  class impl;

  explicit links(std::unique_ptr<impl> inside);

  std::unique_ptr<impl> impl_;
};

} // namespace parley::cluster::link
