#include "cluster/presence/layout.hpp"

#include "base/hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace parley::cluster::presence {

namespace {

constexpr std::size_t run_bytes_max = 32;
constexpr std::size_t name_bytes_max = 64;

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number out = 0;
  const auto* end = text.data() + text.size();
  auto [stopped, failure] = std::from_chars(text.data(), end, out);
  if (failure != std::errc{} || stopped != end)
    return std::nullopt;
  return out;
}

// The words of a text; later versions may add some.
template <std::size_t Size>
std::optional<std::array<std::string_view, Size>> split(std::string_view text) {
  std::array<std::string_view, Size> out;
  for (auto& word : out) {
    auto space = std::min(text.find(' '), text.size());
    word = text.substr(0, space);
    if (word.empty())
      return std::nullopt;
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return out;
}

} // namespace

std::string key_names::user(const user_id& user) const {
  return fmt::format("{}user:{}", prefix_, user.view());
}

std::string key_names::lease(node_id node) const {
  return fmt::format("{}lease:{}", prefix_, node);
}

std::string key_names::nodes() const {
  return prefix_ + "nodes";
}

std::string to_string(const incarnation& x) {
  return fmt::format("{}.{}", x.run, x.generation);
}

std::optional<incarnation> parse_incarnation(std::string_view text) {
  auto dot = text.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot > run_bytes_max)
    return std::nullopt;
  auto generation = parse_number<std::uint32_t>(text.substr(dot + 1));
  if (!generation)
    return std::nullopt;
  return incarnation{std::string{text.substr(0, dot)}, *generation};
}

std::string to_string(const lease_text& x) {
  return fmt::format("{} {} {} {} {} {}", to_string(x.incarnation),
                     x.asserting ? "asserting" : "ready", x.users, x.sessions,
                     x.since, x.name);
}

std::optional<lease_text> parse_lease(std::string_view text) {
  auto words = split<6>(text);
  if (!words)
    return std::nullopt;
  const auto& [who, state, users, sessions, since, name] = *words;
  auto lease = parse_incarnation(who);
  auto user_count = parse_number<std::uint64_t>(users);
  auto session_count = parse_number<std::uint64_t>(sessions);
  auto began = parse_number<timestamp_ms>(since);
  if (!lease || !user_count || !session_count || !began
      || (state != "ready" && state != "asserting")
      || name.size() > name_bytes_max)
    return std::nullopt;
  return lease_text{std::move(*lease),
                    state == "asserting",
                    *user_count,
                    *session_count,
                    *began,
                    std::string{name}};
}

std::string to_string(const entry& x) {
  return fmt::format("{} {} {}", x.present ? "on" : "off",
                     to_string(x.incarnation), x.at);
}

std::optional<entry> parse_entry(std::string_view text) {
  auto words = split<3>(text);
  if (!words)
    return std::nullopt;
  const auto& [state, who, when] = *words;
  auto said_by = parse_incarnation(who);
  auto at = parse_number<timestamp_ms>(when);
  if (!said_by || !at || (state != "on" && state != "off"))
    return std::nullopt;
  return entry{state == "on", std::move(*said_by), *at};
}

void user_hash::add(std::string_view field, std::string_view value) {
  if (field == "status") {
    status = parse_status(value);
    return;
  }
  auto node = parse_number<node_id>(field);
  auto said = parse_entry(value);
  if (node && said)
    nodes.insert_or_assign(*node, std::move(*said));
}

view judge(const user_id& user, const user_hash& said,
           const node_leases& leases, bool unsure) {
  view out{user};
  timestamp_ms seen = 0;
  for (const auto& [node, x] : said.nodes) {
    auto found = leases.find(node);
    const auto* known = found == leases.end() ? nullptr : &found->second;
    const auto* lease = known && known->lease ? &*known->lease : nullptr;
    if (x.present && lease && lease->incarnation == x.incarnation) {
      out.nodes.push_back(node);
    } else if (x.present && lease && lease->asserting
               && lease->incarnation.run == x.incarnation.run) {
      // It was there before, and its node has not come to say so again.
      out.nodes.push_back(node);
      out.stale = true;
    } else {
      // A node that died was last heard of when it last renewed its lease.
      auto died = x.present && known && !lease ? known->renewed : 0;
      seen = std::max({seen, x.at, died});
    }
  }
  if (!out.nodes.empty()) {
    out.status = said.status.value_or(status::online);
    return out;
  }
  out.last_seen = seen;
  out.stale = unsure || std::any_of(leases.begin(), leases.end(), [](auto& x) {
                return x.second.lease && x.second.lease->asserting;
              });
  return out;
}

view judge(const user_id& user, user_hash said, const node_leases& leases,
           bool unsure, node_id self, const std::optional<change>& own) {
  auto mine = said.nodes.find(self);
  if (mine != said.nodes.end())
    mine->second.present = false;
  if (!own)
    return judge(user, said, leases, unsure);
  if (own->status)
    said.status = own->status;
  auto out = judge(user, said, leases, unsure);
  out.nodes.insert(std::lower_bound(out.nodes.begin(), out.nodes.end(), self),
                   self);
  out.status = said.status.value_or(status::online);
  out.last_seen = 0;
  out.stale = false;
  return out;
}

std::size_t server_of(const user_id& user, std::span<const std::string> names) {
  std::size_t best = 0;
  std::uint64_t highest = 0;
  if (names.size() < 2)
    return best;
  std::string draw;
  for (std::size_t i = 0; i < names.size(); ++i) {
    draw.assign(user.view());
    draw += '\0';
    draw += names[i];
    auto drawn = hash64(draw);
    if (i == 0 || drawn > highest) {
      highest = drawn;
      best = i;
    }
  }
  return best;
}

} // namespace parley::cluster::presence
