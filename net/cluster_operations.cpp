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
