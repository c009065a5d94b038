#include "net/catch_up.hpp"

#include <algorithm>
#include <utility>

namespace parley::net {

namespace {

template <class T>
std::vector<T> take_first(std::deque<T>& from, std::size_t most) {
  auto end
    = from.begin() + static_cast<std::ptrdiff_t>(std::min(most, from.size()));
  std::vector<T> out{std::make_move_iterator(from.begin()),
                     std::make_move_iterator(end)};
  from.erase(from.begin(), end);
  return out;
}

} // namespace

void catch_up::again(std::int64_t now_ms) {
  for (auto session : std::exchange(postponed_, {}))
    sessions_.push_back(session);
  for (; !later_.empty() && later_.front().first <= now_ms;
       later_.pop_front()) {
    const auto& due = later_.front().second;
    users_.insert(users_.end(), due.begin(), due.end());
  }
}

catch_up::portion catch_up::take() {
  return {take_first(sessions_, sessions_max),
          take_first(conversations_, conversations_max),
          take_first(users_, users_max)};
}

} // namespace parley::net
