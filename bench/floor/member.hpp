#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::bench {

/// One connection to the relay, and what has come and not gone.
struct member {
  explicit member(int socket) : fd(socket) {}
  member(const member&) = delete;
  member& operator=(const member&) = delete;
  ~member();

  /// Sends `bytes`, or keeps what the socket does not take. False where the
  /// connection is lost.
  bool send(std::string_view bytes);

  /// Sends what was kept.
  bool flush();

  int fd;
  bool is_upgraded = false;
  bool watches_writable = false;
  /// It is in the list of those to be flushed at the round's end.
  bool flush_due = false;
  std::string in = {};
  std::string out = {};
  /// All members of its conversation, itself among them; null before it has
  /// said which.
  std::vector<member*>* conversation = nullptr;
};

/// A whole frame as a server writes it (RFC 6455, section 5.2), text.
std::string server_text(std::string_view payload);

struct client_frame {
  unsigned opcode = 0;
  std::string payload = {};
};

/// Takes a masked frame of up to 64 KiB off `input`. Nothing where it is not
/// whole; `broken` is set where it never will be.
std::optional<client_frame> take_client_frame(std::string_view& input,
                                              bool& broken);

} // namespace parley::bench
