#pragma once

#include "actors/arrival_listener.hpp"

#include <cstdint>
#include <fstream>
#include <map>
#include <mutex>
#include <string>

namespace parley::node {

/// Notes who comes to queues in `DIR/arrivals-QUEUE.jsonl`, as `parleyctl queue
/// replay` reads it (docs/matching.md): a number for each user that says
/// nothing of who it is, and that no two runs of the node have in common. A
/// file is 256 MiB at most; what would make it larger is not noted. Not synced:
/// a crash may cost the last lines, or leave half a one.
class arrival_log final : public actors::arrival_listener {
public:
  explicit arrival_log(std::string dir);

  void arrived(const queue_name& queue, const user_id& user, timestamp_ms at,
               const match::raw_wishes& said) override;
  void left(const queue_name& queue, const user_id& user,
            timestamp_ms at) override;

private:
  struct file {
    std::ofstream out;
    std::uint64_t bytes = 0;
    /// Lines do not go back in time.
    timestamp_ms last = 0;
  };

  void write(const queue_name& queue, const user_id& user, timestamp_ms at,
             const std::string& what);
  std::uint64_t number_of(const user_id& user) const;
  file& file_of(const queue_name& queue);

  const std::string dir_;
  const std::string salt_;
  std::mutex guard_;
  std::map<std::string, file> files_;
};

} // namespace parley::node
