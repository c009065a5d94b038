#include "cluster/presence/roster.hpp"

#include "cluster/presence/layout.hpp"
#include "cluster/presence/presence_metrics.hpp"
#include "cluster/presence/redis_client.hpp"

#include <algorithm>
#include <future>
#include <map>
#include <utility>

namespace parley::cluster::presence {

namespace {

/// Where the users of a look-up are kept: at which place of which Redis.
struct whereabouts {
  std::size_t redis = 0;
  std::size_t place = 0;
};

} // namespace

roster::roster(options opts, const clock& time)
  : opts_(std::move(opts)),
    time_(time),
    since_(time.now_ms()),
    names_(names_of(opts_)) {
  auto count = std::max<std::size_t>(1, names_.size());
  std::vector<session_table*> raw;
  for (std::size_t i = 0; i < count; ++i) {
    tables_.push_back(std::make_unique<session_table>(opts_.changes_max));
    raw.push_back(tables_.back().get());
  }
  if (opts_.enabled())
    redis_ = std::make_unique<redis_client>(opts_, time, since_, raw);
}

roster::~roster() = default;

session_table& roster::table_of(const user_id& user) const {
  return *tables_[server_of(user, names_)];
}

void roster::wake(const user_id& user) {
  if (redis_)
    redis_->wake(server_of(user, names_));
}

void roster::session_opened(const user_id& user) {
  if (table_of(user).opened(user, time_.now_ms()))
    wake(user);
}

void roster::session_closed(const user_id& user, timestamp_ms last_seen) {
  if (table_of(user).closed(user, last_seen))
    wake(user);
}

void roster::status_changed(const user_id& user, status now) {
  if (table_of(user).changed(user, now))
    wake(user);
}

void roster::leave(milliseconds patience) {
  if (!redis_)
    return;
  auto done = std::make_shared<std::promise<void>>();
  auto left = done->get_future();
  redis_->leave([done] { done->set_value(); });
  left.wait_for(patience);
}

// -- reading ------------------------------------------------------------------

view roster::own_view(const user_id& user, bool stale) const {
  view out{user};
  if (auto mine = table_of(user).find(user)) {
    out.nodes = {opts_.node};
    out.status = mine->status.value_or(status::online);
  } else {
    out.stale = stale;
  }
  return out;
}

void roster::look_up(std::vector<user_id> users,
                     std::function<void(std::vector<view>)> then) {
  std::vector<view> views;
  if (!redis_) {
    for (const auto& user : users)
      views.push_back(own_view(user, false));
    return then(std::move(views));
  }
  std::vector<whereabouts> places;
  std::vector<std::vector<user_id>> asked(names_.size());
  for (const auto& user : users) {
    auto at = server_of(user, names_);
    places.push_back({at, asked[at].size()});
    asked[at].push_back(user);
  }
  redis_->look_up(std::move(asked), [this, users = std::move(users),
                                     places = std::move(places),
                                     then = std::move(then)](auto got) {
    for (auto& each : got)
      if (each)
        each->leases.erase(opts_.node);
    std::vector<view> out;
    for (std::size_t i = 0; i < users.size(); ++i) {
      auto& from = got[places[i].redis];
      auto mine = table_of(users[i]).find(users[i]);
      out.push_back(from
                      ? judge(users[i], std::move(from->users[places[i].place]),
                              from->leases, from->unsure, opts_.node, mine)
                      : own_view(users[i], true));
      if (out.back().stale)
        presence_metrics::instance().stale.Increment();
    }
    then(std::move(out));
  });
}

node_row roster::own_row() const {
  node_row out{opts_.node, opts_.node_name};
  for (const auto& each : tables_) {
    out.users += each->users();
    out.sessions += each->sessions();
    out.asserting = out.asserting || (redis_ && each->unasserted() > 0);
  }
  out.since = since_;
  return out;
}

void roster::list_nodes(std::function<void(node_list)> then) {
  if (!redis_)
    return then({{own_row()}, false});
  redis_->look_up(std::vector<std::vector<user_id>>(names_.size()),
                  [this, then = std::move(then)](auto got) {
                    std::map<node_id, node_row> rows;
                    node_list out;
                    for (const auto& each : got) {
                      out.stale = out.stale || !each || each->unsure;
                      if (!each)
                        continue;
                      for (const auto& [node, known] : each->leases)
                        if (const auto& x = known.lease)
                          rows[node] = {node,        x->name,  x->users,
                                        x->sessions, x->since, x->asserting};
                    }
                    rows[opts_.node] = own_row();
                    for (auto& [node, row] : rows)
                      out.nodes.push_back(std::move(row));
                    then(std::move(out));
                  });
}

} // namespace parley::cluster::presence
