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
/// What has no answer for long is asked again, for who was asked may be cut off
/// by now and another owner in its place: so no question may change anything.
class gathers {
public:
  /// In the order of the questions; none where no answer came.
  using answers = std::vector<std::optional<result<reply>>>;
  using then = std::function<void(answers)>;
  /// Puts the question of that place, with its token.
  using ask = std::function<void(std::size_t place, std::uint64_t token)>;

  static constexpr std::size_t size_max = 1u << 16;
  static constexpr std::int64_t timeout_us = 5'000'000;
  /// Doubled with each time.
  static constexpr std::int64_t again_us = 1'000'000;

  /// Opens a set of `size` questions, 1 to `size_max`, and puts them.
  void open(std::size_t size, std::int64_t now_us, ask question, then what) {
    auto id = ++last_;
    auto& added = open_[id];
    added = {answers(size),   size,    now_us, now_us + again_us,
             std::move(what), question};
    for (std::size_t i = 0; i < size; ++i)
      question(i, id * size_max + i);
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

  /// Finishes what has waited for too long, and asks again what has for long.
  void expire(std::int64_t now_us) {
    while (!open_.empty()
           && now_us - open_.begin()->second.asked_us >= timeout_us)
      finish(open_.begin());
    for (auto& [id, each] : open_) {
      if (now_us < each.again_us)
        continue;
      each.again_us = now_us + 2 * (now_us - each.asked_us);
      for (std::size_t i = 0; i < each.got.size(); ++i)
        if (!each.got[i])
          each.question(i, id * size_max + i);
    }
  }

  bool empty() const {
    return open_.empty();
  }

private:
  struct entry {
    answers got;
    std::size_t missing = 0;
    std::int64_t asked_us = 0;
    std::int64_t again_us = 0;
    then what;
    ask question;
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
