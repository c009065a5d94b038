#include "net/cluster_operations.hpp"

#include <algorithm>

namespace parley::net {

const cluster::link::link_info* cluster_view::link_to(node_id node) const {
  auto found = std::find_if(links.begin(), links.end(),
                            [&](auto& one) { return one.node == node; });
  return found == links.end() ? nullptr : &*found;
}

bool cluster_view::reaches(node_id node) const {
  const auto* link = link_to(node);
  return node == self || (link && link->up);
}

const char* cluster_view::state_of(const cluster::node_row& row) const {
  using cluster::node_state;
  if (row.state == node_state::removed)
    return to_string(row.state);
  if (!reaches(row.id))
    return "unreachable";
  // Only the node itself knows when it is done with draining.
  auto said = reports.find(row.id);
  auto drained = row.state == node_state::draining && said != reports.end()
                 && said->second.drained;
  return drained ? "drained" : to_string(row.state);
}

std::vector<node_id> cluster_view::unreachable() const {
  std::vector<node_id> out;
  for (auto node : map->members())
    if (!reaches(node))
      out.push_back(node);
  return out;
}

bool cluster_view::is_owned(cluster::shard_id shard) const {
  const auto& owner = owners[shard];
  return owner.here
         || (owner.node != 0 && owner.node != self && reaches(owner.node));
}

std::size_t cluster_view::without_owner() const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < owners.size(); ++i)
    if (!is_owned(static_cast<cluster::shard_id>(i)))
      ++count;
  return count;
}

} // namespace parley::net
