#include "cluster/link/outbox.hpp"

#include "base/check.hpp"

#include <algorithm>
#include <utility>

namespace parley::cluster::link {

namespace {

constexpr std::size_t block_bytes = std::size_t{64} << 10;
constexpr std::size_t spare_blocks_max = 4;
/// While others wait too, every so many blocks one is of bulk.
constexpr unsigned bulk_share = 8;

} // namespace

outbox::outbox(const link_options& opts) {
  lanes_[0].bytes_max = opts.urgent_bytes_max;
  lanes_[1].bytes_max = opts.normal_bytes_max;
  lanes_[2].bytes_max = opts.bulk_bytes_max;
}

outbox::outcome outbox::put(urgency how, channel_id channel,
                            std::span<const std::string_view> pieces) {
  std::size_t size = 0;
  for (auto piece : pieces)
    size += piece.size();
  PARLEY_CHECK(channel >= first_channel);
  // Whoever is on the other side would take it for nonsense, and end the link.
  if (size > frame_bytes_max)
    return outcome::refused;
  auto whole = frame_header_bytes + size;
  std::lock_guard held{guard_};
  auto& at = lanes_[static_cast<std::size_t>(how)];
  // A frame above the bound may go alone, or it could never go.
  if (!open_ || (at.bytes > 0 && at.bytes + whole > at.bytes_max))
    return outcome::refused;
  auto& block = block_for(at, whole);
  append_header(block, channel, size);
  for (auto piece : pieces)
    block.append(piece);
  at.bytes += whole;
  ++frames_;
  return std::exchange(watched_, true) ? outcome::queued : outcome::wake;
}

std::string& outbox::block_for(lane& at, std::size_t size) {
  if (!at.blocks.empty() && at.blocks.back().size() + size <= block_bytes)
    return at.blocks.back();
  if (spare_.empty()) {
    at.blocks.emplace_back().reserve(std::max(block_bytes, size));
  } else {
    at.blocks.push_back(std::move(spare_.back()));
    spare_.pop_back();
  }
  return at.blocks.back();
}

outbox::lane* outbox::next_lane() {
  auto waits = [](const lane& at) { return !at.blocks.empty(); };
  auto& bulk = lanes_[2];
  auto others = waits(lanes_[0]) || waits(lanes_[1]);
  if (waits(bulk) && (!others || ++since_bulk_ >= bulk_share)) {
    since_bulk_ = 0;
    return &bulk;
  }
  if (!others)
    return nullptr;
  return waits(lanes_[0]) ? &lanes_[0] : &lanes_[1];
}

bool outbox::take(std::string& block) {
  std::lock_guard held{guard_};
  if (block.capacity() >= block_bytes && block.capacity() < 2 * block_bytes
      && spare_.size() < spare_blocks_max) {
    block.clear();
    spare_.push_back(std::move(block));
  }
  block.clear();
  auto* from = next_lane();
  if (from == nullptr) {
    watched_ = false;
    return false;
  }
  block = std::move(from->blocks.front());
  from->blocks.pop_front();
  from->bytes -= block.size();
  return true;
}

void outbox::open() {
  std::lock_guard held{guard_};
  open_ = true;
  watched_ = false;
}

void outbox::close() {
  std::lock_guard held{guard_};
  open_ = false;
  for (auto& at : lanes_) {
    at.blocks.clear();
    at.bytes = 0;
  }
  spare_.clear();
}

std::size_t outbox::bytes() const {
  std::lock_guard held{guard_};
  std::size_t sum = 0;
  for (const auto& at : lanes_)
    sum += at.bytes;
  return sum;
}

std::uint64_t outbox::frames() const {
  std::lock_guard held{guard_};
  return frames_;
}

} // namespace parley::cluster::link
