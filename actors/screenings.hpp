#pragma once

#include "actors/message_screen.hpp"
#include "actors/messages.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace parley::actors {

/// Messages of a conversation that are being looked at before they are
/// accepted. Each sender's go on in the order in which they came.
class screenings {
public:
  using judged = std::pair<conversation_request, screen_verdict>;

  /// The token that the verdict is to come with.
  std::uint64_t add(conversation_request r) {
    auto& queue = waiting_[r.from.user];
    queue.push_back({++last_, std::move(r), std::nullopt});
    return last_;
  }

  /// Those whose turn it is now. None where the verdict is about one that is
  /// not waited for any more.
  std::vector<judged> receive(screened& s) {
    std::vector<judged> out;
    for (auto i = waiting_.begin(); i != waiting_.end(); ++i) {
      if (!note(i->second, s))
        continue;
      auto& queue = i->second;
      for (; !queue.empty() && queue.front().verdict; queue.pop_front())
        out.emplace_back(std::move(queue.front().what),
                         std::move(*queue.front().verdict));
      if (queue.empty())
        waiting_.erase(i);
      break;
    }
    return out;
  }

  /// All of them; nothing is waited for any more.
  std::vector<conversation_request> take_all() {
    std::vector<conversation_request> out;
    for (auto& [sender, queue] : std::exchange(waiting_, {}))
      for (auto& each : queue)
        out.push_back(std::move(each.what));
    return out;
  }

  bool empty() const {
    return waiting_.empty();
  }

private:
  struct entry {
    std::uint64_t token = 0;
    conversation_request what;
    std::optional<screen_verdict> verdict;
  };

  static bool note(std::deque<entry>& queue, screened& s) {
    for (auto& each : queue)
      if (each.token == s.token) {
        each.verdict = std::move(s.what);
        return true;
      }
    return false;
  }

  std::map<user_id, std::deque<entry>> waiting_;
  std::uint64_t last_ = 0;
};

} // namespace parley::actors
