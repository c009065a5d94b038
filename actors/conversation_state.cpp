#include "actors/conversation_state.hpp"

#include "actors/outbox_rows.hpp"
#include "base/limits.hpp"
#include "storage/scan_records.hpp"

#include <algorithm>
#include <utility>

namespace parley::actors {

using storage::member_role;

conversation_state::conversation_state(const storage::store& db,
                                       storage::shard_id shard,
                                       const conversation_id& id)
  : id_(id), db_(db), log_(db, shard, id) {
  head_.kind = kind_of(id).value_or(conversation_kind::group);
}

result<void> conversation_state::load() {
  auto head
    = storage::get_record<storage::conversation_record>(db_, keys().head());
  if (!head)
    return head.error();
  if (*head) {
    head_ = std::move(**head);
    exists_ = true;
  }
  if (auto members = load_members(); !members)
    return members;
  if (auto rows = load_outbox(); !rows)
    return rows;
  if (!exists_)
    return {};
  return log_.load(head_, [this](seq at, const auto& m) {
    ++sent_since_checkpoint_[m.sender];
    if (auto i = members_.find(m.sender);
        i != members_.end() && at > i->second.read_seq)
      ++i->second.own_unread;
  });
}

result<void> conversation_state::load_members() {
  return storage::scan_records<member>(
    db_, keys().members(), [&](auto key, auto record) {
      take_row(user_id{storage::name_of(key)}, record);
      return true;
    });
}

// Who has never joined is no member, whatever the row says: in a direct
// conversation the row may say that its user blocks the other, until the two
// talk for the first time.
void conversation_state::take_row(const user_id& user, const member& row) {
  auto is_direct = head_.kind == conversation_kind::direct;
  if (row.joined_at != 0) {
    members_.emplace_hint(members_.end(), user, row);
    newest_join_ = std::max(newest_join_, row.visible_from);
  } else if (!is_direct || exists_ || !row.blocks) {
    strays_.push_back(user);
  }
  if (is_direct && row.blocks && (row.joined_at != 0 || !exists_))
    blocking_.insert(user);
}

decision conversation_state::erase_stray_rows() {
  decision d;
  for (const auto& user : std::exchange(strays_, {}))
    d.writes.erase(keys().member(user));
  return d;
}

result<void> conversation_state::load_outbox() {
  return actors::load_rows(
    outbox_, db_, keys(), [&](auto number, const auto& row) {
      if (row.kind == storage::outbox_kind::membership && !row.on)
        leaving_.emplace(number, user_id{row.to});
    });
}

// -- who may --------------------------------------------------------------

relation conversation_state::relation_of(const user_id& user,
                                         const member& row) const {
  if (head_.kind == conversation_kind::direct && !blocking_.empty()) {
    if (blocking_.contains(user))
      return relation::blocking;
    if (is_silent())
      return relation::blocked;
  }
  switch (row.role) {
    case member_role::owner: return relation::owner;
    case member_role::admin: return relation::admin;
    case member_role::member: break;
  }
  return relation::member;
}

result<relation>
conversation_state::relation_of_outsider(const user_id& user) const {
  auto bytes = log_.read(keys().former(user));
  if (!bytes)
    return bytes.error();
  if (!*bytes)
    return relation::stranger;
  auto row = storage::decode<storage::former_record>(**bytes);
  if (!row)
    return row.error();
  return row->removed ? relation::removed : relation::left;
}

result<conversation_state::member*>
conversation_state::authorize(const asked& by, method_id method) {
  if (!exists_)
    return no_such_conversation();
  auto found = members_.find(by.by.user);
  if (found != members_.end()) {
    auto as = relation_of(by.by.user, found->second);
    if (is_allowed(method, head_.kind, as))
      return &found->second;
    return refusal_of(method, head_.kind, as);
  }
  auto as = relation_of_outsider(by.by.user);
  if (!as)
    return as.error();
  if (is_allowed(method, head_.kind, *as))
    return nullptr;
  return refusal_of(method, head_.kind, *as);
}

result<message> conversation_state::target_of(const asked& by, seq target,
                                              method_id method) {
  auto me = authorize(by, method);
  if (!me)
    return me.error();
  error missing{errc::not_found, "no such message", "seq"};
  if (target < (*me)->visible_from)
    return missing;
  auto found = log_.message_at(target);
  if (!found)
    return found.error();
  if (!*found)
    return missing;
  if ((*found)->deleted)
    return error{errc::conflict, "the message is deleted", "seq"};
  return message{id_, target, std::move(**found)};
}

// -- what it does -----------------------------------------------------------

void conversation_state::put_member(const user_id& user, const member& m,
                                    decision& d) const {
  // On disk the count ends at the checkpoint: the rest is counted by `load`.
  auto record = m;
  record.blocks = blocking_.contains(user);
  auto since = sent_since_checkpoint_.find(user);
  if (m.read_seq >= head_.checkpoint)
    record.own_unread = 0;
  else if (since != sent_since_checkpoint_.end())
    record.own_unread -= since->second;
  d.writes.put(keys().member(user), storage::encode(record));
}

void conversation_state::put_head(decision& d) const {
  d.writes.put(keys().head(), storage::encode(head_));
}

void conversation_state::checkpoint(decision& d) {
  if (log_.last_seq() - head_.checkpoint < checkpoint_interval)
    return;
  head_.checkpoint = log_.last_seq();
  head_.messages = log_.messages();
  for (auto& [user, count] : std::exchange(sent_since_checkpoint_, {}))
    if (auto i = members_.find(user); i != members_.end())
      put_member(user, i->second, d);
  put_head(d);
}

seq conversation_state::append_event(storage::event_record event,
                                     const asked& by, decision& d,
                                     std::string text) {
  event.by = by.by.user;
  auto at = log_.append(event, by.now, d.writes);
  event.ts = log_.last_ts();
  checkpoint(d);
  auto newer
    = text.empty() ? std::vector<user_id>{} : members_after(event.target);
  // Who missed the text reads the message.
  if (newer.size() > limits::gapped_members_max) {
    newer.clear();
    text.clear();
  }
  publish(log_event{id_, at, std::move(event), std::move(text)}, by, d);
  d.tell.back().gapped = std::move(newer);
  d.answer = changed{at};
  return at;
}

std::vector<user_id> conversation_state::members_after(seq target) const {
  std::vector<user_id> newer;
  if (target >= newest_join_)
    return newer;
  for (const auto& [user, row] : members_)
    if (row.visible_from > target)
      newer.push_back(user);
  return newer;
}

void conversation_state::publish(conversation_event what, const asked& by,
                                 decision& d) {
  publication p;
  p.conversation = id_;
  p.what = std::move(what);
  p.except = by.by.session;
  for (auto& [number, user] : leaving_)
    if (!members_.contains(user))
      p.hidden.push_back(user);
  d.tell.push_back(std::move(p));
}

void conversation_state::notify(const user_id& user, bool joined, seq at,
                                const user_id& by, decision& d) {
  storage::outbox_record row;
  row.kind = storage::outbox_kind::membership;
  row.to = user.str();
  row.on = joined;
  row.version = at;
  row.text = by.view();
  auto number = actors::add_row(outbox_, keys(), std::move(row), d);
  if (!joined)
    leaving_.emplace(number, user);
}

void conversation_state::outbox_delivered(std::uint64_t number) {
  leaving_.erase(number);
}

void conversation_state::add_member(const user_id& user, member_role role,
                                    seq at, const asked& by, decision& d) {
  member m;
  m.role = role;
  m.joined_at = by.now;
  m.visible_from = at;
  newest_join_ = std::max(newest_join_, at);
  m.read_seq = at;
  m.delivered_seq = at;
  m.read_ordinal = log_.messages();
  put_member(user, m, d);
  members_[user] = m;
  // Nobody has left before the first event.
  if (auto former = keys().former(user); at > 1)
    if (auto row = log_.read(former); !row || *row)
      log_.write(std::move(former), std::nullopt, by.ticket, d.writes);
  notify(user, true, at, by.by.user, d);
}

void conversation_state::drop_member(const user_id& user, bool removed, seq at,
                                     const asked& by, decision& d) {
  members_.erase(user);
  receipts_.erase(user);
  typing_.erase(user);
  d.writes.erase(keys().member(user));
  log_.write(keys().former(user),
             storage::encode(storage::former_record{removed, by.now}),
             by.ticket, d.writes);
  notify(user, false, at, by.by.user, d);
}

void conversation_state::open_direct(const user_id& other, const asked& by,
                                     decision& d) {
  exists_ = true;
  head_.created_at = by.now;
  head_.created_by = by.by.user;
  put_head(d);
  for (auto& user : {by.by.user, other}) {
    auto& m = members_[user];
    m.joined_at = by.now;
    put_member(user, m, d);
    notify(user, true, 1, by.by.user, d);
  }
}

void conversation_state::take_back_typing(const user_id& user, decision& d) {
  if (typing_.erase(user) == 0)
    return;
  publish(typing{id_, user, false}, asked{}, d);
  d.tell.back().except_user = user;
}

bool conversation_state::is_silent() const {
  return std::any_of(
    blocking_.begin(), blocking_.end(),
    [this](const auto& user) { return members_.contains(user); });
}

void conversation_state::hide_from_others(const user_id& user,
                                          publication& p) const {
  for (const auto& [other, row] : members_)
    if (other != user)
      p.hidden.push_back(other);
}

bool conversation_state::large() const {
  return members_.size() > limits::named_receipts_members_max;
}

decision conversation_state::flush_receipts() {
  decision d;
  auto waiting = std::exchange(receipts_, {});
  if (!large()) {
    for (auto& [user, r] : waiting) {
      publish(r, asked{}, d);
      if (is_silent())
        hide_from_others(user, d.tell.back());
    }
    return d;
  }
  auto at = log_.last_seq();
  auto read_by
    = std::count_if(members_.begin(), members_.end(),
                    [at](auto& entry) { return entry.second.read_seq >= at; });
  publish(read_count{id_, at, static_cast<std::uint32_t>(read_by)}, asked{}, d);
  return d;
}

decision conversation_state::expire_typing(timestamp_ms now) {
  decision d;
  std::vector<user_id> over;
  for (auto& [user, until] : typing_)
    if (until <= now)
      over.push_back(user);
  for (auto& user : over)
    take_back_typing(user, d);
  return d;
}

std::optional<timestamp_ms> conversation_state::typing_until() const {
  std::optional<timestamp_ms> next;
  for (auto& [user, until] : typing_)
    if (!next || until < *next)
      next = until;
  return next;
}

} // namespace parley::actors
