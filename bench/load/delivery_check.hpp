#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace parley::bench {

/// Which positions of one log somebody has: everything up to one, and some
/// above it.
class seen_positions {
public:
  /// False where it was there before.
  bool mark(std::uint64_t seq);

  /// Everything up to here, itself included, is there.
  std::uint64_t upto() const {
    return upto_;
  }

  /// As after a `sync` that began there.
  void skip_to(std::uint64_t seq);

private:
  std::uint64_t upto_ = 0;
  std::set<std::uint64_t> above_ = {};
};

enum class verdict : std::uint8_t {
  /// Seen for the first time, after everything its sender sent before.
  fresh,
  /// The same position once more, which "at least once" allows.
  again,
  /// The same message at another position: never right.
  duplicate,
  /// A position before one that was seen: never right but in answers.
  late,
  /// After a message of the same sender that was sent later.
  overtaken,
};

/// What one member of one conversation receives, judged as it comes: each
/// message once, in the conversation's order and in its sender's.
class delivery_check {
public:
  verdict see(std::uint64_t seq, std::uint32_t sender, std::uint64_t counter);

  /// A position that this member knows otherwise: its own message, or an
  /// event that is no message.
  bool mark(std::uint64_t seq) {
    return positions_.mark(seq);
  }

  /// Everything up to here is known.
  std::uint64_t upto() const {
    return positions_.upto();
  }

  void skip_to(std::uint64_t seq) {
    positions_.skip_to(seq);
  }

  /// Messages seen, each counted once.
  std::uint64_t distinct() const {
    return distinct_;
  }

private:
  struct from_sender {
    std::uint32_t sender = 0;
    std::uint64_t next = 1;
    /// Below `next`, not seen.
    std::set<std::uint64_t> missing = {};
  };

  from_sender& of(std::uint32_t sender);

  seen_positions positions_;
  std::uint64_t last_seq_ = 0;
  std::uint64_t distinct_ = 0;
  std::vector<from_sender> senders_ = {};
};

} // namespace parley::bench
