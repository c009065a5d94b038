#include "actors/user_state.hpp"
#include "base/answer_limits.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

// Signing up, in and out; the token families; what operators may do.
namespace parley::actors {

namespace {

constexpr std::string_view no_such_user = "no such user";

decision no_user() {
  return refuse(errc::not_found, std::string{no_such_user});
}

} // namespace

account user_state::account_for(const family_id& family) const {
  return {profile_of(), family, standing_.muted_until};
}

bool user_state::is_banned(timestamp_ms now) const {
  return user_.banned_until < 0 || user_.banned_until > now;
}

result<void> user_state::may_sign_in(timestamp_ms now) const {
  if (!exists_)
    return error{errc::unauthenticated, std::string{no_such_user}};
  if (is_banned(now))
    return error{errc::forbidden, "banned"};
  return {};
}

storage::family_record* user_state::find_family(const family_id& id,
                                                timestamp_ms now) {
  auto i = families_.find(id);
  return i == families_.end() || i->second.expires_at <= now ? nullptr
                                                             : &i->second;
}

// A ban is told to those only who have shown that they are the user.
result<storage::family_record*> user_state::live_family(const family_id& id,
                                                        timestamp_ms now) {
  auto* family = find_family(id, now);
  if (!family)
    return error{errc::unauthenticated, "signed out"};
  if (auto may = may_sign_in(now); !may)
    return may.error();
  return family;
}

void user_state::drop_family(const family_id& id, decision& d) {
  families_.erase(id);
  d.writes.erase(keys_.family(id));
}

void user_state::open_family(const grant& g, const asked& by, decision& d) {
  std::vector<family_id> over;
  for (auto& [id, family] : families_)
    if (family.expires_at <= by.now)
      over.push_back(id);
  for (auto& id : over)
    drop_family(id, d);
  if (families_.size() >= limits::families_per_user_max) {
    auto oldest = std::min_element(
      families_.begin(), families_.end(), [](auto& a, auto& b) {
        return a.second.created_at < b.second.created_at;
      });
    auto id = oldest->first;
    for (auto& c : sessions_.close(id, close_reason::revoked, by.now))
      d.close.push_back(c);
    drop_family(id, d);
  }
  storage::family_record family{g.device_id, g.refresh_hash, by.now,
                                g.expires_at};
  d.writes.put(keys_.family(g.family), storage::encode(family));
  families_[g.family] = std::move(family);
}

void user_state::list_handle_again(decision& d) {
  if (user_.guest)
    return;
  storage::outbox_record row;
  row.kind = storage::outbox_kind::directory;
  row.to = cluster::directory_of(id_.view()).name.view();
  row.text = user_.display_name;
  row.version = static_cast<std::uint64_t>(user_.created_at);
  add_row(std::move(row), d);
}

decision user_state::decide(const asked& by, const sign_up& m) {
  if (exists_)
    return refuse(errc::conflict, "the handle is taken", "handle");
  decision d;
  exists_ = true;
  user_.display_name = m.display_name.empty() ? id_.str() : m.display_name;
  user_.password_hash = m.password_hash;
  user_.guest = m.guest;
  user_.created_at = by.now;
  put_user(d);
  if (!m.address.empty()) {
    standing_.address = m.address;
    put_standing(d);
  }
  open_family(m.first, by, d);
  list_handle_again(d);
  d.answer = account_for(m.first.family);
  return d;
}

// The ban of a user is told by `sign_in`, after the right password.
decision user_state::decide(const asked&, const load_credentials&) {
  if (!exists_ || user_.guest)
    return no_user();
  return answer_with(credentials{user_.password_hash});
}

decision user_state::decide(const asked& by, const sign_in& m) {
  if (auto may = may_sign_in(by.now); !may)
    return answer_with(may.error());
  decision d;
  if (!m.new_password_hash.empty()) {
    user_.password_hash = m.new_password_hash;
    put_user(d);
  }
  open_family(m.opened, by, d);
  d.answer = account_for(m.opened.family);
  return d;
}

/// Makes `next` the good token of the family in exchange for `presented`; false
/// where that was exchanged already. One that was exchanged just now comes
/// again because the answer was lost, or because two ask at once who share it:
/// it is good for another, and what it gave before for as long as neither is
/// used.
bool user_state::exchange(storage::family_record& family,
                          const refresh_family& m, timestamp_ms now) const {
  auto is = [&](const std::string& hash) {
    return !hash.empty() && hash == m.presented_hash;
  };
  if (is(family.replaced_hash)
      && std::abs(now - family.replaced_at) < refresh_grace_.count()) {
    family.twin_hash = std::exchange(family.refresh_hash, m.next_hash);
    return true;
  }
  if (!is(family.refresh_hash) && !is(family.twin_hash))
    return false;
  family.replaced_hash = m.presented_hash;
  family.replaced_at = now;
  family.twin_hash.clear();
  family.refresh_hash = m.next_hash;
  return true;
}

decision user_state::decide(const asked& by, const refresh_family& m) {
  auto* family = find_family(m.family, by.now);
  if (!family)
    return refuse(errc::unauthenticated, "signed out");
  decision d;
  auto before = *family;
  if (!exchange(*family, m, by.now)) {
    // Somebody has a token that was exchanged already: the thief or the robbed.
    d.close = sessions_.close(m.family, close_reason::revoked, by.now);
    drop_family(m.family, d);
    d.answer = error{errc::unauthenticated,
                     "the refresh token was used before; signed out"};
    return d;
  }
  if (auto may = may_sign_in(by.now); !may) {
    *family = std::move(before);
    return answer_with(may.error());
  }
  family->expires_at = m.expires_at;
  d.writes.put(keys_.family(m.family), storage::encode(*family));
  d.answer = account_for(m.family);
  return d;
}

decision user_state::decide(const asked& by, const sign_out& m) {
  decision d;
  if (!families_.contains(m.family))
    return d;
  d.close = sessions_.close(m.family, close_reason::revoked, by.now);
  drop_family(m.family, d);
  return d;
}

decision user_state::decide(const asked& by, const check_family& m) {
  auto family = live_family(m.family, by.now);
  if (!family)
    return answer_with(family.error());
  return answer_with(account_for(m.family));
}

decision user_state::decide(const asked& by, const attach& m) {
  // The clocks of those who say since when may be ahead.
  auto since = std::max(by.now, sessions_.latest());
  return decide(by, reattach{m.node, m.session, m.family, m.device_id, since});
}

decision user_state::decide(const asked& by, const reattach& m) {
  auto family = live_family(m.family, by.now);
  if (!family)
    return answer_with(family.error());
  decision d;
  d.close = sessions_.add(
    {m.node, m.session, m.family,
     m.device_id.empty() ? (*family)->device_id : m.device_id, m.since});
  auto told_of = conversations();
  if (told_of.size() > limits::attached_conversations_max)
    told_of.resize(limits::attached_conversations_max);
  d.answer = attached{profile_of(), std::move(told_of), standing_.muted_until};
  return d;
}

decision user_state::decide(const asked& by, const detach& m) {
  sessions_.remove(m.node, m.session, by.now);
  return {};
}

std::optional<timestamp_ms> user_state::next_expiry() const {
  std::optional<timestamp_ms> next;
  for (const auto& s : sessions_.all())
    if (auto i = families_.find(s.family); i != families_.end())
      next
        = std::min(next.value_or(i->second.expires_at), i->second.expires_at);
  return next;
}

decision user_state::end_expired_sessions(timestamp_ms now) {
  decision d;
  for (const auto& [id, family] : families_)
    if (family.expires_at <= now)
      for (auto& c : sessions_.close(id, close_reason::revoked, now))
        d.close.push_back(c);
  return d;
}

decision user_state::decide(const asked& by, const erase_guest&) {
  auto lives = [&](auto& entry) { return entry.second.expires_at > by.now; };
  if (!exists_ || !user_.guest || is_banned(by.now)
      || std::any_of(families_.begin(), families_.end(), lives))
    return {};
  decision d;
  d.close = sessions_.close({}, close_reason::revoked, by.now);
  leave_queue(d);
  for (const auto& key : {keys_.profile(), keys_.standing(), keys_.place()})
    d.writes.erase(key);
  for (const auto& [id, family] : families_)
    d.writes.erase(keys_.family(id));
  for (const auto& [id, row] : memberships_)
    d.writes.erase(keys_.membership(id));
  for (const auto& [user, relation] : relations_)
    d.writes.erase(keys_.relation(user));
  for (const auto& user : reported_)
    d.writes.erase(keys_.reported(user));
  exists_ = false;
  user_ = {};
  standing_ = {};
  place_ = {};
  families_.clear();
  memberships_.clear();
  relations_.clear();
  reported_.clear();
  return d;
}

decision user_state::decide(const asked&, const show_user&) {
  return exists_ ? answer_with(profile_of()) : no_user();
}

decision user_state::decide(const asked& by, const update_profile& m) {
  auto renames = m.display_name && *m.display_name != user_.display_name;
  if (!renames && m.avatar.value_or(user_.avatar) == user_.avatar)
    return answer_with(profile_of());
  decision d;
  if (m.display_name)
    user_.display_name = *m.display_name;
  if (m.avatar)
    user_.avatar = *m.avatar;
  put_user(d);
  if (renames)
    list_handle_again(d);
  tell_settings(settings_change::subject::profile, by, d).user = profile_of();
  d.answer = profile_of();
  return d;
}

// -- for operators
// --------------------------------------------------------------

decision user_state::decide(const asked& by, const inspect_user&) {
  if (!exists_)
    return no_user();
  auto banned = is_banned(by.now);
  inspection view;
  view.rows = {
    {"id", id_.str()},
    {"display_name", user_.display_name},
    {"guest", user_.guest ? "yes" : "no"},
    {"created_at", std::to_string(user_.created_at)},
    {"last_seen", std::to_string(user_.last_seen)},
    {"banned", banned ? "yes" : "no"},
    {"banned_until", std::to_string(user_.banned_until)},
    {"ban_reason", user_.ban_reason},
    {"conversations", std::to_string(conversations().size())},
    {"sign_ins", std::to_string(families_.size())},
    {"sessions", std::to_string(sessions_.all().size())},
    {"muted_until", std::to_string(standing_.muted_until)},
    {"mute_reason", standing_.mute_reason},
  };
  for (auto& s : sessions_.all())
    view.rows.emplace_back("session", std::to_string(s.session) + " on node "
                                        + std::to_string(s.node) + " device "
                                        + s.device_id);
  return answer_with(std::move(view));
}

decision user_state::decide(const asked& by, const sign_out_everywhere&) {
  if (!exists_)
    return no_user();
  decision d;
  for (auto& [id, family] : families_)
    d.writes.erase(keys_.family(id));
  families_.clear();
  d.close = sessions_.close({}, close_reason::revoked, by.now);
  return d;
}

} // namespace parley::actors
