#include "bench/load/board.hpp"

#include <algorithm>
#include <cerrno>
#include <new>
#include <sys/mman.h>
#include <system_error>
#include <utility>

namespace parley::bench {

namespace {

constexpr std::size_t head_bytes = 4096;

} // namespace

std::string_view name_of(count what) {
  static constexpr std::array<std::string_view, counts> names{
    "sent",
    "acknowledged",
    "delivered",
    "delivered_again",
    "duplicates",
    "order_errors",
    "refused",
    "retries",
    "timeouts",
    "opened",
    "connections_lost",
    "connections_refused",
    "syncs",
    "gaps",
    "calls",
    "lost",
    "verified",
    "missing",
    "wrong"};
  return names[static_cast<std::size_t>(what)];
}

void tally::fail(std::string_view reason) {
  if (failed.load())
    return;
  auto size = std::min(reason.size(), why.size() - 1);
  std::copy_n(reason.begin(), size, why.begin());
  why[size] = '\0';
  failed.store(true);
}

result<board> board::open(std::size_t workers) {
  auto bytes = head_bytes + workers * sizeof(tally);
  auto* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return error{errc::io_failed,
                 "shared memory: " + std::generic_category().message(errno)};
  return board{memory, bytes, workers};
}

board::board(void* memory, std::size_t bytes, std::size_t workers)
  : memory_(memory),
    bytes_(bytes),
    workers_(workers),
    head_(new (memory) head{}),
    tallies_(
      reinterpret_cast<tally*>(static_cast<char*>(memory) + head_bytes)) {
  for (std::size_t i = 0; i < workers; ++i)
    new (tallies_ + i) tally{};
}

board::board(board&& other) noexcept
  : memory_(std::exchange(other.memory_, nullptr)),
    bytes_(other.bytes_),
    workers_(other.workers_),
    head_(other.head_),
    tallies_(other.tallies_) {}

board::~board() {
  if (memory_ != nullptr)
    munmap(memory_, bytes_);
}

} // namespace parley::bench
