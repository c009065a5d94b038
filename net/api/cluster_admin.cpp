#include "net/api/cluster_admin.hpp"

#include "net/api/answer.hpp"
#include "net/api/cluster_json.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace parley::net {

namespace {

using cluster::map_change;
using cluster::node_row;

constexpr std::size_t zone_bytes_max = 64;
constexpr std::size_t name_bytes_max = 64;

/// By name, or else by number.
result<const node_row*> find_node(const cluster::cluster_map& map,
                                  const std::string& which, const char* param) {
  const node_row* found = nullptr;
  for (const auto& [id, row] : map.nodes)
    if (row.name == which && row.state != cluster::node_state::removed)
      found = &row;
  node_id number = 0;
  auto end = which.data() + which.size();
  auto [at, ec] = std::from_chars(which.data(), end, number);
  if (!found && ec == std::errc{} && at == end)
    found = map.find(number);
  if (!found)
    return error{errc::not_found, "the cluster has no node " + which, param};
  if (found->state == cluster::node_state::removed)
    return error{errc::not_found, "node " + which + " was removed", param};
  return found;
}

/// A refusal for people, who do not ask the map's owner themselves.
error for_people(error why) {
  if (why.code != errc::unavailable)
    return why;
  return {errc::unavailable,
          "the cluster map cannot be changed now: " + why.detail,
          {},
          why.retry_after_ms};
}

/// To be called on any thread.
void refuse(const exchange_ptr& request, const error& why) {
  boost::asio::post(request->with().executor,
                    [request, why] { request->answer_error(for_people(why)); });
}

void change_map(cluster_operations& cluster, const exchange_ptr& request,
                const map_change& what, std::string name) {
  cluster.change(
    what, [request, what, name = std::move(name)](const result<void>& done) {
      if (!done)
        return refuse(request, done.error());
      answer_later(request, name, [what](rpc::json_out& to, const auto& node) {
        to.begin_object();
        if (what.what == map_change::kind::move) {
          to.member("shard", what.shard);
          to.member("from", what.node);
          to.member("to", what.to);
        } else {
          to.member("node", what.node);
          to.member("name", std::string_view{node});
        }
        to.end_object();
      });
    });
}

/// Reads the node's name and has the change made that is begun in `what`.
void change_node(cluster_operations& cluster, const exchange_ptr& request,
                 rpc::params& in, map_change what) {
  auto which = in.line("node", 1, name_bytes_max);
  if (!in.done())
    return request->answer_error(in.done().error());
  cluster.look([&cluster, request, which, what](const cluster_view& seen) {
    auto row = find_node(*seen.map, which, "node");
    if (!row)
      return refuse(request, row.error());
    auto wish = what;
    wish.node = (*row)->id;
    change_map(cluster, request, wish, (*row)->name);
  });
}

/// Reads the shard's number and calls `then(shard, view)`.
template <class Then>
void with_shard(cluster_operations& cluster, const exchange_ptr& request,
                rpc::params& in, Then then) {
  auto number = in.position_or_start("shard");
  if (!in.done())
    return request->answer_error(in.done().error());
  cluster.look([request, number, then](cluster_view seen) {
    if (number >= seen.map->shards.size())
      return refuse(request, {errc::not_found, "no such shard", "shard"});
    then(static_cast<cluster::shard_id>(number), std::move(seen));
  });
}

} // namespace

bool cluster_admin::call(std::string_view method, const exchange_ptr& request,
                         rpc::params& in) {
  struct entry {
    std::string_view name;
    void (cluster_admin::*run)(const exchange_ptr&, rpc::params&);
  };
  static constexpr std::array table{
    entry{"node.list", &cluster_admin::list_nodes},
    entry{"node.drain", &cluster_admin::drain},
    entry{"node.undrain", &cluster_admin::undrain},
    entry{"node.remove", &cluster_admin::remove},
    entry{"node.removal", &cluster_admin::show_removal},
    entry{"node.zone", &cluster_admin::set_zone},
    entry{"cluster.status", &cluster_admin::status},
    entry{"cluster.map", &cluster_admin::show_map},
    entry{"cluster.rebalance", &cluster_admin::rebalance},
    entry{"shard.show", &cluster_admin::show_shard},
    entry{"shard.move", &cluster_admin::move_shard},
    entry{"shard.verify", &cluster_admin::verify_shard},
    entry{"shard.verified", &cluster_admin::show_verified},
    entry{"shard.mend", &cluster_admin::mend_shard},
  };
  return call_named(table, method, *this, request, in);
}

void cluster_admin::list_nodes(const exchange_ptr& request, rpc::params&) {
  cluster_.look([request](cluster_view seen) {
    answer_later(request, std::move(seen), write_nodes);
  });
}

void cluster_admin::drain(const exchange_ptr& request, rpc::params& in) {
  map_change what;
  what.what = map_change::kind::drain;
  change_node(cluster_, request, in, what);
}

