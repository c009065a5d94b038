#include "actors/directory_entity.hpp"

#include "actors/command_names.hpp"
#include "storage/scan_records.hpp"

#include <utility>

namespace parley::actors {

directory_entity::directory_entity(caf::actor_config& cfg, services* with,
                                   const cluster::entity_key& key,
                                   const cluster::entity_home& home)
  : entity(cfg, with, key, home), keys_(home.shard_number, key.name.view()) {}

caf::behavior directory_entity::awake() {
  return caf::message_handler{[this](directory_request& r) { handle(r); }}
    .or_else(common());
}

result<void> directory_entity::load() {
  return {};
}

void directory_entity::unload() {}

outbox* directory_entity::rows() {
  return nullptr;
}

std::string directory_entity::row_key(std::uint64_t) const {
  return {};
}

bool directory_entity::busy(bool) const {
  return false;
}

void directory_entity::handle(directory_request& r) {
  attend(name_of(r.body), r.sent_us, r.reply_to, writes(r.body), [&] {
    settle(std::visit([&](auto& m) { return decide(m); }, r.body), r.reply_to);
  });
}

decision directory_entity::decide(const list_handle& m) const {
  decision d;
  d.writes.put(
    keys_.entry(m.user.view()),
    storage::encode(storage::directory_record{m.display_name, m.created_at}));
  return d;
}

decision directory_entity::decide(const search_handles& m) const {
  user_list found;
  auto seen = storage::scan_records<storage::directory_record>(
    home_.log->reader(), keys_.entries(m.prefix), [&](auto key, auto row) {
      if (found.users.size() == m.limit)
        return false;
      profile user;
      user.id = user_id{storage::name_of(key)};
      user.display_name = std::move(row.display_name);
      user.created_at = row.created_at;
      found.users.push_back(std::move(user));
      return true;
    });
  if (!seen)
    return answer_with(seen.error());
  return answer_with(std::move(found));
}

} // namespace parley::actors
