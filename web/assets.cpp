#include "web/assets.hpp"

#include <algorithm>

namespace parley::web {

const asset* find_asset(std::string_view path) {
  auto all = assets();
  auto at = std::ranges::lower_bound(all, path, {}, &asset::path);
  return at != all.end() && at->path == path ? &*at : nullptr;
}

} // namespace parley::web
