#include "net/inbox.hpp"

namespace parley::net {

void inbox::put(task::any what) {
  std::lock_guard lock{guard_};
  if (closed_)
    return;
  tasks_.push_back(std::move(what));
  if (tasks_.size() == 1 && wake_)
    wake_();
}

void inbox::take(std::vector<task::any>& into) {
  std::lock_guard lock{guard_};
  tasks_.swap(into);
}

void inbox::open(std::function<void()> wake) {
  std::lock_guard lock{guard_};
  wake_ = std::move(wake);
  if (!tasks_.empty())
    wake_();
}

void inbox::close() {
  std::lock_guard lock{guard_};
  closed_ = true;
  tasks_.clear();
  wake_ = nullptr;
}

} // namespace parley::net
