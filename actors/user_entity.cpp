#include "actors/user_entity.hpp"

#include "actors/command_names.hpp"
#include "actors/listing.hpp"
#include "base/metrics.hpp"
#include "cluster/refusals.hpp"
#include "cluster/router.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace parley::actors {

namespace {

constexpr std::chrono::milliseconds look_at_call{250};
// The time of day, by which sign-ins expire, may be set meanwhile.
constexpr std::chrono::milliseconds look_at_sign_ins{600'000};

prometheus::Counter& calls_hung_up(std::string_view reason) {
  return metrics::counter("calls_hung_up_total",
                          "Calls that the node hung up, by reason.",
                          {{"reason", std::string{reason}}});
}

// Counters are there from the start, so that the first event is an increase.
auto& calls_placed
  = metrics::counter("calls_placed_total", "Calls that users began.");
auto& guests_erased = metrics::counter(
  "guests_erased_total", "Guests erased because they were signed out.");
auto& calls_answered
  = metrics::counter("calls_answered_total", "Calls that were answered.");
[[maybe_unused]] const std::array hang_ups{
  &calls_hung_up("busy"), &calls_hung_up("gone"), &calls_hung_up("offline"),
  &calls_hung_up("timeout")};

void count(const call_step& step) {
  if (step.begins)
    calls_placed.Increment();
  if (step.answers)
    calls_answered.Increment();
  if (!step.hung_up.empty())
    calls_hung_up(step.hung_up).Increment();
}

} // namespace

user_entity::user_entity(caf::actor_config& cfg, services* with,
                         const cluster::entity_key& key,
                         const cluster::entity_home& home)
  : entity(cfg, with, key, home),
    id_(key.name.view()),
    call_(id_, with->opts.calls) {
  told_.user = id_;
}

caf::behavior user_entity::awake() {
  return caf::message_handler{[this](user_request& r) { handle(r); }}.or_else(
    common());
}

result<void> user_entity::load() {
  state_.emplace(home_.log->reader(), home_.shard_number, id_, sessions_,
                 with_->opts.moderation.address_ban, with_->opts.refresh_grace,
                 with_->opts.moderation.ban_account_age);
  return state_->load();
}

void user_entity::unload() {
  state_.reset();
}

outbox* user_entity::rows() {
  return state_ ? &state_->rows() : nullptr;
}

std::string user_entity::row_key(std::uint64_t number) const {
  return state_->keys().outbox(number);
}

bool user_entity::busy(bool for_good) const {
  return !for_good
         && (!sessions_.empty() || sessions_.gone_since() != 0
             || fades_at_ > steady_now() || !gathers_.empty()
             || call_.active());
}

void user_entity::receive(actors::response& r) {
  gathers_.receive(r);
}

void user_entity::handle(user_request& r) {
  attend(name_of(r.body), r.sent_us, r.reply_to, writes(r.body), [&] {
    // Who is shown what watchers have not been told yet would not be told when
    // it ends before they are.
    if (std::holds_alternative<show_presence>(r.body))
      tell_presence();
    auto was_here = !sessions_.empty();
    std::visit([&](auto& m) { carry_out(r, m); }, r.body);
    if (was_here && sessions_.empty())
      tell_queue(0);
    presence_may_have_changed();
    look_after_call();
  });
}

template <class Command>
void user_entity::carry_out(const user_request& r, const Command& m) {
  settle(state_->decide(asked{r.from, now(), next_ticket()}, m), r.reply_to);
}

// -- presence -----------------------------------------------------------------

presence_view user_entity::shown_presence() const {
  auto seen = state_->presence();
  return seen.status == presence_status::offline && steady_now() < fades_at_
           ? fading_
           : seen;
}

// Told as an absence is, and just as late: nobody can tell one from the other.
void user_entity::carry_out(const user_request& r, const set_presence& m) {
  auto before = shown_presence();
  settle(state_->decide(asked{r.from, now(), next_ticket()}, m), r.reply_to);
  if (!state_ || m.status != presence_status::invisible
      || before.status == presence_status::offline) {
    fades_at_ = 0;
    return;
  }
  if (fades_at_ > steady_now())
    return;
  fading_ = std::move(before);
  fades_at_ = steady_now() + with_->opts.offline_grace.count();
  wake(tick::of::fade, with_->opts.offline_grace);
}

void user_entity::carry_out(const user_request& r, const show_presence& m) {
  auto d = state_->decide(asked{r.from, now(), next_ticket()}, m);
  if (d.answer && r.from.user != id_ && !state_->is_hidden_from(r.from.user))
    std::get<presence_list>(*d.answer).presences = {shown_presence()};
  settle(std::move(d), r.reply_to);
}

void user_entity::presence_may_have_changed() {
  auto since = sessions_.gone_since();
  if (std::exchange(absent_since_, since) != since)
    absent_from_ = steady_now();
  if (since != 0)
    wake(tick::of::absence, with_->opts.offline_grace);
  auto seen = shown_presence();
  if (seen.status != told_.status || seen.text != told_.text)
    wake(tick::of::presence, with_->opts.presence_coalesce);
}

void user_entity::tell_presence() {
  auto seen = shown_presence();
  if (!must_tell_ && seen.status == told_.status && seen.text == told_.text)
    return;
  told_ = seen;
  has_told_ = true;
  must_tell_ = false;
  with_->out.publish(presence_change{std::move(seen), state_->hidden_from()});
}

void user_entity::look_for_absence() {
  auto since = sessions_.gone_since();
  if (since == 0)
    return;
  // When it began is told, and may be of another time by now.
  auto left = absent_from_ + with_->opts.offline_grace.count() - steady_now();
  if (left > 0)
    return wake(tick::of::absence, std::chrono::milliseconds{left});
  if (home_.log->admit(home_.shard_number))
    settle(state_->note_absence(since), std::monostate{});
  else
    sessions_.absence_told();
  tell_presence();
}

void user_entity::look_for_expiry() {
  auto was_here = !sessions_.empty();
  settle(state_->end_expired_sessions(now()), std::monostate{});
  if (was_here && sessions_.empty())
    tell_queue(0);
  presence_may_have_changed();
  if (auto next = state_->next_expiry())
    wake(tick::of::sign_ins, std::chrono::milliseconds{std::clamp<timestamp_ms>(
                               *next - now(), 1, look_at_sign_ins.count())});
}

void user_entity::due(tick::of what) {
  if (what == tick::of::gathers) {
    gathers_.expire(steady_us());
    gathers_.ask_lost();
    if (!gathers_.empty())
      wake(tick::of::gathers, look_for_losses);
    return;
  }
  if (what == tick::of::call) {
    follow(call_.expire(steady_now()));
    return look_after_call();
  }
  if (draining())
    return wake(what, std::chrono::seconds{1});
  attend("tick", steady_us(), std::monostate{}, false, [&] {
    if (what == tick::of::absence)
      look_for_absence();
    else if (what == tick::of::presence || what == tick::of::fade)
      tell_presence();
    else if (what == tick::of::sign_ins)
      look_for_expiry();
  });
  if (sessions_.gone_since() != 0)
    wake(tick::of::absence, std::chrono::seconds{1});
}

// The earlier owner has told watchers that the user is here.
void user_entity::carry_out(const user_request& r, const reattach& m) {
  settle(state_->decide(asked{r.from, now(), next_ticket()}, m), r.reply_to);
  if (!has_told_)
    told_ = shown_presence();
  if (!sessions_.contains(m.session))
    return;
  tell_queue(m.session);
  look_for_expiry();
}

// The nodes of several watchers ask about at the same time.
void user_entity::carry_out(const user_request&, const announce_presence&) {
  must_tell_ = true;
  wake(tick::of::presence, with_->opts.presence_coalesce);
}

void user_entity::carry_out(const user_request& r, const erase_guest& m) {
  auto d = state_->decide(asked{r.from, now(), next_ticket()}, m);
  if (!d.writes.empty())
    guests_erased.Increment();
  settle(std::move(d), r.reply_to);
}

// -- calls --------------------------------------------------------------------

void user_entity::carry_out(const user_request& r, const place_signal& m) {
  if (!owns_shard())
    return answer(r.reply_to, cluster::shard_moved());
  auto is_newer = sessions_.is_newer(r.from.session, call_.session());
  auto step = call_.place(r.from.session, m, steady_now(), is_newer);
  if (step.verdict)
    answer(r.reply_to, actors::done{});
  else
    answer(r.reply_to, step.verdict.error());
  follow(std::move(step));
}

// Who has lost the shard knows nothing of the user's sessions.
void user_entity::carry_out(const user_request&, const take_signal& m) {
  if (!owns_shard())
    return;
  auto reachable = !sessions_.empty() && !state_->is_hidden_from(m.from)
                   && shown_presence().status != presence_status::offline;
  follow(call_.take(m, reachable, steady_now()));
}

void user_entity::follow(call_step step) {
  count(step);
  for (auto& t : step.tell)
    for (const auto& s : sessions_.all())
      if (t.only != 0 ? s.session == t.only : s.session != t.except)
        with_->out.tell(s.node, s.session, t.what);
  for (auto& p : step.pass)
    dispatch(cluster::key_of(p.to), caller{id_}, std::monostate{},
             std::move(p.what));
}

// A tick that is awaited already may be one that comes late.
void user_entity::look_after_call() {
  if (call_.session() != 0)
    call_.note_session(sessions_.contains(call_.session()), steady_now());
  if (auto at = call_.due())
    wake(tick::of::call, std::chrono::milliseconds{std::clamp<timestamp_ms>(
                           *at - steady_now(), 1, look_at_call.count())});
}

// -- asking others
// --------------------------------------------------------------

void user_entity::ask_keys(std::vector<cluster::entity_key> whom,
                           gathers::ask put, gathers::then then) {
  auto size = whom.size();
  // No client can name so many, but who knows what another node sends.
  if (size == 0 || size > gathers::size_max)
    return then(gathers::answers(size));
  auto upsets = [this, all = std::move(whom)](std::size_t place) {
    return with_->router.upsets(all[place]);
  };
  gathers_.open(size, steady_us(), std::move(put), std::move(then),
                std::move(upsets));
  wake(tick::of::gathers, look_for_losses);
}

template <class Key, class Ask>
void user_entity::ask_all(std::vector<Key> whom, Ask what_of,
                          gathers::then then) {
  std::vector<cluster::entity_key> keys;
  keys.reserve(whom.size());
  for (const auto& each : whom)
    keys.push_back(cluster::key_of(each));
  auto put = [this, all = std::move(whom), what_of = std::move(what_of)](
               std::size_t place, std::uint64_t token) {
    const auto& key = all[place];
    ask(cluster::key_of(key), caller{id_}, what_of(key), token);
  };
  ask_keys(std::move(keys), std::move(put), std::move(then));
}

template <class Command>
void user_entity::decide_if_exists(const user_request& r, const Command& m) {
  if (!m.on)
    return settle(state_->decide(asked{r.from, now(), next_ticket()}, m),
                  r.reply_to);
  auto then = [this, r, m](gathers::answers got) {
    auto& known = got.front();
    if (!known)
      return answer(r.reply_to, late());
    if (!*known)
      return answer(r.reply_to, with_field(known->error(), "user"));
    attend(name_of(r.body), steady_us(), r.reply_to, true, [&] {
      settle(state_->decide(asked{r.from, now(), next_ticket()}, m),
             r.reply_to);
    });
  };
  ask_all(
    std::vector{m.user}, [](auto&) { return show_user{}; }, std::move(then));
}

void user_entity::carry_out(const user_request& r, const set_contact& m) {
  decide_if_exists(r, m);
}

void user_entity::carry_out(const user_request& r, const set_block& m) {
  if (m.on)
    follow(call_.drop(m.user));
  decide_if_exists(r, m);
}

void user_entity::carry_out(const user_request& r, const gather_presence& m) {
  ask_all(
    m.users, [](auto&) { return show_presence{}; },
    [this, to = r.reply_to](gathers::answers got) {
      presence_list all;
      for (auto& each : take_all<presence_list>(got))
        for (auto& view : each.presences)
          all.presences.push_back(std::move(view));
      answer(to, std::move(all));
    });
}

void user_entity::vet_all(const user_request& r,
                          const std::vector<user_id>& users,
                          std::string_view field,
                          const conversation_id& conversation,
                          conversation_command then) {
  auto go_on = [this, r, field, conversation,
                command = std::move(then)](gathers::answers got) mutable {
    for (auto& verdict : got) {
      if (!verdict)
        return answer(r.reply_to, late());
      if (!*verdict)
        return answer(r.reply_to, with_field(verdict->error(), field));
    }
    dispatch(cluster::key_of(conversation), r.from, r.reply_to,
             std::move(command));
  };
  ask_all(
    users, [this](auto&) { return vet{id_}; }, std::move(go_on));
}

void user_entity::carry_out(const user_request& r, const start_group& m) {
  // Made before: what is answered now does not depend on who may be invited.
  if (state_->has_been_in(m.conversation))
    return dispatch(cluster::key_of(m.conversation), r.from, r.reply_to,
                    m.group);
  if (auto room = state_->has_room(); !room)
    return answer(r.reply_to, room.error());
  auto others = m.group.members;
  std::erase(others, id_);
  vet_all(r, others, "members", m.conversation, m.group);
}

void user_entity::carry_out(const user_request& r, const invite_users& m) {
  auto others = m.users;
  std::erase(others, id_);
  vet_all(r, others, "users", m.conversation, invite{others});
}

void user_entity::carry_out(const user_request& r, const join_conversation& m) {
  if (!state_->belongs_to(m.conversation))
    if (auto room = state_->has_room(); !room)
      return answer(r.reply_to, room.error());
  dispatch(cluster::key_of(m.conversation), r.from, r.reply_to, actors::join{});
}

// Nobody is in two queues: the one must let go before the other takes.
void user_entity::carry_out(const user_request& r, const seek_match& m) {
  if (!with_->opts.queues.contains(m.queue.str()))
    return answer(r.reply_to, error{errc::not_found, "no such queue", "queue"});
  if (r.from.session == 0 && sessions_.empty())
    return answer(r.reply_to, error{errc::conflict,
                                    "open a WebSocket first: nobody could be "
                                    "told of a match"});
  auto place = state_->place();
  if (place.queue.empty() || place.queue == m.queue)
    return settle(state_->decide(asked{r.from, now(), next_ticket()}, m),
                  r.reply_to);
  auto then = [this, r, m, claim = place.claim](gathers::answers got) {
    auto& freed = got.front();
    if (!freed)
      return answer(r.reply_to, late());
    if (!*freed)
      return answer(r.reply_to, freed->error());
    attend(name_of(r.body), steady_us(), r.reply_to, true, [&] {
      if (state_->place().claim != claim)
        return carry_out(r, m);
      settle(state_->decide(asked{r.from, now(), next_ticket()}, m),
             r.reply_to);
    });
  };
  ask_all(
    std::vector{place.queue},
    [claim = place.claim](auto&) { return vacate{claim}; }, std::move(then));
}

// -- reporting
// ------------------------------------------------------------------

void user_entity::carry_out(const user_request& r, const report_user& m) {
  auto earlier = state_->earlier_report(m.user, now());
  if (!earlier)
    return answer(r.reply_to, earlier.error());
  if (*earlier)
    return answer(r.reply_to, reported{**earlier});
  auto then = [this, r, m](gathers::answers got) {
    auto& seen = got.front();
    if (!seen)
      return answer(r.reply_to, late());
    if (!*seen)
      return answer(r.reply_to, m.conversation.empty()
                                  ? with_field(seen->error(), "user")
                                  : seen->error());
    auto* kept = std::get_if<evidence>(&**seen);
    file(r, m, kept ? std::move(kept->messages) : std::vector<message>{});
  };
  if (m.conversation.empty())
    return ask_all(
      std::vector{m.user}, [](auto&) { return show_user{}; }, std::move(then));
  auto limit = with_->opts.moderation.evidence_messages;
  ask_all(
    std::vector{m.conversation},
    [m, limit](auto&) {
      return take_evidence{m.user, m.seqs, limit};
    },
    std::move(then));
}

void user_entity::file(const user_request& r, const report_user& m,
                       std::vector<message> evidence) {
  attend("report_user", steady_us(), r.reply_to, true, [&] {
    settle(state_->decide(asked{r.from, now(), next_ticket()}, m, evidence),
           r.reply_to);
  });
}

} // namespace parley::actors
