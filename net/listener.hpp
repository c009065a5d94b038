#pragma once

#include "base/error.hpp"
#include "net/accepted_socket.hpp"
#include "net/options.hpp"
#include "net/poller.hpp"

#include <functional>
#include <memory>

namespace parley::net {

/// A listening socket, watched by one network thread.
class listener final : public poll_handler {
public:
  /// Given each new connection.
  using on_accept = std::function<void(accepted_socket)>;

  /// Listens from now on; connections wait in the system until `watch`. Fails
  /// with `bad_config` where the address cannot be had.
  static result<std::shared_ptr<listener>> open(const endpoint& where,
                                                door leads_to, on_accept give);

  /// Where it listens, with the port that the system picked.
  const endpoint& where() const {
    return where_;
  }

  door leads_to() const {
    return door_;
  }

  void watch(poller& sockets);

  /// Tries again where the process was out of descriptors.
  void tick();

  /// Nobody can connect any more.
  void close();

  void on_ready(bool readable, bool writable) override;

private:
  listener(unique_fd fd, endpoint where, door leads_to, on_accept give);

  void set_interest(interest now);

  unique_fd fd_;
  endpoint where_;
  door door_;
  on_accept give_;
  poller* sockets_ = nullptr;
  interest watched_ = interest::none;
};

} // namespace parley::net
