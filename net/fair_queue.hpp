#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace parley::net {

/// A bounded queue in which owners take turns, each with its own in order.
/// Where it is full, the owner with the most gives up its newest for one of an
/// owner who has at least two fewer. Not safe across threads; its operations
/// take a step for each owner that waits, of which there are never more than
/// places.
template <class T>
class fair_queue {
public:
  explicit fair_queue(std::size_t most) : most_(most) {}

  /// What has to give way, if anything: the one that was added where no owner
  /// has so many more.
  std::optional<T> push(std::string_view owner, T what) {
    std::optional<T> out;
    auto own = find(owner);
    if (size_ >= most_) {
      auto fullest
        = std::max_element(lanes_.begin(), lanes_.end(), [](auto& a, auto& b) {
            return a.jobs.size() < b.jobs.size();
          });
      auto have = own == lanes_.end() ? 0 : own->jobs.size();
      if (fullest == lanes_.end() || fullest->jobs.size() < have + 2)
        return what;
      out = std::move(fullest->jobs.back());
      fullest->jobs.pop_back();
      --size_;
    }
    if (own == lanes_.end())
      own = lanes_.insert(lanes_.end(), lane{std::string{owner}, {}});
    own->jobs.push_back(std::move(what));
    ++size_;
    return out;
  }

  /// The next of the owner whose turn it is. The queue must not be empty.
  T pop() {
    auto first = lanes_.begin();
    auto out = std::move(first->jobs.front());
    first->jobs.pop_front();
    --size_;
    if (first->jobs.empty())
      lanes_.erase(first);
    else
      lanes_.splice(lanes_.end(), lanes_, first);
    return out;
  }

  bool empty() const {
    return size_ == 0;
  }

  std::size_t size() const {
    return size_;
  }

  void clear() {
    lanes_.clear();
    size_ = 0;
  }

private:
  struct lane {
    std::string owner;
    std::deque<T> jobs;
  };

  typename std::list<lane>::iterator find(std::string_view owner) {
    return std::find_if(lanes_.begin(), lanes_.end(),
                        [&](auto& each) { return each.owner == owner; });
  }

  const std::size_t most_;
  std::size_t size_ = 0;
  /// Those who wait, in the order of their turns.
  std::list<lane> lanes_;
};

} // namespace parley::net