void cluster_admin::undrain(const exchange_ptr& request, rpc::params& in) {
  map_change what;
  what.what = map_change::kind::undrain;
  change_node(cluster_, request, in, what);
}

void cluster_admin::remove(const exchange_ptr& request, rpc::params& in) {
  map_change what;
  what.what = map_change::kind::remove;
  if (in.has("force") && in.flag("force"))
    what.text = map_change::forced;
  change_node(cluster_, request, in, what);
}

void cluster_admin::show_removal(const exchange_ptr& request, rpc::params& in) {
  auto which = in.line("node", 1, name_bytes_max);
  if (!in.done())
    return request->answer_error(in.done().error());
  cluster_.look([request, which](cluster_view seen) {
    auto row = find_node(*seen.map, which, "node");
    if (!row)
      return refuse(request, row.error());
    answer_later(request, std::move(seen),
                 [node = (*row)->id](rpc::json_out& to, const auto& what) {
                   write_removal(to, what, node);
                 });
  });
}

void cluster_admin::set_zone(const exchange_ptr& request, rpc::params& in) {
  map_change what;
  what.what = map_change::kind::zone;
  what.text = in.line("zone", 0, zone_bytes_max);
  change_node(cluster_, request, in, what);
}

void cluster_admin::status(const exchange_ptr& request, rpc::params&) {
  cluster_.look([request](cluster_view seen) {
    answer_later(request, std::move(seen), write_cluster);
  });
}

void cluster_admin::show_map(const exchange_ptr& request, rpc::params&) {
  cluster_.look([request](cluster_view seen) {
    answer_later(request, std::move(seen), write_map);
  });
}

void cluster_admin::rebalance(const exchange_ptr& request, rpc::params&) {
  cluster_.look([request](cluster_view seen) {
    answer_later(request, std::move(seen), write_moves);
  });
}

void cluster_admin::show_shard(const exchange_ptr& request, rpc::params& in) {
  with_shard(cluster_, request, in, [request](auto shard, cluster_view seen) {
    answer_later(request, std::move(seen),
                 [shard](rpc::json_out& to, const cluster_view& what) {
                   write_shard(to, what, shard);
                 });
  });
}

void cluster_admin::verify_shard(const exchange_ptr& request, rpc::params& in) {
  with_shard(cluster_, request, in, [this, request](auto shard, auto) {
    cluster_.verify(shard);
    answer_later(request, shard, [](rpc::json_out& to, auto which) {
      to.begin_object();
      to.member("shard", which);
      to.end_object();
    });
  });
}

void cluster_admin::show_verified(const exchange_ptr& request,
                                  rpc::params& in) {
  with_shard(
    cluster_, request, in, [this, request](auto shard, cluster_view seen) {
      auto report = cluster_.verified(shard);
      if (!report)
        return refuse(request,
                      {errc::not_found, "nobody had it compared", "shard"});
      answer_later(request, std::pair{std::move(seen), std::move(*report)},
                   [](rpc::json_out& to, const auto& what) {
                     write_report(to, what.first, what.second);
                   });
    });
}

void cluster_admin::mend_shard(const exchange_ptr& request, rpc::params& in) {
  auto which = in.line("node", 1, name_bytes_max);
  with_shard(
    cluster_, request, in,
    [this, request, which](auto shard, const cluster_view& seen) {
      auto node = find_node(*seen.map, which, "node");
      if (!node)
        return refuse(request, node.error());
      const auto& members = seen.map->shards[shard].placed;
      if (std::count(members.begin(), members.end(), (*node)->id) == 0)
        return refuse(
          request, {errc::bad_params, "the node has no replica of it", "node"});
      if (members.size() < 2)
        return refuse(request, {errc::conflict, "no other node has it"});
      if (!cluster_.mend(shard, (*node)->id))
        return refuse(request, {errc::unavailable, "it cannot be told now"});
      answer_later(request, std::pair{shard, (*node)->id},
                   [](rpc::json_out& to, const auto& what) {
                     to.begin_object();
                     to.member("shard", what.first);
                     to.member("node", what.second);
                     to.end_object();
                   });
    });
}

void cluster_admin::move_shard(const exchange_ptr& request, rpc::params& in) {
  auto number = in.position_or_start("shard");
  auto from = in.line("from", 1, name_bytes_max);
  auto to = in.line("to", 1, name_bytes_max);
  if (!in.done())
    return request->answer_error(in.done().error());
  cluster_.look([this, request, number, from, to](const cluster_view& seen) {
    if (number >= seen.map->shards.size())
      return refuse(request, {errc::not_found, "no such shard", "shard"});
    auto source = find_node(*seen.map, from, "from");
    if (!source)
      return refuse(request, source.error());
    auto target = find_node(*seen.map, to, "to");
    if (!target)
      return refuse(request, target.error());
    map_change what;
    what.what = map_change::kind::move;
    what.shard = static_cast<cluster::shard_id>(number);
    what.node = (*source)->id;
    what.to = (*target)->id;
    change_map(cluster_, request, what, {});
  });
}

} // namespace parley::net
