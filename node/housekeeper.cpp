#include "node/housekeeper.hpp"

#include "base/thread_name.hpp"

#include <utility>

namespace parley::node {

housekeeper::housekeeper(std::chrono::milliseconds every,
                         std::function<void()> chore)
  : every_(every), chore_(std::move(chore)), thread_([this] { run(); }) {}

housekeeper::~housekeeper() {
  {
    std::lock_guard held{guard_};
    stopped_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void housekeeper::run() {
  name_thread("parley:chores");
  std::unique_lock held{guard_};
  while (!wake_.wait_for(held, every_, [this] { return stopped_; })) {
    held.unlock();
    chore_();
    held.lock();
  }
}

} // namespace parley::node
