#include "cli/node_names.hpp"

#include "cli/output.hpp"

#include <boost/json/array.hpp>

namespace parley::cli {

node_names::node_names(const boost::json::value& answer) {
  if (const auto* all = member(answer, "nodes").if_array())
    for (const auto& each : *all)
      names_[number(each, "id")] = text(each, "name");
}

std::string node_names::of(std::int64_t node) const {
  if (node == 0)
    return "-";
  auto found = names_.find(node);
  return found == names_.end() ? std::to_string(node) : found->second;
}

std::string node_names::of(const boost::json::value& node) const {
  const auto* number = node.if_int64();
  return of(number ? *number : 0);
}

std::string node_names::all_of(const boost::json::value& nodes) const {
  std::string out;
  if (const auto* all = nodes.if_array())
    for (const auto& each : *all)
      out += (out.empty() ? "" : " ") + of(each);
  return out.empty() ? "-" : out;
}

} // namespace parley::cli
