#pragma once

#include <string>
#include <sys/types.h>

namespace parley::bench {

/// A shell command that runs beside the load, in a process group of its own,
/// and is ended with this object.
class side_command {
public:
  explicit side_command(const std::string& command);
  side_command(const side_command&) = delete;
  side_command& operator=(const side_command&) = delete;
  ~side_command();

  bool has_ended();

  /// Its exit status, or 128 and the signal that ended it, once it has ended;
  /// 127 where it could not be started.
  int status() const {
    return status_;
  }

private:
  pid_t pid_;
  int status_ = 127;
};

} // namespace parley::bench
