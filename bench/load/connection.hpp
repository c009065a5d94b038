#pragma once

#include "bench/load/poller.hpp"
#include "bench/load/ws_frame.hpp"

#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>

namespace parley::bench {

/// The request that turns HTTP into WebSocket; `headers` are whole lines.
std::string upgrade_request(std::string_view path, std::string_view headers);

/// A WebSocket client's socket (RFC 6455), without extensions: connects,
/// upgrades, writes and reads messages, answers pings. Or a bare one, where
/// there is no request to upgrade it: bytes then go and come as they are. One
/// thread's. Holds no
/// buffer unless it is in the middle of something.
class connection : public pollable {
public:
  explicit connection(poller& with) : poller_(with) {}
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection() override;

  /// Begins to connect, and to upgrade by `request` unless that is empty.
  /// `on_opened` or `on_closed` follows, never from within
  /// this call; false where the system refuses at once, and then nothing does.
  bool connect(const sockaddr_in& from, const sockaddr_in& to,
               std::string request);

  /// Written at the end of the poller's round. Only while it is open.
  void send(std::string_view message, opcode what = opcode::text);

  /// Without a word, or after a close frame. No `on_closed` comes of it.
  void drop();
  void close();

  bool is_open() const {
    return phase_ == phase::open;
  }
  bool is_idle() const {
    return phase_ == phase::none;
  }

  void on_ready(bool readable, bool writable) override;
  void flush() override;

protected:
  virtual void on_opened() = 0;
  /// A whole message, of either kind; of a bare socket what has just come.
  virtual void on_text(std::string_view text) = 0;

  /// The connection is over, by WebSocket code or 1006 where the socket was
  /// lost; below 1000 an HTTP status that the upgrade was refused with.
  virtual void on_closed(int code) = 0;

private:
  enum class phase : std::uint8_t { none, connecting, upgrading, open };

  void on_connected();
  void fail(int code);
  void read();
  /// What is left of `input` stays for later.
  void take(std::string_view input);
  bool take_head(std::string_view& input);
  void take_frames(std::string_view& input);
  void take_frame_of(const server_frame& got);
  void write_frame(opcode what, std::string_view payload);
  void wants_flush();

  poller& poller_;
  int fd_ = -1;
  phase phase_ = phase::none;
  bool is_bare_ = false;
  bool flush_due_ = false;
  bool watches_writable_ = false;
  /// Grows by one with every socket, so that a call that closes one is noticed
  /// by whoever reads from it.
  unsigned generation_ = 0;
  std::uint32_t mask_ = 0x9e3779b9;
  std::string request_ = {};
  std::string in_ = {};
  std::string out_ = {};
  /// The fragments of a message so far.
  std::string message_ = {};
};

} // namespace parley::bench
