#include "cluster/raft/configuration.hpp"

#include "storage/codec.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace parley::cluster::raft {

namespace {

constexpr std::uint8_t configuration_version = 1;

bool among(const std::vector<node_id>& nodes, node_id node) {
  return std::binary_search(nodes.begin(), nodes.end(), node);
}

/// Rises, has no zero and is not too long.
bool well_formed(const std::vector<node_id>& nodes) {
  return nodes.size() <= group_nodes_max && (nodes.empty() || nodes[0] != 0)
         && std::adjacent_find(nodes.begin(), nodes.end(),
                               std::greater_equal<>{})
              == nodes.end();
}

bool overlap(const std::vector<node_id>& a, const std::vector<node_id>& b) {
  return std::any_of(a.begin(), a.end(),
                     [&](node_id node) { return among(b, node); });
}

bool well_formed(const configuration& config) {
  return well_formed(config.voters) && well_formed(config.outgoing)
         && well_formed(config.learners)
         && !overlap(config.voters, config.learners)
         && (!config.voters.empty() || config.outgoing.empty());
}

template <class Visitor, class Configuration>
void fields_of(Visitor& visit, Configuration& config) {
  visit(config.voters);
  visit(config.outgoing);
  visit(config.learners);
}

void tidy(std::vector<node_id>& nodes) {
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
}

std::int64_t reached_by_majority(const std::vector<node_id>& nodes,
                                 const reached_by& of) {
  if (nodes.empty())
    return std::numeric_limits<std::int64_t>::min();
  std::vector<std::int64_t> reached;
  reached.reserve(nodes.size());
  for (auto node : nodes)
    reached.push_back(of(node));
  // The middle one from below, or the lower of two: as many or more than half
  // of all, and one, have reached it.
  auto middle = reached.begin() + (reached.size() - 1) / 2;
  std::nth_element(reached.begin(), middle, reached.end());
  return *middle;
}

} // namespace

bool configuration::votes(node_id node) const {
  return among(voters, node) || among(outgoing, node);
}

bool configuration::learns(node_id node) const {
  return among(learners, node) && !among(outgoing, node);
}

bool configuration::alone(node_id self) const {
  auto only_self = [self](const std::vector<node_id>& nodes) {
    return nodes.size() == 1 && nodes[0] == self;
  };
  return only_self(voters) && (outgoing.empty() || only_self(outgoing));
}

std::vector<node_id> configuration::everyone() const {
  auto all = voters;
  all.insert(all.end(), outgoing.begin(), outgoing.end());
  all.insert(all.end(), learners.begin(), learners.end());
  tidy(all);
  return all;
}

result<configuration> make_configuration(std::vector<node_id> voters,
                                         std::vector<node_id> learners) {
  configuration config{std::move(voters), {}, std::move(learners)};
  tidy(config.voters);
  tidy(config.learners);
  if (config.voters.empty() || !well_formed(config))
    return error{errc::bad_params, "no such group can be"};
  return config;
}

std::int64_t agreed(const configuration& config, const reached_by& of) {
  auto reached = reached_by_majority(config.voters, of);
  if (config.joint())
    reached = std::min(reached, reached_by_majority(config.outgoing, of));
  return reached;
}

std::string encode(const configuration& config) {
  storage::record_writer writer{configuration_version};
  fields_of(writer, config);
  return writer.take();
}

result<configuration> decode_configuration(std::string_view bytes) {
  storage::record_reader reader{bytes};
  configuration config;
  auto version = reader.version();
  fields_of(reader, config);
  if (version != configuration_version || !reader.done()
      || !well_formed(config))
    return error{errc::corrupt, "configuration"};
  return config;
}

} // namespace parley::cluster::raft
