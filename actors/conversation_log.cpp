#include "actors/conversation_log.hpp"

#include "actors/page_weight.hpp"
#include "storage/scan_records.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace parley::actors {

namespace {

seq place(const durable_event& e) {
  return std::visit([](auto& x) { return x.at; }, e);
}

} // namespace

conversation_log::conversation_log(const storage::store& db,
                                   storage::shard_id shard,
                                   const conversation_id& id)
  : db_(db), id_(id), keys_(shard, id) {}

result<void> conversation_log::load(
  const storage::conversation_record& head,
  const std::function<void(seq, const storage::message_record&)>& replay) {
  last_seq_ = head.checkpoint;
  last_ts_ = head.created_at;
  messages_ = head.messages;
  storage::key_range after{keys_.message(head.checkpoint + 1),
                           keys_.messages().to};
  auto counted = storage::scan_records<storage::message_record>(
    db_, after, [&](auto key, auto record) {
      ++messages_;
      replay(storage::seq_of(key), record);
      return true;
    });
  return counted ? load_last() : counted;
}

result<void> conversation_log::load_last() {
  auto last_message = storage::scan_records<storage::message_record>(
    db_, keys_.messages(),
    [&](auto key, auto record) {
      last_ts_ = std::max(last_ts_, record.ts);
      last_message_ = message{id_, storage::seq_of(key), std::move(record)};
      last_seq_ = std::max(last_seq_, last_message_->at);
      return false;
    },
    true);
  if (!last_message)
    return last_message;
  return storage::scan_records<storage::event_record>(
    db_, keys_.events(),
    [&](auto key, auto record) {
      last_ts_ = std::max(last_ts_, record.ts);
      last_seq_ = std::max(last_seq_, storage::seq_of(key));
      return false;
    },
    true);
}

timestamp_ms conversation_log::next_ts(timestamp_ms now) {
  last_ts_ = std::max(last_ts_, now);
  return last_ts_;
}

seq conversation_log::append(storage::message_record record, timestamp_ms now,
                             storage::write_set& into) {
  record.ts = next_ts(now);
  record.ordinal = ++messages_;
  ++last_seq_;
  into.put(keys_.message(last_seq_), storage::encode(record));
  last_message_ = message{id_, last_seq_, std::move(record)};
  return last_seq_;
}

seq conversation_log::append(storage::event_record record, timestamp_ms now,
                             storage::write_set& into) {
  record.ts = next_ts(now);
  ++last_seq_;
  into.put(keys_.event(last_seq_), storage::encode(record));
  return last_seq_;
}

void conversation_log::replace(seq at, const storage::message_record& record,
                               std::uint64_t ticket, storage::write_set& into) {
  write(keys_.message(at), storage::encode(record), ticket, into);
  if (last_message_ && last_message_->at == at)
    last_message_->content = record;
}

void conversation_log::write(std::string key, std::optional<std::string> record,
                             std::uint64_t ticket, storage::write_set& into) {
  if (record)
    into.put(key, *record);
  else
    into.erase(key);
  uncommitted_.put(std::move(key), std::move(record), ticket);
}

result<std::optional<std::string>>
conversation_log::read(const std::string& key) const {
  if (auto decided = uncommitted_.find(key))
    return *decided;
  return db_.get(key);
}

result<std::optional<storage::message_record>>
conversation_log::message_at(seq at) const {
  if (last_message_ && last_message_->at == at)
    return std::optional{last_message_->content};
  auto bytes = read(keys_.message(at));
  if (!bytes)
    return bytes.error();
  if (!*bytes)
    return std::optional<storage::message_record>{};
  auto record = storage::decode<storage::message_record>(**bytes);
  if (!record)
    return record.error();
  return std::optional{std::move(*record)};
}

result<std::uint64_t> conversation_log::ordinal_at(seq at) const {
  if (at >= last_seq_)
    return messages_;
  std::uint64_t ordinal = 0;
  auto seen = storage::scan_records<storage::message_record>(
    db_, {keys_.messages().from, keys_.message(at + 1)},
    [&](auto, auto record) {
      ordinal = record.ordinal;
      return false;
    },
    true);
  if (!seen)
    return seen.error();
  return ordinal;
}

result<std::uint64_t> conversation_log::count_own(const user_id& sender,
                                                  seq after, seq upto) const {
  std::uint64_t count = 0;
  auto seen = storage::scan_records<storage::message_record>(
    db_, {keys_.message(after + 1), keys_.message(upto + 1)},
    [&](auto, auto record) {
      count += record.sender == sender ? 1 : 0;
      return true;
    });
  if (!seen)
    return seen.error();
  return count;
}

result<std::uint64_t> conversation_log::count_deleted(const user_id& viewer,
                                                      seq after,
                                                      seq upto) const {
  std::uint64_t count = 0;
  std::size_t looked_at = 0;
  auto seen = storage::scan_records<storage::message_record>(
    db_, {keys_.message(after + 1), keys_.message(upto + 1)},
    [&](auto, auto record) {
      count += record.deleted && record.sender != viewer ? 1 : 0;
      return ++looked_at < limits::unread_looked_at_max;
    },
    true);
  if (!seen)
    return seen.error();
  return count;
}

result<std::vector<std::string>>
conversation_log::own_reactions(const message& to, const user_id& by) const {
  std::vector<std::string> out;
  if (by.empty() || to.content.reactions.empty())
    return out;
  auto seen = db_.scan(keys_.reactions(to.at, by), [&](auto key, auto) {
    if (auto name = storage::reaction_name_of(key))
      out.emplace_back(name->emoji);
    return true;
  });
  if (!seen)
    return seen.error();
  return out;
}

