#include "cluster/member/range_hashes.hpp"

#include "base/hash.hpp"
#include "storage/big_endian.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace parley::cluster {

namespace {

constexpr std::size_t ranges_max = 1024;

std::uint64_t hash_of(std::string_view key, std::string_view record) {
  std::string hashes;
  storage::append_big_endian(hashes, hash64(key));
  storage::append_big_endian(hashes, hash64(record));
  return hash64(hashes);
}

/// Keys that all of them have a range begin at; and the beginning.
std::vector<std::string>
common_cuts(const std::map<node_id, std::vector<range_hash>>& of) {
  std::map<std::string, std::size_t> seen;
  for (const auto& [node, ranges] : of)
    for (const auto& r : ranges)
      ++seen[r.from];
  std::vector<std::string> cuts{{}};
  for (const auto& [key, count] : seen)
    if (count == of.size())
      cuts.push_back(key);
  return cuts;
}

/// The ranges as they are between the cuts.
std::vector<range_hash> between(const std::vector<std::string>& cuts,
                                const std::vector<range_hash>& ranges) {
  std::vector<range_hash> out(cuts.size());
  std::size_t at = 0;
  for (const auto& r : ranges) {
    while (at + 1 < cuts.size() && cuts[at + 1] <= r.from)
      ++at;
    out[at].rows += r.rows;
    out[at].sum += r.sum;
  }
  return out;
}

} // namespace

void range_hasher::add(std::string_view key, std::string_view record) {
  if (ranges_.empty() || (hash64(key) & mask_) == 0) {
    if (ranges_.size() >= ranges_max)
      widen();
    ranges_.push_back({std::string{key}, 0, 0});
  }
  auto& last = ranges_.back();
  ++last.rows;
  last.sum += hash_of(key, record);
}

void range_hasher::widen() {
  mask_ = mask_ * 2 + 1;
  std::vector<range_hash> fewer;
  for (auto& r : ranges_) {
    if (fewer.empty() || (hash64(r.from) & mask_) == 0) {
      fewer.push_back(std::move(r));
      continue;
    }
    fewer.back().rows += r.rows;
    fewer.back().sum += r.sum;
  }
  ranges_ = std::move(fewer);
}

std::vector<range_difference>
compare(const std::map<node_id, std::vector<range_hash>>& of) {
  auto cuts = common_cuts(of);
  std::map<node_id, std::vector<range_hash>> cut;
  for (const auto& [node, ranges] : of)
    cut[node] = between(cuts, ranges);
  std::vector<range_difference> out;
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::vector<node_id>> say;
    for (const auto& [node, ranges] : cut)
      say[{ranges[i].rows, ranges[i].sum}].push_back(node);
    if (say.size() < 2)
      continue;
    range_difference d{cuts[i], i + 1 < cuts.size() ? cuts[i + 1] : "", {}};
    d.decided = std::any_of(say.begin(), say.end(), [&](const auto& one) {
      return 2 * one.second.size() > of.size();
    });
    for (const auto& [what, nodes] : say)
      if (!d.decided || 2 * nodes.size() <= of.size())
        d.nodes.insert(d.nodes.end(), nodes.begin(), nodes.end());
    std::sort(d.nodes.begin(), d.nodes.end());
    out.push_back(std::move(d));
  }
  return out;
}

} // namespace parley::cluster
