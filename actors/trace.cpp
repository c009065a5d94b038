#include "actors/trace.hpp"

#include "base/hash.hpp"

#include <algorithm>
#include <chrono>

namespace parley::actors {

namespace {

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
           std::chrono::system_clock::now().time_since_epoch())
    .count();
}

// Neighbouring messages of one conversation get neighbouring slots.
std::size_t slot_of(const conversation_id& conversation, seq at,
                    std::size_t slots) {
  return (hash64(conversation.view()) + at) % slots;
}

} // namespace

message_trace::message_trace() : table_(std::make_unique<table>()) {}

void message_trace::accepted(const conversation_id& conversation, seq at) {
  auto slot = slot_of(conversation, at, slots);
  std::lock_guard held{table_->guards[slot % locks]};
  table_->tracks[slot] = {conversation, at, now_us(), 0, 0, 0, {}};
}

void message_trace::committed(const conversation_id& conversation, seq at) {
  auto slot = slot_of(conversation, at, slots);
  std::lock_guard held{table_->guards[slot % locks]};
  auto& track = table_->tracks[slot];
  if (track.at == at && track.conversation == conversation)
    track.committed_us = now_us();
}

void message_trace::delivered(const conversation_id& conversation, seq at,
                              const std::vector<session_id>& sessions) {
  auto slot = slot_of(conversation, at, slots);
  std::lock_guard held{table_->guards[slot % locks]};
  auto& track = table_->tracks[slot];
  if (track.at != at || track.conversation != conversation)
    return;
  track.delivered_us = now_us();
  for (auto id : sessions) {
    if (track.deliveries < track.sessions.size())
      track.sessions[track.deliveries] = id;
    ++track.deliveries;
  }
}

std::optional<message_track>
message_trace::find(const conversation_id& conversation, seq at) const {
  auto slot = slot_of(conversation, at, slots);
  std::lock_guard held{table_->guards[slot % locks]};
  auto& track = table_->tracks[slot];
  if (track.at != at || track.conversation != conversation)
    return std::nullopt;
  return track;
}

} // namespace parley::actors
