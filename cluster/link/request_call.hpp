#pragma once

#include "cluster/link/connection.hpp"
#include "cluster/link/hello.hpp"
#include "cluster/link/link_listener.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace parley::cluster::link {

/// One request to an address, in a connection of its own. On the links' thread
/// only.
class request_call final : public connection_events {
public:
  /// `over` is called after `then`, and may destroy this.
  request_call(connection_context& shared, const hello& ours,
               std::string request, reply_to then,
               std::function<void(request_call&)> over);

  ~request_call() override;

  request_call(const request_call&) = delete;
  request_call& operator=(const request_call&) = delete;

  void start(const std::string& address, std::chrono::milliseconds deadline);

  /// Answers `unavailable` if there was no answer yet.
  void give_up(std::string_view why);

private:
  void secured(connection& from) override;
  void received(connection& from, std::span<const frame> frames) override;
  void closed(connection& from, std::string_view why) override;

  void end(result<std::string> with);

  const hello ours_;
  std::string request_;
  reply_to then_;
  std::function<void(request_call&)> over_;
  std::shared_ptr<connection> connection_;
  /// The other side holds the secret.
  bool secured_ = false;
};

/// An error as a frame of `own::failure` has it: code, detail and, behind a
/// zero byte, the field.
std::string encode(const error& why);
error decode_failure(std::string_view bytes);

} // namespace parley::cluster::link
