#pragma once

#include "tests/system/kill9/log_rows.hpp"

#include <chrono>
#include <string>
#include <sys/types.h>
#include <vector>

namespace parley::test {

/// A writer process and the end of its pipe.
class child {
public:
  child(const std::string& program, const std::string& dir);
  ~child();
  child(const child&) = delete;
  child& operator=(const child&) = delete;

  /// Takes what it acknowledges until `enough` has passed since the first, or
  /// `patience` without any.
  std::vector<ack> read_for(std::chrono::microseconds enough,
                            std::chrono::seconds patience);

  /// SIGKILL; then what was still in the pipe: it was acknowledged too.
  std::vector<ack> kill();

private:
  bool read_some(std::vector<ack>& to, std::chrono::microseconds wait);

  pid_t pid_ = -1;
  int pipe_ = -1;
  std::string rest_;
};

} // namespace parley::test
