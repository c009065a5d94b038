#pragma once

#include "tests/hostile/judge.hpp"
#include "tests/hostile/world.hpp"
#include "tests/sim/dice.hpp"

#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <vector>

namespace parley::hostile {

/// Sockets that keep to no protocol: half of a request, frames of noise, what
/// is sent and never read, ends that are shut one way. What comes back is
/// looked through for what is private and else ignored.
class vandal {
public:
  vandal(world& seen, judge& judged, sim::dice& random)
    : seen_(seen), judge_(judged), random_(random) {}
  ~vandal();
  vandal(const vandal&) = delete;
  vandal& operator=(const vandal&) = delete;

  /// Opens, uses, reads and closes some of them; never waits.
  void play(const sockaddr_in& node);
  std::uint64_t opened = 0;

private:
  struct raw {
    int fd = -1;
    std::uint32_t user = nobody;
    bool reads = true;
    std::string out = {};
  };

  void open(const sockaddr_in& node);
  void read(raw& which);
  void write(raw& which);
  void close(raw& which);
  std::string noise();
  std::string request(std::uint32_t user);
  std::string frames(std::uint32_t user);
  std::string bad_frame();

  world& seen_;
  judge& judge_;
  sim::dice& random_;
  std::vector<raw> sockets_ = {};
};

} // namespace parley::hostile
