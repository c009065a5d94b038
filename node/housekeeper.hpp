#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace parley::node {

/// One thread that calls `chore` at an interval until it is destroyed.
class housekeeper {
public:
  housekeeper(std::chrono::milliseconds every, std::function<void()> chore);
  ~housekeeper();
  housekeeper(const housekeeper&) = delete;
  housekeeper& operator=(const housekeeper&) = delete;

private:
  void run();

  const std::chrono::milliseconds every_;
  const std::function<void()> chore_;
  std::mutex guard_;
  std::condition_variable wake_;
  bool stopped_ = false;
  std::thread thread_;
};

} // namespace parley::node
