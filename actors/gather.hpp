#pragma once

#include "actors/replies.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace parley::actors {

/// Questions that an entity has put to many others at once. Each set of answers
/// is handed on when it is complete, or when it is late with what has come.
/// What has no answer is asked again at once where it may have been lost with
/// its owner, and also after long, for who was asked may be cut off by now and
/// another owner in its place: so no question may change anything.
class gathers {
public:
  /// In the order of the questions; none where no answer came.
  using answers = std::vector<std::optional<result<reply>>>;
  using then = std::function<void(answers)>;
  /// Puts the question of that place, with its token.
  using ask = std::function<void(std::size_t place, std::uint64_t token)>;
  /// Another number once what was asked before may never be answered.
  using upsets = std::function<std::uint32_t(std::size_t place)>;

  /// The numbers of its questions come behind `begin`, which no other actor of
  /// the same entity may have had: answers to that one may come late.
  explicit gathers(std::uint64_t begin) : last_(begin % ids_max) {}

  static constexpr std::size_t size_max = 1u << 16;
  static constexpr std::int64_t timeout_us = 5'000'000;
  /// Doubled with each time.
  static constexpr std::int64_t again_us = 1'000'000;

  /// Opens a set of `size` questions, 1 to `size_max`, and puts them.
  void open(
    std::size_t size, std::int64_t now_us, ask question, then what,
    upsets of = [](std::size_t) { return 0U; }) {
    auto id = ++last_;
    auto& added = open_[id];
    added = {answers(size),   {},       size,         now_us, now_us + again_us,
             std::move(what), question, std::move(of)};
    added.seen.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
      // Looked at first: a loss in between is asked again for nothing.
      added.seen.push_back(added.of(i));
      question(i, id * size_max + i);
    }
  }

  /// Asks again what may have been lost.
  void ask_lost() {
    for (auto& [id, each] : open_)
      for (std::size_t i = 0; i < each.got.size(); ++i) {
        if (each.got[i])
          continue;
        auto now = each.of(i);
        if (std::exchange(each.seen[i], now) != now)
          each.question(i, id * size_max + i);
      }
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
    std::vector<std::uint32_t> seen;
    std::size_t missing = 0;
    std::int64_t asked_us = 0;
    std::int64_t again_us = 0;
    then what;
    ask question;
    upsets of;
  };

  void finish(std::map<std::uint64_t, entry>::iterator i) {
    auto done = std::move(i->second);
    open_.erase(i);
    done.what(std::move(done.got));
  }

  /// Tokens with the highest bit are those of outbox rows.
  static constexpr std::uint64_t ids_max = (1ull << 63) / size_max;

  std::map<std::uint64_t, entry> open_;
  std::uint64_t last_;
};

} // namespace parley::actors
