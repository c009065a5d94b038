#pragma once

#include "tests/support/eventually.hpp"
#include "tests/support/temp_dir.hpp"

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace parley::test {

/// A redis-server of the test's own, on a port that was free. Ends with it.
class redis_process {
public:
  /// `more` are further words of its command line.
  explicit redis_process(std::vector<std::string> more = {});

  /// A sentinel that watches `master` under the name `main`.
  static std::vector<std::string> sentinel_of(const redis_process& master);

  ~redis_process();
  redis_process(const redis_process&) = delete;
  redis_process& operator=(const redis_process&) = delete;

  /// Starts it again, on the same port; empty unless it was saved.
  void start();

  void kill();
  void stop_running() const;
  void go_on_running() const;

  std::uint16_t port() const {
    return port_;
  }

  /// What redis-cli prints, given these words.
  std::string cli(const std::string& words) const;

  /// A number of what `INFO` says, as "calls=17," after "cmdstat_hset:"; 0
  /// where it says none.
  long calls(const std::string& command) const;

private:
  bool try_start();

  temp_dir dir_;
  std::vector<std::string> more_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

} // namespace parley::test
