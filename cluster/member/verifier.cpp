#include "cluster/member/verifier.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace parley::cluster {

namespace {

using standing = shard_report::standing;

constexpr raft::time_ms ask_again_ms = 1000;
/// To come to the mark; and then to read the whole shard.
constexpr raft::time_ms mark_patience_ms = 10'000;
constexpr raft::time_ms digest_patience_ms = 3'600'000;
/// For a link that is just being made again.
constexpr raft::time_ms link_patience_ms = 500;

std::uint64_t random_number() {
  static thread_local std::mt19937_64 source{std::random_device{}()};
  return source() | 1;
}

standing standing_of(const shard_digest& d) {
  switch (d.what) {
    case shard_digest::outcome::whole: return standing::equal;
    case shard_digest::outcome::damaged: return standing::damaged;
    default: return standing::lost;
  }
}

} // namespace

bool shard_report::good() const {
  return done
         && std::all_of(replicas.begin(), replicas.end(), [](const auto& one) {
              return one.second == standing::equal;
            });
}

const char* to_string(shard_report::standing what) {
  switch (what) {
    case standing::pending: return "pending";
    case standing::equal: return "equal";
    case standing::differs: return "differs";
    case standing::damaged: return "damaged";
    case standing::lost: return "lost";
    case standing::unreachable: return "unreachable";
    default: return "silent";
  }
}

void verifier::begin(shard_id shard, const std::vector<node_id>& members,
                     raft::time_ms now) {
  std::lock_guard guard{mutex_};
  auto& fresh = rounds_[shard] = {};
  fresh.begun = now;
  for (auto node : members)
    fresh.told[node] = std::nullopt;
  ask(shard, fresh, now);
}

/// Of two requests only the later one's answers count: each is a mark of its
/// own.
void verifier::ask(shard_id shard, round& which, raft::time_ms now) {
  which.number = random_number();
  which.asked = now;
  (void)ask_({shard, which.number}); // asked again by `tick`
}

verifier::round* verifier::find(shard_id shard, std::uint64_t number,
                                node_id from) {
  auto found = rounds_.find(shard);
  if (found == rounds_.end() || found->second.number != number
      || !found->second.told.contains(from))
    return nullptr;
  return &found->second;
}

void verifier::reached(node_id from, const verify_reached& what) {
  std::lock_guard guard{mutex_};
  if (auto* r = find(what.shard, what.round, from))
    r->reached[from] = true;
}

void verifier::take(node_id from, verify_digest what) {
  std::lock_guard guard{mutex_};
  if (auto* r = find(what.shard, what.round, from)) {
    r->reached[from] = true;
    r->told[from] = std::move(what.digest);
  }
}

void verifier::tick(raft::time_ms now) {
  std::lock_guard guard{mutex_};
  for (auto& each : rounds_) {
    auto& r = each.second;
    if (r.closed)
      continue;
    auto waited = now - r.begun;
    if (r.reached.empty() && waited < mark_patience_ms
        && now - r.asked >= ask_again_ms)
      ask(each.first, r, now);
    auto waiting
      = std::any_of(r.told.begin(), r.told.end(), [&](const auto& one) {
          auto most = r.reached.contains(one.first) ? digest_patience_ms
                                                    : mark_patience_ms;
          return !one.second && waited < most
                 && (waited < link_patience_ms || reaches_(one.first));
        });
    r.closed = !waiting;
  }
}

std::optional<shard_report> verifier::report(shard_id shard) const {
  std::lock_guard guard{mutex_};
  auto found = rounds_.find(shard);
  if (found == rounds_.end())
    return std::nullopt;
  const auto& r = found->second;
  shard_report out;
  out.shard = shard;
  out.round = r.number;
  out.done = r.closed
             || std::all_of(r.told.begin(), r.told.end(), [](const auto& one) {
                  return one.second.has_value();
                });
  std::map<node_id, std::vector<range_hash>> whole;
  for (const auto& [node, digest] : r.told) {
    if (!digest) {
      auto missing = reaches_(node) ? standing::silent : standing::unreachable;
      out.replicas[node] = out.done ? missing : standing::pending;
      continue;
    }
    out.replicas[node] = standing_of(*digest);
    out.index = digest->at.index;
    out.rows = std::max(out.rows, digest->rows);
    out.bytes = std::max(out.bytes, digest->bytes);
    if (digest->what == shard_digest::outcome::whole)
      whole[node] = digest->ranges;
  }
  if (!out.done)
    return out;
  out.differences = compare(whole);
  for (const auto& d : out.differences)
    for (auto node : d.nodes)
      out.replicas[node] = standing::differs;
  return out;
}

} // namespace parley::cluster
