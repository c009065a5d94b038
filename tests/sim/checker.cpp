#include "tests/sim/checker.hpp"

#include <algorithm>

namespace parley::sim {

namespace {

std::string name(raft::position at) {
  return std::to_string(at.index) + " of term " + std::to_string(at.term);
}

std::string name(node_id node) {
  return "node " + std::to_string(node);
}

} // namespace

void checker::fail(std::string what) {
  if (failure_.empty())
    failure_ = std::move(what);
}

void checker::led(node_id node, std::uint64_t term, const disk_image& log) {
  auto [known, first] = leaders_.emplace(term, node);
  if (!first && known->second != node)
    fail("election safety: " + name(node) + " and " + name(known->second)
         + " lead term " + std::to_string(term));
  // A leader whose term was over before it knew that it won may lack more.
  auto after = std::partition_point(chosen_.begin(), chosen_.end(),
                                    [&](auto& e) { return e.by_term < term; });
  if (after == chosen_.begin())
    return;
  auto at = std::prev(after)->what.at;
  auto has = at.index <= log.compacted.index
             || (at.index <= log.last().index
                 && log.log[at.index - log.compacted.index - 1].at == at);
  if (!has)
    fail("leader completeness: " + name(node) + ", leader of term "
         + std::to_string(term) + ", lacks " + name(at));
}

void checker::saw(node_id node, std::uint64_t before,
                  const std::vector<raft::entry>& entries) {
  for (const auto& e : entries) {
    auto [known, fresh] = entries_.emplace(e.at, seen_entry{before, e.data});
    if (!fresh
        && (known->second.term_before != before
            || *known->second.data != *e.data))
      fail("log matching: " + name(node) + " has another " + name(e.at));
    before = e.at.term;
  }
}

void checker::applied(node_id node, std::uint64_t term, const raft::entry& e) {
  auto& upto = applied_[node];
  if (e.at.index != upto + 1)
    fail("order: " + name(node) + " applied " + name(e.at) + " after "
         + std::to_string(upto));
  upto = e.at.index;
  if (upto == chosen_.size() + 1)
    chosen_.push_back(
      {e, chosen_.empty() ? term : std::max(term, chosen_.back().by_term)});
  else if (upto > chosen_.size() || chosen_[upto - 1].what.at != e.at
           || *chosen_[upto - 1].what.data != *e.data)
    fail("state machine safety: " + name(node) + " applied " + name(e.at)
         + (upto > chosen_.size()
              ? ", which nobody knows"
              : ", not " + name(chosen_[upto - 1].what.at)));
}

void checker::installed(node_id node, std::uint64_t upto) {
  auto& applied = applied_[node];
  if (upto < applied)
    fail("snapshot: " + name(node) + " went back from "
         + std::to_string(applied) + " to " + std::to_string(upto));
  applied = upto;
}

void checker::restarted(node_id node, std::uint64_t applied) {
  applied_[node] = applied;
}

void checker::acknowledged(node_id node, raft::position at) {
  if (at.index > chosen_.size() || chosen_[at.index - 1].what.at != at)
    fail("lost: " + name(node) + " acknowledged " + name(at));
  acknowledged_ = std::max(acknowledged_, at.index);
}

void checker::answered(node_id node, std::uint64_t applied, std::uint64_t floor,
                       const char* how) {
  if (applied < floor)
    fail(std::string{"stale read by "} + how + ": " + name(node) + " has "
         + std::to_string(applied) + ", acknowledged was "
         + std::to_string(floor));
}

} // namespace parley::sim
