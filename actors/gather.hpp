#pragma once

#include "actors/replies.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace parley::actors {

/// Questions that an entity has put to many others at once. Each set of answers
/// is handed on when it is complete, or when it is late with what has come.
class gathers {
public:
  /// In the order of the questions; none where no answer came.
  using answers = std::vector<std::optional<result<reply>>>;
  using then = std::function<void(answers)>;

  static constexpr std::size_t size_max = 1u << 16;
  static constexpr std::int64_t timeout_us = 5'000'000;

  /// Opens a set of `size` questions and returns the token of the first; those
  /// of the others follow it. `size` is 1 to `size_max`.
  std::uint64_t open(std::size_t size, std::int64_t now_us, then what) {
    auto id = ++last_;
    open_[id] = {answers(size), size, now_us, std::move(what)};
    return id * size_max;
  }

  void receive(response& r) {
    auto i = open_.find(r.token / size_max);
    auto place = r.token % size_max;
    if (i == open_.end() || place >= i->second.got.size()
        || i->second.got[place])
      return;
    i->second.got[place] = std::move(r.what);
    if (--i->second.missing == 0)
      finish(i);
  }

  /// Finishes what has waited for too long.
  void expire(std::int64_t now_us) {
    while (!open_.empty()
           && now_us - open_.begin()->second.asked_us >= timeout_us)
      finish(open_.begin());
  }

  bool empty() const {
    return open_.empty();
  }

private:
  struct entry {
    answers got;
    std::size_t missing = 0;
    std::int64_t asked_us = 0;
    then what;
  };

  void finish(std::map<std::uint64_t, entry>::iterator i) {
    auto done = std::move(i->second);
    open_.erase(i);
    done.what(std::move(done.got));
  }

  std::map<std::uint64_t, entry> open_;
  std::uint64_t last_ = 0;
};

} // namespace parley::actors
