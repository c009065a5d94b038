#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "conf/config.hpp"

#include <memory>
#include <optional>
#include <string>

namespace parley::node {

/// Everything that one process of Parley is made of, started in the order of
/// its layers and stopped in the reverse.
class node {
public:
  /// Opens the store, starts the entities' system and listens. Writes
  /// `DIR/node.json` and logs `ready` when clients may come.
  static result<std::unique_ptr<node>> start(conf::config with);

  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  /// Uses the certificate and key that the files hold now.
  result<void> reload();

  /// Refuses new connections, sends the sessions away, finishes and fsyncs
  /// what is under way. False where that was not done within
  /// `shutdown.timeout`; then the process must end without destroying the node.
  bool stop();

  /// Why the node ends by itself, by SIGTERM to its own process; nothing where
  /// it was told to.
  std::optional<std::string> expulsion() const;

private:
  struct parts;
  explicit node(std::unique_ptr<parts> p);
  std::unique_ptr<parts> parts_;
};

} // namespace parley::node
