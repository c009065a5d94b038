#include "actors/conversation_state.hpp"
#include "base/limits.hpp"

#include <algorithm>
#include <utility>

// What members see of a conversation.
namespace parley::actors {

conversation_summary conversation_state::view_of(const user_id& viewer,
                                                 const member* me) const {
  conversation_summary view;
  view.id = id_;
  view.kind = head_.kind;
  view.title = head_.title;
  view.is_public = head_.is_public;
  view.created_at = head_.created_at;
  view.last_seq = log_.last_seq();
  view.last_ts = log_.last_ts();
  view.member_count = static_cast<std::uint32_t>(members_.size());
  auto& last = log_.last_message();
  if (!me) {
    view.last_message = last;
    return view;
  }
  if (last && last->at >= me->visible_from) {
    view.last_message = last;
    if (auto mine = log_.own_reactions(*last, viewer))
      view.last_message->mine = std::move(*mine);
  }
  auto unread = log_.messages() - me->read_ordinal;
  view.unread = unread - std::min(unread, me->own_unread);
  // None where the last deleted message was read: the usual case costs nothing.
  if (view.unread > 0 && head_.deleted_upto > me->read_seq)
    if (auto deleted
        = log_.count_deleted(viewer, me->read_seq, head_.deleted_upto))
      view.unread -= std::min(view.unread, *deleted);
  view.read_seq = me->read_seq;
  view.muted_until = me->muted_until;
  if (head_.kind == conversation_kind::direct)
    for (const auto& [user, record] : members_)
      if (user != viewer)
        view.peer = user;
  return view;
}

conversation_summary conversation_state::bare_view() const {
  conversation_summary view;
  view.id = id_;
  view.kind = head_.kind;
  view.created_at = head_.created_at;
  return view;
}

decision conversation_state::decide(const asked& by, const summarise&) {
  auto me = authorize(by, method_id::conversation_list);
  if (!me)
    return answer_with(me.error());
  return answer_with(view_of(by.by.user, *me));
}

decision conversation_state::decide(const asked&, const announce_position&) {
  decision d;
  if (exists_)
    publish(position{id_, log_.last_seq(), log_.last_ts()}, asked{}, d);
  return d;
}

decision conversation_state::decide(const asked& by, const read_history& m) {
  auto me = authorize(by, method_id::message_history);
  if (!me)
    return answer_with(me.error());
  auto page
    = log_.history(m, (*me)->visible_from, limits::page_bytes_max, by.by.user);
  if (!page)
    return answer_with(page.error());
  return answer_with(std::move(*page));
}

decision conversation_state::decide(const asked& by, const list_reactions& m) {
  auto target = target_of(by, m.target, method_id::message_reactions);
  if (!target)
    return answer_with(target.error());
  auto page = log_.reactions(m);
  if (!page)
    return answer_with(page.error());
  return answer_with(std::move(*page));
}

decision conversation_state::decide(const asked& by, const read_events& m) {
  seq after = m.after.value_or(0);
  seq from = 1;
  if (!by.by.is_operator) {
    auto me = authorize(by, method_id::sync);
    if (!me)
      return answer_with(me.error());
    from = (*me)->visible_from;
    after
      = std::max(m.after.value_or((*me)->read_seq), (*me)->visible_from - 1);
  } else if (!exists_) {
    return refuse(errc::not_found, "no such conversation");
  }
  auto room = m.bytes_max == 0
                ? limits::page_bytes_max
                : std::min<std::size_t>(m.bytes_max, limits::page_bytes_max);
  auto page = log_.events(after, m.limit, from, room, by.by.user);
  if (!page)
    return answer_with(page.error());
  return answer_with(std::move(*page));
}

result<void> conversation_state::add_named(const std::vector<seq>& seqs,
                                           seq visible_from,
                                           std::vector<message>& into) const {
  for (auto at : seqs) {
    auto is_there = [at](auto& each) { return each.at == at; };
    if (std::any_of(into.begin(), into.end(), is_there))
      continue;
    auto found = log_.message_at(at);
    if (!found)
      return found.error();
    if (!*found || at < visible_from)
      return error{errc::not_found, "no such message", "seqs"};
    into.push_back({id_, at, std::move(**found)});
  }
  std::sort(into.begin(), into.end(),
            [](auto& a, auto& b) { return a.at < b.at; });
  return {};
}

// Both have left a match that is over.
result<bool> conversation_state::has_met(const user_id& user) const {
  if (head_.kind != conversation_kind::match || !exists_)
    return false;
  auto first = log_.events(0, 1);
  if (!first)
    return first.error();
  for (const auto& each : first->events)
    if (auto* what = std::get_if<log_event>(&each))
      return std::count(what->content.users.begin(), what->content.users.end(),
                        user)
             > 0;
  return false;
}

decision conversation_state::decide(const asked& by, const take_evidence& m) {
  auto i_met = has_met(by.by.user);
  if (!i_met)
    return answer_with(i_met.error());
  seq from = 1;
  auto me = authorize(by, method_id::report_create);
  if (me && *me)
    from = (*me)->visible_from;
  else if (!*i_met)
    return answer_with(me ? no_such_conversation() : me.error());
  auto page = log_.history({0, std::nullopt, m.limit}, from);
  if (!page)
    return answer_with(page.error());
  evidence kept{std::move(page->messages)};
  if (auto named = add_named(m.seqs, from, kept.messages); !named)
    return answer_with(named.error());
  auto is_theirs = [&](auto& each) { return each.content.sender == m.user; };
  auto they_met = has_met(m.user);
  if (!they_met)
    return answer_with(they_met.error());
  if (!*they_met && !members_.contains(m.user)
      && std::none_of(kept.messages.begin(), kept.messages.end(), is_theirs))
    return refuse(errc::not_found, "the user is not in the conversation",
                  "user");
  return answer_with(std::move(kept));
}

decision conversation_state::decide(const asked& by,
                                    const show_conversation& m) {
  const member* me = nullptr;
  if (!by.by.is_operator) {
    auto found = authorize(by, method_id::conversation_get);
    if (!found)
      return answer_with(found.error());
    me = *found;
  } else if (!exists_) {
    return answer_with(no_such_conversation());
  }
  conversation_details details;
  details.summary = view_of(by.by.user, me);
  for (auto i = members_.upper_bound(m.members_after); i != members_.end();
       ++i) {
    if (details.members.size() == m.members_limit) {
      details.members_after = details.members.back().user;
      break;
    }
    auto& [user, record] = *i;
    // As with receipts: nobody sees across a block how far the other has read.
    auto is_shown = me == nullptr || user == by.by.user || blocking_.empty();
    details.members.push_back({user, record.role, record.joined_at,
                               is_shown ? record.read_seq : 0,
                               is_shown ? record.delivered_seq : 0});
  }
  return answer_with(std::move(details));
}

} // namespace parley::actors
