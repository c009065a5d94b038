#include "tests/sim/whole/stores.hpp"

#include "cluster/log/disk_log.hpp"
#include "storage/scan_records.hpp"

#include <algorithm>

namespace parley::sim {

namespace {

using members = std::map<user_id, storage::member_record>;

template <class Record, class Visit>
void each(history& all, const storage::store& db,
          const storage::key_range& range, const Visit& visit) {
  auto seen
    = storage::scan_records<Record>(db, range, [&](auto key, auto record) {
        visit(key, std::move(record));
        return true;
      });
  if (!seen)
    all.fail("unreadable: " + seen.error().detail);
}

storage::conversation_keys keys_of(const conversation_id& where,
                                   std::uint32_t shards) {
  return {cluster::shard_of(cluster::key_of(where), shards), where};
}

storage::user_keys keys_of(const user_id& user, std::uint32_t shards) {
  return {cluster::shard_of(cluster::key_of(user), shards), user};
}

std::string readable(std::string_view key) {
  std::string text;
  for (auto c : key)
    if (c > ' ' && c < '\x7f')
      text += c;
    else
      text += "." + std::to_string(static_cast<unsigned char>(c));
  return text;
}

members members_of(history& all, const storage::store& db, std::uint32_t shards,
                   const conversation_id& where) {
  members out;
  each<storage::member_record>(
    all, db, keys_of(where, shards).members(), [&](auto key, auto record) {
      out.emplace(user_id{storage::name_of(key)}, std::move(record));
    });
  return out;
}

} // namespace

std::string state_of(const storage::store& db, cluster::shard_id shard) {
  auto found = cluster::disk_log{db, shard}.find();
  if (!found || !*found)
    return "none";
  auto all = "applied " + std::to_string((*found)->applied) + ";";
  auto seen
    = db.scan(storage::log_keys{shard}.state(), [&](auto key, auto record) {
        all.append(key).append("=").append(record) += ';';
        return true;
      });
  return seen ? all : seen.error().detail;
}

std::string difference(const storage::store& a, const storage::store& b,
                       cluster::shard_id shard) {
  std::map<std::string, std::string> rows[2];
  const storage::store* stores[] = {&a, &b};
  for (int i = 0; i < 2; ++i)
    (void)stores[i]->scan(storage::log_keys{shard}.state(),
                          [&](auto key, auto record) {
                            rows[i].emplace(key, record);
                            return true;
                          });
  for (int i = 0; i < 2; ++i)
    for (const auto& [key, record] : rows[i]) {
      auto other = rows[1 - i].find(key);
      if (other == rows[1 - i].end())
        return readable(key) + (i == 0 ? " is missing" : " is too many");
      if (other->second != record)
        return readable(key) + " differs";
    }
  return {};
}

std::string outbox_of(const storage::store& db, cluster::shard_id shard) {
  std::string all;
  auto seen = storage::scan_records<storage::outbox_record>(
    db, storage::outbox_range(shard), [&](auto key, auto row) {
      all += readable(key) + " to " + row.to + "; ";
      return true;
    });
  return seen ? all : seen.error().detail;
}

bool outbox_is_empty(const storage::store& db, cluster::shard_id shard) {
  auto empty = true;
  auto seen = db.scan(storage::outbox_range(shard),
                      [&](auto, auto) { return empty = false; });
  return seen && empty;
}

void compare(history& all, const storage::store& db, std::uint32_t shards,
             const conversation_id& where) {
  auto keys = keys_of(where, shards);
  std::vector<actors::durable_event> log;
  each<storage::message_record>(
    all, db, keys.messages(), [&](auto key, auto record) {
      log.emplace_back(
        actors::message{where, storage::seq_of(key), std::move(record)});
    });
  each<storage::event_record>(
    all, db, keys.events(), [&](auto key, auto record) {
      log.emplace_back(
        actors::log_event{where, storage::seq_of(key), std::move(record), {}});
    });
  auto place = [](const actors::durable_event& e) {
    return std::visit([](auto& x) { return x.at; }, e);
  };
  std::sort(log.begin(), log.end(),
            [&](auto& a, auto& b) { return place(a) < place(b); });
  all.compare(where, log, members_of(all, db, shards, where));
}

bool has_reacted(const storage::store& db, std::uint32_t shards,
                 const conversation_id& where, seq target, const user_id& by) {
  auto row = db.get(keys_of(where, shards).reaction(target, by, "+"));
  return row && row->has_value();
}

queue_view view_of(history& all, const storage::store& db, std::uint32_t shards,
                   const queue_name& name, bool with_over) {
  storage::queue_keys keys{cluster::shard_of(cluster::key_of(name), shards),
                           name};
  queue_view out;
  out.name = name;
  auto head = storage::get_record<storage::queue_record>(db, keys.head());
  if (head && *head)
    out.last_ticket = (*head)->last_ticket;
  each<storage::ticket_record>(
    all, db, keys.tickets(), [&](auto key, auto row) {
      out.waiting.emplace(storage::seq_of(key), std::move(row));
    });
  each<storage::meeting_record>(
    all, db, keys.meetings(), [&](auto key, auto row) {
      out.present.emplace(storage::name_of(key), std::move(row));
    });
  if (!with_over)
    return out;
  each<storage::session_record>(
    all, db, keys.records(), [&](auto key, auto row) {
      if (auto what = storage::timed_name_of(key))
        out.over.emplace(what->name, std::move(row));
    });
  return out;
}

void compare_matches(history& all, const store_of& stores, std::uint32_t shards,
                     const queue_view& q) {
  auto here = [&](const conversation_id& where) {
    const auto& db = stores(cluster::shard_of(cluster::key_of(where), shards));
    return members_of(all, db, shards, where);
  };
  for (const auto& [id, met] : q.present) {
    auto both = here(id);
    if (both.size() != 2 || !both.contains(met.first.user)
        || !both.contains(met.second.user))
      all.fail("outbox: " + met.first.user.str() + " and "
               + met.second.user.str() + " cannot talk in " + id.str());
  }
  for (const auto& [id, x] : q.over)
    if (!here(id).empty())
      all.fail("outbox: somebody is left in " + id.str());
}

void compare_both_sides(history& all, const store_of& stores,
                        std::uint32_t shards,
                        const std::vector<user_id>& users) {
  auto places = all.conversations();
  for (const auto& a : users)
    for (const auto& b : users)
      if (a < b)
        places.push_back(direct_conversation(a, b));
  std::map<conversation_id, members> rooms;
  for (const auto& where : places)
    rooms[where] = members_of(
      all, stores(cluster::shard_of(cluster::key_of(where), shards)), shards,
      where);
  std::map<std::pair<user_id, user_id>, storage::relation_record> relations;
  for (const auto& user : users) {
    const auto& db = stores(cluster::shard_of(cluster::key_of(user), shards));
    std::map<conversation_id, bool> joined;
    each<storage::membership_record>(
      all, db, keys_of(user, shards).memberships(), [&](auto key, auto record) {
        joined[conversation_id{storage::name_of(key)}] = record.joined;
      });
    each<storage::relation_record>(
      all, db, keys_of(user, shards).relations(), [&](auto key, auto record) {
        relations[{user, user_id{storage::name_of(key)}}] = record;
      });
    for (const auto& [where, who] : rooms) {
      auto found = who.find(user);
      // A row of somebody who blocks, and has never talked, is no membership.
      auto belongs = found != who.end() && found->second.joined_at != 0;
      if (belongs != joined[where])
        all.fail("outbox: " + user.str() + " and " + where.str()
                 + " disagree on whether one belongs to the other");
    }
  }
  for (const auto& [pair, row] : relations) {
    auto other = relations.find({pair.second, pair.first});
    auto mirror
      = other == relations.end() ? storage::relation_record{} : other->second;
    if (row.blocks != mirror.blocked_by)
      all.fail("outbox: " + pair.second.str() + " does not know that "
               + pair.first.str() + (row.blocks ? " blocks" : " unblocked")
               + " them");
    const auto& room = rooms[direct_conversation(pair.first, pair.second)];
    auto found = room.find(pair.first);
    auto blocks = found != room.end() && found->second.blocks;
    if (row.blocks != blocks)
      all.fail("outbox: the conversation of " + pair.first.str() + " and "
               + pair.second.str() + " does not know who blocks whom");
  }
}

} // namespace parley::sim
