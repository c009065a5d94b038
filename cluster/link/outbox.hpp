#pragma once

#include "cluster/link/links.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cluster::link {

/// What waits for one peer, in whole frames, ready to be encrypted: blocks of
/// about 64 KiB in each class, so that one write takes many frames and an
/// urgent one waits for at most a block.
///
/// Many threads put in, the links' thread takes out.
class outbox {
public:
  enum class outcome : std::uint8_t {
    refused,
    queued,
    /// Queued, and nobody is going to take it before being told.
    wake,
  };

  explicit outbox(const link_options& opts);

  /// Refused while closed, if the class's bound would be exceeded, or a
  /// frame's.
  outcome put(urgency how, channel_id channel,
              std::span<const std::string_view> pieces);

  /// Replaces `block` by what is to go next. False: there is nothing, and the
  /// next `put` says `wake`.
  bool take(std::string& block);

  void open();

  /// Drops everything; nothing is taken until `open`.
  void close();

  std::size_t bytes() const;
  /// Taken in since the outbox exists, whatever became of them.
  std::uint64_t frames() const;

private:
  struct lane {
    std::deque<std::string> blocks = {};
    std::size_t bytes = 0;
    std::size_t bytes_max = 0;
  };

  std::string& block_for(lane& at, std::size_t size);
  lane* next_lane();

  mutable std::mutex guard_;
  std::array<lane, 3> lanes_;
  std::vector<std::string> spare_;
  std::uint64_t frames_ = 0;
  unsigned since_bulk_ = 0;
  bool open_ = false;
  bool watched_ = false;
};

} // namespace parley::cluster::link
