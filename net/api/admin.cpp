#include "net/api/admin.hpp"

#include "base/limits.hpp"
#include "net/api/answer.hpp"
#include "net/api/operator_audit.hpp"
#include "net/rpc/results.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace parley::net {

namespace {

constexpr std::uint32_t body_depth_max = 8;
constexpr std::size_t entities_default = 50;
constexpr std::size_t entities_max = 10'000;
constexpr std::size_t tail_default = 20;

void write_node(rpc::json_out& to, const cluster::presence::node_row& node) {
  to.begin_object();
  to.member("node", node.node);
  to.member("name", std::string_view{node.name});
  to.member("users", node.users);
  to.member("sessions", node.sessions);
  to.member("since", node.since);
  to.member("asserting", node.asserting);
  to.end_object();
}

void write_track(rpc::json_out& to, const actors::message_track& track) {
  to.begin_object();
  to.member("conversation", track.conversation);
  to.member("seq", track.at);
  to.member("accepted_us", track.accepted_us);
  to.member("committed_us", track.committed_us);
  to.member("delivered_us", track.delivered_us);
  to.member("deliveries", track.deliveries);
  to.key("sessions");
  to.begin_array();
  for (auto session : track.sessions)
    if (session != 0)
      to.value(session);
  to.end_array();
  to.end_object();
}

} // namespace

void admin::call(const exchange_ptr& request, const ops_caller& who) {
  auto body = request->body(body_depth_max);
  if (!body)
    return request->answer_error(body.error());
  rpc::params top{*body, {}};
  std::string method{top.text("method")};
  if (!top.done())
    return request->answer_error(top.done().error());
  if (!who.may(method))
    return request->answer_error(
      error{errc::forbidden, "this token may only look at the cluster"});
  auto* given = body->if_contains("params");
  if (given != nullptr && !given->is_object())
    return request->answer_error(
      error{errc::bad_params, "must be an object", "params"});
  auto params = std::make_shared<boost::json::object>();
  if (given != nullptr)
    *params = std::move(given->get_object());
  // Whose token it is counts for more than what is said.
  if (!who.name.empty())
    (*params)["by"] = who.name;
  write_down(request, {method, *params}, [this, request, method, params] {
    run(request, method, *params);
  });
}

void admin::run(const exchange_ptr& request, std::string_view method,
                const boost::json::object& params) {
  struct entry {
    std::string_view name;
    void (admin::*run)(const exchange_ptr&, rpc::params&);
  };
  static constexpr std::array table{
    entry{"status", &admin::status},
    entry{"entity.list", &admin::list_entities},
    entry{"dead_letter.list", &admin::list_dead_letters},
    entry{"trace", &admin::trace},
    entry{"config.show", &admin::show_config},
    entry{"keys.rotate", &admin::rotate_keys},
    entry{"user.show", &admin::show_user},
    entry{"user.logout", &admin::sign_out},
    entry{"conversation.show", &admin::show_conversation},
    entry{"conversation.tail", &admin::tail},
    entry{"presence.show", &admin::show_presence},
    entry{"presence.nodes", &admin::list_presence},
  };
  rpc::params in{params, {}};
  if (!call_named(table, method, *this, request, in)
      && !cluster_.call(method, request, in)
      && !queues_.call(method, request, in)
      && !moderation_.call(method, request, in))
    request->answer_error(error{errc::method_not_found, "no such method"});
}

void admin::status(const exchange_ptr& request, rpc::params&) {
  auto state = node_.ready();
  answer(request, [&](rpc::json_out& to) {
    to.begin_object();
    to.member("ready", state.ready);
    to.member_if("reason", std::string_view{state.reason});
    for (const auto& row : node_.status()) {
      to.key(row.name);
      std::visit([&](const auto& x) { to.value(x); }, row.value);
    }
    to.end_object();
  });
}

void admin::list_entities(const exchange_ptr& request, rpc::params& in) {
  auto limit = in.limit(entities_default, entities_max);
  if (!in.done())
    return request->answer_error(in.done().error());
  answer(request, [&](rpc::json_out& to) {
    to.begin_object();
    to.key("entities");
    to.begin_array();
    auto found = node_.entities(limit + 1);
    auto has_more = found.size() > limit;
    found.resize(std::min<std::size_t>(found.size(), limit));
    for (const auto& each : found) {
      to.begin_object();
      to.member("kind", cluster::to_string(each.key.kind));
      to.member("name", each.key.name);
      to.member("idle_ms", std::int64_t{each.idle.count()});
      to.end_object();
    }
    to.end_array();
    to.member("has_more", has_more);
    to.end_object();
  });
}

