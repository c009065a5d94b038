#include "actors/conversation_state.hpp"
#include "base/limits.hpp"

#include <algorithm>
#include <utility>

// Sending, editing, deleting, reacting, and how far members have read.
namespace parley::actors {

using storage::event_kind;
using storage::member_role;

bool conversation_state::opens(const asked& by, const send_message& m) const {
  return !exists_ && head_.kind == conversation_kind::direct && !m.to.empty()
         && direct_conversation(by.by.user, m.to) == id_;
}

result<std::optional<sent>>
conversation_state::sent_before(const asked& by,
                                const std::string& dedup) const {
  auto bytes = log_.read(dedup);
  if (!bytes)
    return bytes.error();
  if (!*bytes)
    return std::optional<sent>{};
  auto known = storage::decode<storage::dedup_record>(**bytes);
  if (!known)
    return known.error();
  if (by.now - known->ts >= limits::dedup_retention_ms)
    return std::optional<sent>{};
  return std::optional{sent{id_, known->at, known->ts, true}};
}

std::optional<decision> conversation_state::foregone(const asked& by,
                                                     const send_message& m) {
  return foregone(by, m, keys().dedup(by.by.user, m.client_id));
}

std::optional<decision> conversation_state::foregone(const asked& by,
                                                     const send_message& m,
                                                     const std::string& dedup) {
  // What was acknowledged is answered again, whatever became of the sender.
  auto before = sent_before(by, dedup);
  if (!before)
    return answer_with(before.error());
  if (*before)
    return answer_with(**before);
  if (by.by.is_muted)
    return answer_with(muted_refusal());
  auto is_first = opens(by, m);
  if (is_first && blocking_.contains(by.by.user))
    return answer_with(
      refusal_of(method_id::message_send, head_.kind, relation::blocking));
  if (is_first && blocking_.contains(m.to))
    return answer_with(
      refusal_of(method_id::message_send, head_.kind, relation::blocked));
  if (!is_first)
    if (auto me = authorize(by, method_id::message_send); !me)
      return answer_with(me.error());
  if (m.reply_to == 0)
    return std::nullopt;
  auto quoted = log_.message_at(m.reply_to);
  if (!quoted)
    return answer_with(quoted.error());
  if (is_first || !*quoted || m.reply_to < members_.at(by.by.user).visible_from)
    return refuse(errc::not_found, "no such message", "reply_to");
  return std::nullopt;
}

decision conversation_state::decide(const asked& by, send_message m) {
  auto dedup = keys().dedup(by.by.user, m.client_id);
  if (auto known = foregone(by, m, dedup))
    return std::move(*known);
  auto is_first = !exists_;
  decision d;
  if (is_first)
    open_direct(m.to, by, d);
  take_back_typing(by.by.user, d);
  storage::message_record record;
  record.sender = by.by.user;
  record.client_id = m.client_id;
  record.type = std::move(m.type);
  record.text = std::move(m.text);
  record.attachments = std::move(m.attachments);
  record.reply_to = m.reply_to;
  for (auto& user : m.mentions)
    if (members_.contains(user))
      record.mentions.push_back(user);
  auto at = log_.append(std::move(record), by.now, d.writes);
  log_.write(std::move(dedup),
             storage::encode(storage::dedup_record{at, log_.last_ts()}),
             by.ticket, d.writes);
  ++members_.at(by.by.user).own_unread;
  ++sent_since_checkpoint_[by.by.user];
  checkpoint(d);

  d.traced = at;
  d.answer = sent{id_, at, log_.last_ts(), false};
  publish(*log_.last_message(), by, d);
  if (is_first)
    d.tell.back().added = {by.by.user, m.to};
  return d;
}

result<message> conversation_state::own_message(const asked& by, seq at) {
  auto target = target_of(by, at, method_id::message_edit);
  if (!target)
    return target;
  if (target->content.sender != by.by.user)
    return error{errc::forbidden, "only its sender may edit a message"};
  return target;
}

std::optional<decision> conversation_state::foregone(const asked& by,
                                                     const edit_message& m) {
  if (auto target = own_message(by, m.target); !target)
    return answer_with(target.error());
  return std::nullopt;
}

decision conversation_state::decide(const asked& by, const edit_message& m) {
  auto target = own_message(by, m.target);
  if (!target)
    return answer_with(target.error());
  auto mentions = m.mentions.value_or(target->content.mentions);
  if (target->content.text == m.text && target->content.mentions == mentions)
    return answer_with(changed{log_.last_seq()});

  decision d;
  storage::event_record event;
  event.kind = event_kind::edited;
  event.target = m.target;
  event.users = mentions;
  append_event(std::move(event), by, d, m.text);
  target->content.text = m.text;
  target->content.mentions = std::move(mentions);
  target->content.edited_ts = log_.last_ts();
  log_.replace(m.target, target->content, by.ticket, d.writes);
  return d;
}

decision conversation_state::decide(const asked& by, const delete_message& m) {
  auto target = target_of(by, m.target, method_id::message_delete);
  if (!target)
    return answer_with(target.error());
  if (target->content.sender != by.by.user
      && members_.at(by.by.user).role == member_role::member)
    return refuse(errc::forbidden,
                  "only its sender or an admin may delete a message");

  decision d;
  storage::event_record event;
  event.kind = event_kind::deleted;
  event.target = m.target;
  append_event(std::move(event), by, d);
  // The rows that say who reacted stay: they hold no text, can't be reached any
  // more, and may be a hundred thousand.
  auto& content = target->content;
  content.deleted = true;
  content.text.clear();
  content.attachments.clear();
  content.mentions.clear();
  content.reactions.clear();
  log_.replace(m.target, content, by.ticket, d.writes);
  if (m.target > head_.deleted_upto) {
    head_.deleted_upto = m.target;
    put_head(d);
  }
  return d;
}

// Also those that are not committed yet.
result<std::size_t>
conversation_state::own_kinds(seq target,
                              const std::vector<storage::reaction_count>& kinds,
                              const user_id& by) const {
  std::size_t own = 0;
  if (kinds.size() < limits::own_reaction_kinds_max)
    return own;
  for (const auto& each : kinds) {
    auto row = log_.read(keys().reaction(target, by, each.emoji));
    if (!row)
      return row.error();
    own += row->has_value() ? 1 : 0;
  }
  return own;
}

decision conversation_state::decide(const asked& by, const react& m) {
  auto target = target_of(by, m.target, method_id::message_react);
  if (!target)
    return answer_with(target.error());
  auto row = keys().reaction(m.target, by.by.user, m.emoji);
  auto given = log_.read(row);
  if (!given)
    return answer_with(given.error());
  if (given->has_value() != m.remove)
    return answer_with(changed{log_.last_seq()});

  auto& counts = target->content.reactions;
  auto i = std::find_if(counts.begin(), counts.end(),
                        [&](auto& c) { return c.emoji == m.emoji; });
  if (!m.remove && i == counts.end()
      && counts.size() >= limits::reaction_kinds_max)
    return refuse(errc::too_large, "too many kinds of reaction", "emoji");
  if (auto own = own_kinds(m.target, counts, by.by.user); !own)
    return answer_with(own.error());
  else if (!m.remove && *own >= limits::own_reaction_kinds_max)
    return refuse(errc::too_large, "too many reactions of yours", "emoji");
  if (m.remove && i == counts.end())
    return refuse(errc::corrupt, "a reaction was not counted");

  if (m.remove) {
    if (--i->count == 0)
      counts.erase(i);
  } else if (i == counts.end()) {
    counts.push_back({m.emoji, 1});
  } else {
    ++i->count;
  }
  decision d;
  storage::event_record event;
  event.kind = event_kind::reaction;
  event.target = m.target;
  event.value = m.emoji;
  event.removed = m.remove;
  append_event(std::move(event), by, d);
  log_.replace(m.target, target->content, by.ticket, d.writes);
  log_.write(std::move(row),
             m.remove ? std::nullopt : std::optional<std::string>{""},
             by.ticket, d.writes);
  return d;
}

result<std::uint64_t> conversation_state::own_unread_from(const user_id& user,
                                                          const member& me,
                                                          seq at) const {
  if (me.own_unread == 0 || at >= log_.last_seq())
    return std::uint64_t{0};
  auto read_now = log_.count_own(user, me.read_seq, at);
  if (!read_now)
    return read_now;
  return me.own_unread - std::min(me.own_unread, *read_now);
}

decision conversation_state::decide(const asked& by, const mark& m) {
  auto found = authorize(by, m.read ? method_id::message_read
                                    : method_id::message_delivered);
  if (!found)
    return answer_with(found.error());
  auto& me = **found;
  if (m.at > log_.last_seq())
    return refuse(errc::bad_params, "beyond the last event", "seq");
  if (m.at <= (m.read ? me.read_seq : me.delivered_seq))
    return answer_with(done{});

  decision d;
  if (m.read) {
    auto ordinal = log_.ordinal_at(m.at);
    if (!ordinal)
      return answer_with(ordinal.error());
    auto own = own_unread_from(by.by.user, me, m.at);
    if (!own)
      return answer_with(own.error());
    me.read_ordinal = *ordinal;
    me.own_unread = *own;
    me.read_seq = m.at;
  }
  me.delivered_seq = std::max(me.delivered_seq, m.at);
  put_member(by.by.user, me, d);
  auto& told = receipts_[by.by.user];
  told
    = {id_, by.by.user, me.delivered_seq, m.read ? me.read_seq : told.read_seq};
  return d;
}

decision conversation_state::decide(const asked& by, const set_typing& m) {
  if (auto me = authorize(by, method_id::typing_set); !me)
    return answer_with(me.error());
  // Nobody follows who types among so many, and all would be told of each.
  if (large())
    return answer_with(done{});
  decision d;
  if (!m.on) {
    take_back_typing(by.by.user, d);
    return d;
  }
  auto known = typing_.find(by.by.user);
  auto told = typing_told_.find(by.by.user);
  // Whoever stops and goes on, on however many devices, tells no more of it.
  if (known == typing_.end() && told != typing_told_.end()
      && by.steady - told->second < limits::typing_interval_ms)
    return d;
  auto is_news = known == typing_.end();
  typing_[by.by.user] = by.steady + limits::typing_ttl_ms;
  if (is_news) {
    typing_told_[by.by.user] = by.steady;
    publish(typing{id_, by.by.user, true}, by, d);
    d.tell.back().except_user = by.by.user;
  }
  return d;
}

decision conversation_state::decide(const asked& by, const send_signal& m) {
  if (by.by.session == 0)
    return refuse(errc::forbidden, "only over a WebSocket");
  result<void> may;
  if (by.by.is_muted)
    may = muted_refusal();
  else if (auto me = authorize(by, method_id::signal_send); !me)
    may = me.error();
  if (!may && m.kind != signal_kind::hangup)
    return answer_with(may.error());
  signal_route route;
  route.to_all = m.to.empty();
  auto others = others_of(by, m.to);
  if (may && others) {
    route.to = std::move(*others);
  } else if (m.kind == signal_kind::hangup) {
    // Who may not talk any more, or has nobody left to talk to, still ends a
    // call with those who are in it.
    route.ends_only = true;
    if (!m.to.empty())
      route.to = {m.to};
  } else {
    return answer_with(others.error());
  }
  decision d;
  d.signal_to = std::move(route);
  return d;
}

result<std::vector<user_id>>
conversation_state::others_of(const asked& by, const user_id& only) const {
  if (only == by.by.user || (!only.empty() && !members_.contains(only)))
    return error{errc::not_found, "no such other member", "to"};
  if (!only.empty())
    return std::vector{only};
  if (members_.size() > limits::call_users_max)
    return error{errc::too_large, "too many members: name one of them", "to"};
  std::vector<user_id> others;
  for (const auto& [user, other] : members_)
    if (user != by.by.user)
      others.push_back(user);
  if (others.empty())
    return error{errc::not_found, "there is nobody else"};
  return others;
}

} // namespace parley::actors
