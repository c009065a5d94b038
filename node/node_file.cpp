#include "node/node_file.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fstream>

namespace parley::node {

namespace {

std::filesystem::path place(const std::filesystem::path& dir) {
  return dir / "node.json";
}

} // namespace

result<void> write_node_file(const std::filesystem::path& dir,
                             const node_file& what) {
  auto draft = dir / "node.json.new";
  std::ofstream out{draft, std::ios::trunc};
  boost::json::object facts{{"node", what.node},
                            {"client", what.client},
                            {"ops", what.ops},
                            {"pid", what.pid}};
  if (!what.cluster.empty())
    facts["cluster"] = what.cluster;
  out << boost::json::serialize(facts) << '\n';
  out.close();
  std::error_code failed;
  if (out)
    std::filesystem::rename(draft, place(dir), failed);
  if (!out || failed)
    return error{errc::io_failed, "can't write " + place(dir).string()};
  return {};
}

void remove_node_file(const std::filesystem::path& dir) {
  // A file that stays is overwritten by the next start.
  std::error_code ignored;
  std::filesystem::remove(place(dir), ignored);
}

} // namespace parley::node
