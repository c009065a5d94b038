#pragma once

#include "base/error.hpp"
#include "bench/floor/member.hpp"
#include "bench/floor/sync_file.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::bench {

/// The least that a server can do for the load generator's messages: one epoll
/// loop in one thread, WebSocket frames of a letter and text.
///
///     hCONVERSATION     to it: I am in there; answered h
///     sNUMBER TEXT      to it: for all others of the conversation
///     dTEXT             from it: what another has said
///     aNUMBER           from it: that it has been passed on
///
/// Each message costs one recv, one send a receiver and one send of the
/// acknowledgement. Nobody is authenticated, nothing is checked, nothing can be
/// asked for again: a floor for servers that do more, not a server. Listens on
/// one address and takes only frames of up to 64 KiB, unfragmented.
class relay {
public:
  struct options {
    std::uint32_t address = 0x7f000001;
    std::uint16_t port = 0;
    /// Messages of a round are appended to this file, and synced to the disk
    /// together, before any of them is passed on; empty: they are not kept.
    std::string file = {};
    /// All that goes to one member in a round goes in one send.
    bool gathers = false;
  };

  static result<relay> open(const options& opts);

  relay(relay&&) noexcept;
  ~relay();

  /// The port that it listens on.
  std::uint16_t port() const;

  /// Until the process is ended. The error is why it could not go on.
  error run();

private:
  struct said {
    member* by = nullptr;
    std::string number = {};
    std::string frame = {};
  };

  relay(int epoll, int listener, bool gathers);

  void accept_all();
  void on_ready(member& who, unsigned events);
  void read(member& who);
  void take(member& who, std::string_view text);
  void enter(member& who, std::string_view conversation);
  void pass_on(const said& what);
  void post(member& to, std::string frame);
  void watch(member& who);
  result<void> end_round();
  void leave(member& who);

  int epoll_;
  int listener_;
  bool gathers_;
  std::optional<sync_file> file_ = {};
  std::string buffer_;
  std::map<int, std::unique_ptr<member>> members_ = {};
  std::map<std::string, std::vector<member*>, std::less<>> conversations_ = {};
  std::vector<said> round_ = {};
  std::vector<member*> to_flush_ = {};
  /// Members that are gone: kept until the round is over.
  std::vector<std::unique_ptr<member>> gone_ = {};
};

} // namespace parley::bench