result<reaction_list>
conversation_log::reactions(const list_reactions& what) const {
  reaction_list page;
  auto range = keys_.reactions(what.target);
  if (!what.after.empty())
    range.from = keys_.reactions(what.target, what.after).to;
  page_budget budget{limits::page_bytes_max};
  std::size_t users = 0;
  auto seen = db_.scan(range, [&](auto key, auto) {
    auto name = storage::reaction_name_of(key);
    if (!name)
      return true;
    reaction_view each{user_id{name->by}, std::string{name->emoji}};
    auto is_new = page.reactions.empty() || page.reactions.back().by != each.by;
    auto fits = budget.take(weight(each));
    if (is_new && (users == what.limit || !fits)) {
      page.cursor = page.reactions.back().by;
      return false;
    }
    users += is_new ? 1 : 0;
    page.reactions.push_back(std::move(each));
    return true;
  });
  if (!seen)
    return seen.error();
  return page;
}

result<history_page> conversation_log::history(const read_history& what,
                                               seq from, std::size_t bytes_max,
                                               const user_id& reader) const {
  history_page page;
  if (what.after && *what.after >= last_seq_)
    return page;
  auto backwards = !what.after;
  auto first = backwards ? from : std::max(from, *what.after + 1);
  storage::key_range range{keys_.message(first), keys_.messages().to};
  if (what.before != 0)
    range.to = keys_.message(what.before);
  page_budget budget{bytes_max};
  if (what.before != 0 && what.before <= first)
    return page;
  result<void> looked_up;
  auto seen = storage::scan_records<storage::message_record>(
    db_, range,
    [&](auto key, auto record) {
      message each{id_, storage::seq_of(key), std::move(record), {}};
      auto mine = own_reactions(each, reader);
      if (!mine) {
        looked_up = mine.error();
        return false;
      }
      each.mine = std::move(*mine);
      if (page.messages.size() == what.limit || !budget.take(weight(each))) {
        page.has_more = true;
        return false;
      }
      page.messages.push_back(std::move(each));
      return true;
    },
    backwards);
  if (!seen)
    return seen.error();
  if (!looked_up)
    return looked_up.error();
  if (backwards)
    std::reverse(page.messages.begin(), page.messages.end());
  return page;
}

result<conversation_log::part>
conversation_log::messages_after(seq after, std::size_t limit,
                                 std::size_t bytes_max,
                                 const user_id& reader) const {
  auto page = history({0, after, static_cast<std::uint32_t>(limit)}, after + 1,
                      bytes_max, reader);
  if (!page)
    return page.error();
  part found;
  found.cut = page->has_more;
  for (auto& m : page->messages)
    found.events.emplace_back(std::move(m));
  return found;
}

result<conversation_log::part>
conversation_log::events_after(seq after, std::size_t limit,
                               std::size_t bytes_max) const {
  part found;
  page_budget budget{bytes_max};
  auto seen = storage::scan_records<storage::event_record>(
    db_, {keys_.event(after + 1), keys_.events().to},
    [&](auto key, auto record) {
      log_event event{id_, storage::seq_of(key), std::move(record), {}};
      if (found.events.size() == limit || !budget.take(weight(event))) {
        found.cut = true;
        return false;
      }
      found.events.emplace_back(std::move(event));
      return true;
    });
  if (!seen)
    return seen.error();
  return found;
}

result<events_page> conversation_log::events(seq after, std::size_t limit,
                                             seq visible_from,
                                             std::size_t bytes_max,
                                             const user_id& reader) const {
  if (after >= last_seq_)
    return events_page{id_, {}, false};
  auto a = messages_after(after, limit, bytes_max, reader);
  if (!a)
    return a.error();
  auto b = events_after(after, limit, bytes_max);
  if (!b)
    return b.error();
  // Beyond the end of a list that was cut, the order is not known.
  auto known = std::numeric_limits<seq>::max();
  for (auto* p : {&*a, &*b})
    if (p->cut)
      known
        = std::min(known, p->events.empty() ? after : place(p->events.back()));
  events_page page{id_, {}, a->cut || b->cut};
  std::merge(std::make_move_iterator(a->events.begin()),
             std::make_move_iterator(a->events.end()),
             std::make_move_iterator(b->events.begin()),
             std::make_move_iterator(b->events.end()),
             std::back_inserter(page.events),
             [](const durable_event& x, const durable_event& y) {
               return place(x) < place(y);
             });
  auto end = std::find_if(page.events.begin(), page.events.end(),
                          [known](auto& e) { return place(e) > known; });
  page.events.erase(end, page.events.end());
  if (page.events.size() > limit) {
    page.events.resize(limit);
    page.has_more = true;
  }
  if (auto filled = fill(page, visible_from, bytes_max); !filled)
    return filled.error();
  return page;
}

// The texts of edits are in their messages, and count like those.
result<void> conversation_log::fill(events_page& page, seq visible_from,
                                    std::size_t bytes_max) const {
  page_budget budget{bytes_max};
  for (auto i = page.events.begin(); i != page.events.end(); ++i) {
    auto* event = std::get_if<log_event>(&*i);
    if (event && event->content.kind == storage::event_kind::edited
        && event->content.target >= visible_from) {
      auto edited = message_at(event->content.target);
      if (!edited)
        return edited.error();
      if (*edited) {
        event->text = std::move((*edited)->text);
        event->content.users = std::move((*edited)->mentions);
      }
    } else if (event && event->content.kind == storage::event_kind::edited) {
      event->content.users.clear();
    }
    if (budget.take(weight(*i)))
      continue;
    page.events.erase(i, page.events.end());
    page.has_more = true;
    break;
  }
  return {};
}

} // namespace parley::actors
