#pragma once

#include "base/ids.hpp"
#include "net/frame.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <sys/uio.h>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley::net {

/// What waits to be written to one session. Never holds more than its bound:
/// first ephemeral events are dropped, then a conversation's durable events
/// give way to one gap each, and last an answer does not fit, which is for the
/// session to die of. An empty queue holds no memory.
class outbound_queue {
public:
  explicit outbound_queue(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Answers and control frames. False where it does not fit.
  bool push(frame_ptr what);

  /// A durable event. False where it became part of the conversation's gap, as
  /// do those after it until the gap was taken out.
  bool push_event(const conversation_id& conversation, seq at,
                  const frame_ptr& what);

  /// False where it was dropped.
  bool push_ephemeral(const frame_ptr& what);

  /// Adds `at` to the gap of a conversation, opening it if need be.
  void skip(const conversation_id& conversation, seq at);

  /// Takes out a gap that the session can be told of now, if there is one.
  std::optional<std::pair<conversation_id, seq>> take_gap();

  /// Points `into` at what is to be written next, up to 64 KiB or a frame;
  /// returns how many pieces. Valid until the queue changes.
  std::size_t gather(std::span<iovec> into) const;

  /// So many bytes of what was gathered have been written.
  void consume(std::size_t count);

  /// Forgets everything that the peer has not begun to receive.
  void drop_unsent();

  bool empty() const {
    return first_ == frames_.size();
  }

  /// What it holds, each frame counted with what it costs to keep.
  std::size_t bytes() const {
    return bytes_;
  }

private:
  static constexpr std::size_t frame_cost = 64;

  void append(frame_ptr what);
  void pop();

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::vector<frame_ptr> frames_;
  /// Where in `frames_` the unwritten ones begin, and how much of the first of
  /// them has been written.
  std::size_t first_ = 0;
  std::size_t first_written_ = 0;
  std::unordered_map<conversation_id, seq> gaps_;
};

} // namespace parley::net
