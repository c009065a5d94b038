#include "actors/user_state.hpp"

#include "actors/outbox_rows.hpp"
#include "base/limits.hpp"
#include "storage/scan_records.hpp"

#include <algorithm>
#include <utility>

namespace parley::actors {

namespace {

/// Reads a range of records into a map, keyed by the last part of the keys.
template <class Id, class Record>
result<void> load_map(const storage::store& db, const storage::key_range& range,
                      std::map<Id, Record>& into) {
  return storage::scan_records<Record>(db, range, [&](auto key, auto record) {
    into.emplace_hint(into.end(), Id{storage::name_of(key)}, std::move(record));
    return true;
  });
}

} // namespace

user_state::user_state(const storage::store& db, storage::shard_id shard,
                       const user_id& id, user_sessions& sessions,
                       std::chrono::milliseconds address_ban,
                       std::chrono::milliseconds refresh_grace,
                       std::chrono::milliseconds ban_account_age)
  : id_(id),
    db_(db),
    keys_(shard, id),
    sessions_(sessions),
    address_ban_(address_ban),
    refresh_grace_(refresh_grace),
    ban_account_age_(ban_account_age) {}

result<void> user_state::load() {
  auto bytes = db_.get(keys_.profile());
  if (!bytes)
    return bytes.error();
  if (auto rows = load_rows(); !rows)
    return rows;
  if (!*bytes)
    return {};
  if (auto standing = load_standing(); !standing)
    return standing;
  auto record = storage::decode<storage::user_record>(**bytes);
  if (!record)
    return record.error();
  user_ = std::move(*record);
  exists_ = true;
  return {};
}

result<void> user_state::load_rows() {
  if (auto r = load_map(db_, keys_.families(), families_); !r)
    return r;
  if (auto r = load_map(db_, keys_.memberships(), memberships_); !r)
    return r;
  if (auto r = load_map(db_, keys_.relations(), relations_); !r)
    return r;
  if (auto r = load_place(); !r)
    return r;
  return actors::load_rows(outbox_, db_, keys_,
                           [&](auto, auto& row) { say_its_kind(row); });
}

// Rows used to say whom a block concerns by the text of `to` alone.
void user_state::say_its_kind(storage::outbox_record& row) const {
  if (row.kind != storage::outbox_kind::block)
    return;
  for (const auto& [other, relation] : relations_)
    if (row.to == direct_conversation(id_, other).view()) {
      row.kind = storage::outbox_kind::block_conversation;
      row.text = other.view();
      return;
    }
}

void user_state::put_user(decision& d) const {
  d.writes.put(keys_.profile(), storage::encode(user_));
}

void user_state::put_relation(const user_id& other, decision& d) const {
  d.writes.put(keys_.relation(other), storage::encode(relations_.at(other)));
}

void user_state::add_row(storage::outbox_record row, decision& d) {
  actors::add_row(outbox_, keys_, std::move(row), d);
}

profile user_state::profile_of() const {
  return {id_, user_.display_name, user_.avatar, user_.created_at, user_.guest};
}

std::vector<conversation_id> user_state::conversations() const {
  std::vector<conversation_id> ids;
  ids.reserve(memberships_.size());
  for (auto& [id, row] : memberships_)
    if (row.joined)
      ids.push_back(id);
  return ids;
}

bool user_state::belongs_to(const conversation_id& id) const {
  auto i = memberships_.find(id);
  return i != memberships_.end() && i->second.joined;
}

std::vector<user_id> user_state::contacts() const {
  std::vector<user_id> users;
  for (auto& [user, relation] : relations_)
    if (relation.contact)
      users.push_back(user);
  return users;
}

// -- presence -----------------------------------------------------------------

presence_view user_state::presence() const {
  presence_view view;
  view.user = id_;
  auto here = !sessions_.empty() || sessions_.gone_since() != 0;
  auto status = static_cast<presence_status>(user_.status);
  if (!here || status == presence_status::invisible) {
    view.last_seen = user_.last_seen;
    return view;
  }
  view.status = status;
  view.text = user_.status_text;
  return view;
}

bool user_state::is_hidden_from(const user_id& other) const {
  auto i = relations_.find(other);
  return i != relations_.end() && (i->second.blocks || i->second.blocked_by);
}

std::vector<user_id> user_state::hidden_from() const {
  std::vector<user_id> users;
  for (auto& [user, relation] : relations_)
    if (relation.blocks || relation.blocked_by)
      users.push_back(user);
  return users;
}

presence_view user_state::own_presence() const {
  auto view = presence();
  auto status = static_cast<presence_status>(user_.status);
  if (status != presence_status::invisible)
    return view;
  view.status = status;
  view.text = user_.status_text;
  return view;
}

settings_change& user_state::tell_settings(settings_change::subject what,
                                           const asked& by, decision& d) const {
  settings_notice notice;
  notice.user = id_;
  notice.except = by.by.session;
  notice.what.what = what;
  d.settings.push_back(std::move(notice));
  return d.settings.back().what;
}

// Who hides was there until now, like somebody who leaves.
decision user_state::decide(const asked& by, const set_presence& m) {
  decision d;
  auto status = static_cast<std::uint8_t>(m.status);
  if (user_.status == status && user_.status_text == m.text)
    return d;
  if (m.status == presence_status::invisible
      && presence().status != presence_status::offline)
    user_.last_seen
      = sessions_.gone_since() != 0 ? sessions_.gone_since() : by.now;
  user_.status = status;
  user_.status_text = m.text;
  put_user(d);
  tell_settings(settings_change::subject::presence, by, d).presence
    = own_presence();
  return d;
}

decision user_state::decide(const asked& by, const show_presence&) {
  if (!exists_)
    return refuse(errc::not_found, "no such user");
  presence_view view;
  view.user = id_;
  if (by.by.user == id_)
    view = own_presence();
  else if (!is_hidden_from(by.by.user))
    view = presence();
  return answer_with(presence_list{{std::move(view)}});
}

decision user_state::note_absence(timestamp_ms since) {
  decision d;
  sessions_.absence_told();
  // Who was invisible has not been seen.
  if (static_cast<presence_status>(user_.status) == presence_status::invisible)
    return d;
  user_.last_seen = since;
  put_user(d);
  return d;
}

// -- others -------------------------------------------------------------------

decision user_state::decide(const asked& by, const vet& m) {
  if (!exists_)
    return refuse(errc::not_found, "no such user: " + id_.str());
  if (user_.guest)
    return refuse(errc::forbidden, "guests can't be written to");
  if (m.by == id_)
    return refuse(errc::bad_params, "this is yourself");
  if (auto i = relations_.find(m.by); i != relations_.end()) {
    if (i->second.blocks)
      return refuse(errc::forbidden, "this user can't be written to");
    if (i->second.blocked_by)
      return refuse(errc::forbidden, "you have blocked this user");
  }
  if (auto may = may_be_brought(m.by, by.now); !may)
    return answer_with(may.error());
  return {};
}

bool user_state::is_contact(const user_id& other) const {
  auto i = relations_.find(other);
  return i != relations_.end() && i->second.contact;
}

result<void> user_state::has_room() const {
  auto joined = std::count_if(memberships_.begin(), memberships_.end(),
                              [](auto& entry) { return entry.second.joined; });
  if (static_cast<std::size_t>(joined) >= limits::conversations_per_user_max)
    return error{errc::too_large, "in too many conversations"};
  return {};
}

decision user_state::decide(const asked&, const check_room&) {
  auto room = has_room();
  return room ? decision{} : answer_with(room.error());
}

// However many strangers bring a user into however many conversations, there is
// room for the user's own and for those of contacts.
result<void> user_state::may_be_brought(const user_id& by,
                                        timestamp_ms now) const {
  if (auto room = has_room(); !room)
    return error{errc::too_large, "the user is in too many conversations"};
  if (is_contact(by))
    return {};
  std::size_t by_strangers = 0;
  std::size_t by_one = 0;
  std::size_t today = 0;
  for (const auto& [id, row] : memberships_) {
    if (row.brought_by.empty() || is_contact(row.brought_by))
      continue;
    by_strangers += row.joined ? 1 : 0;
    by_one += row.joined && row.brought_by == by ? 1 : 0;
    today += now - row.since < limits::day_ms ? 1 : 0;
  }
  if (by_strangers >= limits::brought_by_strangers_max
      || by_one >= limits::brought_by_one_max)
    return error{errc::too_large,
                 "the user takes no more conversations from strangers"};
  if (today >= limits::brought_a_day_max)
    return error{errc::rate_limited,
                 "strangers have begun too many conversations with the user",
                 {},
                 static_cast<std::uint32_t>(limits::day_ms / 24)};
  return {};
}

decision user_state::decide(const asked& by, const membership_changed& m) {
  if (!exists_)
    return refuse(errc::not_found, "no such user");
  auto& row = memberships_[m.conversation];
  // A notice that was overtaken by a later one, or comes again.
  if (m.as_of <= row.as_of)
    return {};
  decision d;
  row.as_of = m.as_of;
  row.joined = m.joined;
  row.since = by.now;
  // Who was brought and has left was brought all the same.
  if (m.joined)
    row.brought_by = m.by == id_ ? user_id{} : m.by;
  d.writes.put(keys_.membership(m.conversation), storage::encode(row));
  if (m.joined && kind_of(m.conversation) == conversation_kind::match)
    drop_left_matches(d);
  drop_old_rows(by.now, d);
  for (auto& s : sessions_.all())
    d.subscribe.push_back(
      {s.node, s.session, m.conversation, m.joined, m.as_of});
  return d;
}

// The conversation has long been told that its notice of the end has come, so
// no older one is under way.
void user_state::drop_old_rows(timestamp_ms now, decision& d) {
  std::size_t dropped = 0;
  for (auto i = memberships_.begin();
       i != memberships_.end() && dropped < limits::left_rows_dropped_max;) {
    if (i->second.joined
        || now - i->second.since < limits::left_row_retention_ms) {
      ++i;
      continue;
    }
    d.writes.erase(keys_.membership(i->first));
    i = memberships_.erase(i);
    ++dropped;
  }
}

decision user_state::decide(const asked& by, const set_contact& m) {
  auto i = relations_.find(m.user);
  auto is_contact = i != relations_.end() && i->second.contact;
  if (is_contact == m.on)
    return {};
  if (m.on && contacts().size() >= limits::contacts_max)
    return refuse(errc::too_large, "too many contacts");
  decision d;
  auto& relation = relations_[m.user];
  relation.contact = m.on;
  if (m.on)
    relation.since = by.now;
  if (m.on || relation.revision != 0 || relation.peer_revision != 0) {
    put_relation(m.user, d);
  } else {
    relations_.erase(m.user);
    d.writes.erase(keys_.relation(m.user));
  }
  auto& told = tell_settings(settings_change::subject::contact, by, d);
  told.other = m.user;
  told.on = m.on;
  return d;
}

decision user_state::decide(const asked& by, const set_block& m) {
  if (m.user == id_)
    return refuse(errc::bad_params, "this is yourself", "user");
  auto i = relations_.find(m.user);
  auto blocks = i != relations_.end() && i->second.blocks;
  auto direct = direct_conversation(id_, m.user);
  if (blocks == m.on) {
    // Perhaps by an earlier attempt that not all know of yet.
    decision d;
    for (auto [kind, to] :
         {std::pair{storage::outbox_kind::block, m.user.view()},
          {storage::outbox_kind::block_conversation, direct.view()}})
      for (auto number : outbox_.left_for(kind, to))
        d.outbox.push_back(number);
    d.answer_when_delivered = true;
    return d;
  }
  auto blocked = std::count_if(relations_.begin(), relations_.end(),
                               [](auto& entry) { return entry.second.blocks; });
  if (m.on && static_cast<std::size_t>(blocked) >= limits::blocked_max)
    return refuse(errc::too_large, "too many blocked users");
  decision d;
  auto was_hidden = is_hidden_from(m.user);
  auto& relation = relations_[m.user];
  relation.blocks = m.on;
  ++relation.revision;
  put_relation(m.user, d);
  storage::outbox_record row;
  row.kind = storage::outbox_kind::block;
  row.on = m.on;
  row.version = relation.revision;
  row.to = m.user.str();
  add_row(row, d);
  row.kind = storage::outbox_kind::block_conversation;
  row.to = direct.str();
  row.text = m.user.view();
  add_row(row, d);
  if (m.on)
    avoid_in_queue(m.user, false, {}, d);
  show_again(m.user, was_hidden, d);
  auto& told = tell_settings(settings_change::subject::block, by, d);
  told.other = m.user;
  told.on = m.on;
  // "Blocked" is only true once the other side knows.
  d.answer_when_delivered = true;
  return d;
}

decision user_state::decide(const asked&, const blocked_by& m) {
  if (!exists_)
    return refuse(errc::not_found, "no such user");
  auto& relation = relations_[m.by];
  if (m.revision <= relation.peer_revision)
    return {};
  auto was_hidden = is_hidden_from(m.by);
  decision d;
  relation.peer_revision = m.revision;
  relation.blocked_by = m.on;
  put_relation(m.by, d);
  show_again(m.by, was_hidden, d);
  return d;
}

void user_state::show_again(const user_id& other, bool was_hidden,
                            decision& d) const {
  auto view = presence();
  if (view.status == presence_status::offline
      || is_hidden_from(other) == was_hidden)
    return;
  if (!was_hidden) {
    view = {};
    view.user = id_;
  }
  d.presences.push_back({std::move(view), {}, {other}});
}

decision user_state::decide(const asked&, const list_blocked& m) {
  blocked_list page;
  for (auto i = relations_.upper_bound(m.after); i != relations_.end(); ++i) {
    if (!i->second.blocks)
      continue;
    if (page.users.size() == m.limit) {
      page.cursor = page.users.back();
      break;
    }
    page.users.push_back(i->first);
  }
  return answer_with(std::move(page));
}

} // namespace parley::actors