void admin::list_dead_letters(const exchange_ptr& request, rpc::params& in) {
  auto limit = in.limit(entities_default, entities_max);
  if (!in.done())
    return request->answer_error(in.done().error());
  auto found = node_.dead_letters(limit);
  if (!found)
    return request->answer_error(found.error());
  answer(request, [&](rpc::json_out& to) {
    to.begin_object();
    to.key("dead_letters");
    to.begin_array();
    for (const auto& each : *found) {
      to.begin_object();
      to.member("shard", std::int64_t{each.shard});
      to.member("entity", std::string_view{each.content.entity});
      to.member("reason", std::string_view{each.content.reason});
      to.member("since", each.content.since);
      to.member("bytes", static_cast<std::int64_t>(each.content.row.size()));
      to.end_object();
    }
    to.end_array();
    to.end_object();
  });
}

void admin::trace(const exchange_ptr& request, rpc::params& in) {
  auto id = in.conversation();
  auto at = in.position();
  if (!in.done())
    return request->answer_error(in.done().error());
  auto track = node_.trace(id, at);
  if (!track)
    return request->answer_error(
      error{errc::not_found, "only recent messages leave a trace"});
  answer(request, [&](rpc::json_out& to) { write_track(to, *track); });
}

void admin::show_config(const exchange_ptr& request, rpc::params&) {
  answer(request, [&](rpc::json_out& to) {
    to.begin_object();
    to.member("yaml", std::string_view{node_.config()});
    to.end_object();
  });
}

void admin::rotate_keys(const exchange_ptr& request, rpc::params& in) {
  auto revoke = in.has("revoke") && in.flag("revoke");
  if (!in.done())
    return request->answer_error(in.done().error());
  auto kid = node_.rotate_keys(revoke);
  if (!kid)
    return request->answer_error(kid.error());
  answer(request, [&](rpc::json_out& to) {
    to.begin_object();
    to.member("kid", std::string_view{*kid});
    to.end_object();
  });
}

void admin::show_user(const exchange_ptr& request, rpc::params& in) {
  auto user = in.user();
  ask(request, in.to_user(user, actors::inspect_user{}), rpc::write_inspection);
}

void admin::sign_out(const exchange_ptr& request, rpc::params& in) {
  auto user = in.user();
  ask(request, in.to_user(user, actors::sign_out_everywhere{}),
      rpc::write_done);
}

void admin::show_conversation(const exchange_ptr& request, rpc::params& in) {
  auto id = in.conversation();
  actors::show_conversation what;
  if (in.has("members_after"))
    what.members_after = in.user("members_after");
  what.members_limit
    = in.limit(limits::page_default, limits::members_page_max, "members_limit");
  ask(request, in.to_conversation(id, what), rpc::write_details);
}

// Without a place to begin, the end of the log has to be asked for first.
void admin::tail(const exchange_ptr& request, rpc::params& in) {
  auto id = in.conversation();
  auto limit = in.limit(tail_default, limits::page_max);
  if (in.has("after")) {
    actors::read_events what{in.position_or_start("after"), limit};
    return ask(request, in.to_conversation(id, what), rpc::write_events);
  }
  auto first = in.to_conversation(id, actors::show_conversation{{}, 1});
  if (!first)
    return request->answer_error(first.error());
  request->with().port.call(
    an_operator(), std::move(*first),
    [request, id, limit](const result<actors::reply>& reply) {
      if (!reply)
        return request->answer_error(reply.error());
      auto last
        = std::get<actors::conversation_details>(*reply).summary.last_seq;
      actors::read_events what{last > limit ? last - limit : 0, limit};
      ask(request,
          rpc::target{cluster::key_of(id), actors::conversation_command{what}},
          rpc::write_events);
    });
}

void admin::show_presence(const exchange_ptr& request, rpc::params& in) {
  auto user = in.user();
  if (!in.done())
    return request->answer_error(in.done().error());
  auto write = [shared = node_.presence_shared()](
                 rpc::json_out& to, const cluster::presence::view& seen) {
    to.begin_object();
    to.member("user", seen.user);
    to.member("status", to_string(seen.status));
    to.list_member("nodes", seen.nodes);
    to.member_if("last_seen", seen.last_seen);
    to.member("stale", seen.stale);
    to.member("shared", shared);
    to.end_object();
  };
  node_.presence_of(user, [request, write](cluster::presence::view seen) {
    answer_later(request, std::move(seen), write);
  });
}

void admin::list_presence(const exchange_ptr& request, rpc::params&) {
  auto write = [shared = node_.presence_shared()](
                 rpc::json_out& to, const cluster::presence::node_list& all) {
    to.begin_object();
    to.key("nodes");
    to.begin_array();
    for (const auto& each : all.nodes)
      write_node(to, each);
    to.end_array();
    to.member("stale", all.stale);
    to.member("shared", shared);
    to.end_object();
  };
  node_.presence_nodes([request, write](cluster::presence::node_list all) {
    answer_later(request, std::move(all), write);
  });
}

} // namespace parley::net
