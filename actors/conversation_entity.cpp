#include "actors/conversation_entity.hpp"

#include "actors/command_names.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "cluster/refusals.hpp"
#include "cluster/router.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace parley::actors {

namespace {

constexpr std::chrono::milliseconds vet_timeout{3'000};
constexpr std::chrono::milliseconds read_count_interval{1'000};
constexpr std::chrono::milliseconds untold_pause{200};

// Counters are there from the start, so that the first event is an increase.
auto& messages_accepted
  = metrics::counter("messages_sent_total", "Messages that were accepted.");
auto& messages_duplicate
  = metrics::counter("messages_duplicate_total",
                     "Sends that were answered with an earlier message.");

void count(const decision& d) {
  if (!d.answer)
    return;
  auto answered = std::get_if<sent>(&*d.answer);
  if (answered)
    (answered->duplicate ? messages_duplicate : messages_accepted).Increment();
}

} // namespace

conversation_entity::conversation_entity(caf::actor_config& cfg, services* with,
                                         const cluster::entity_key& key,
                                         const cluster::entity_home& home)
  : entity(cfg, with, key, home) {}

caf::behavior conversation_entity::awake() {
  return caf::message_handler{
    [this](conversation_request& r) { handle(r); },
    [this](screened& s) { on_screened(s); },
  }
    .or_else(common());
}

result<void> conversation_entity::load() {
  state_.emplace(home_.log->reader(), home_.shard_number,
                 conversation_id{key_.name.view()});
  return state_->load();
}

void conversation_entity::unload() {
  state_.reset();
  const error failed{errc::unavailable, "an earlier command failed", {}, 200};
  for (auto& r : screenings_.take_all())
    answer(r.reply_to, failed);
  if (opening_)
    answer(std::exchange(opening_, std::nullopt)->reply_to, failed);
}

outbox* conversation_entity::rows() {
  return state_ ? &state_->rows() : nullptr;
}

std::string conversation_entity::row_key(std::uint64_t number) const {
  return state_->keys().outbox(number);
}

void conversation_entity::delivered(std::uint64_t number) {
  state_->outbox_delivered(number);
}

bool conversation_entity::busy(bool for_good) const {
  if (!screenings_.empty())
    return true;
  return !for_good && state_
         && (state_->receipts_wait() || state_->typing_until());
}

void conversation_entity::forget_uncommitted(std::uint64_t upto) {
  if (state_)
    state_->committed(upto);
}

void conversation_entity::handle(conversation_request& r) {
  if (std::holds_alternative<announce_position>(r.body))
    announces_ = false;
  attend(name_of(r.body), r.sent_us, r.reply_to, writes(r.body), [&] {
    if (state_->has_stray_rows() && home_.log->admit(home_.shard_number))
      erase_stray_rows();
    if (must_vet(r))
      vet_peer(r);
    else
      admit(r);
  });
}

void conversation_entity::erase_stray_rows() {
  log::warning("stray_members_erased", {{"entity", key_.str()}});
  settle(state_->erase_stray_rows(), std::monostate{});
}

void conversation_entity::decide(conversation_request& r) {
  asked by{r.from, now(), next_ticket(), steady_now()};
  auto d = std::visit([&](auto& m) { return state_->decide(by, std::move(m)); },
                      r.body);
  count(d);
  if (d.signal_to)
    return relay(r, std::move(*d.signal_to));
  if (d.traced != 0)
    with_->trace.accepted(conversation_id{key_.name.view()}, d.traced);
  settle(std::move(d), r.reply_to);
  wake_for_what_waits();
}

// -- screening ----------------------------------------------------------------

void conversation_entity::admit(conversation_request& r) {
  if (with_->screen == nullptr)
    return decide(r);
  conversation_id id{key_.name.view()};
  if (auto* sent = std::get_if<send_message>(&r.body))
    return screen(
      r, {id, r.from.user, sent->type, sent->text, sent->attachments, 0});
  if (auto* edit = std::get_if<edit_message>(&r.body))
    return screen(r, {id, r.from.user, {}, edit->text, {}, edit->target});
  decide(r);
}

// Who may not write is not worth looking at, and what was accepted before has
// been looked at.
void conversation_entity::screen(conversation_request& r, screened_text what) {
  asked by{r.from, now(), next_ticket()};
  auto* sent = std::get_if<send_message>(&r.body);
  auto known = sent ? state_->foregone(by, *sent)
                    : state_->foregone(by, std::get<edit_message>(r.body));
  if (known) {
    count(*known);
    return settle(std::move(*known), r.reply_to);
  }
  auto token = screenings_.add(std::move(r));
  with_->screen->look(std::move(what), [me = caf::actor_cast<caf::actor>(this),
                                        token](screen_verdict found) {
    caf::anon_send(me, screened{token, std::move(found)});
  });
}

void conversation_entity::on_screened(screened& s) {
  for (auto& [r, what] : screenings_.receive(s))
    accept(r, what);
  stop_if_wished();
}

void conversation_entity::accept(conversation_request& r,
                                 screen_verdict& what) {
  if (!what)
    return answer(r.reply_to, what.error());
  attend(name_of(r.body), steady_us(), r.reply_to, true, [&] {
    if (auto* sent = std::get_if<send_message>(&r.body); sent && *what)
      sent->text = std::move(**what);
    else if (auto* edit = std::get_if<edit_message>(&r.body); edit && *what)
      edit->text = std::move(**what);
    decide(r);
  });
}

void conversation_entity::relay(const conversation_request& r,
                                signal_route route) {
  if (!owns_shard())
    return answer(r.reply_to, cluster::shard_moved());
  const auto& m = std::get<send_signal>(r.body);
  dispatch(cluster::key_of(r.from.user), r.from, r.reply_to,
           place_signal{conversation_id{key_.name.view()}, std::move(route.to),
                        m.kind, m.data, route.to_all, route.ends_only});
}

void conversation_entity::wake_for_what_waits() {
  if (state_->receipts_wait())
    wake(tick::of::receipts,
         state_->large() ? read_count_interval : with_->opts.receipt_coalesce);
  if (auto until = state_->typing_until())
    wake(tick::of::typing, std::chrono::milliseconds{
                             std::max<timestamp_ms>(1, *until - steady_now())});
}

bool conversation_entity::must_vet(const conversation_request& r) const {
  auto send = std::get_if<send_message>(&r.body);
  return send && !send->to.empty() && !state_->exists();
}

void conversation_entity::vet_peer(conversation_request& r) {
  opening_ = std::move(r);
  peer_agrees_ = false;
  vet_asked_us_ = steady_us();
  hold();
  ask_next();
  wake(tick::of::gathers, look_for_losses);
}

cluster::entity_key conversation_entity::asked_next() const {
  return cluster::key_of(peer_agrees_
                           ? opening_->from.user
                           : std::get<send_message>(opening_->body).to);
}

void conversation_entity::ask_next() {
  auto next = asked_next();
  vet_upsets_ = with_->router.upsets(next);
  if (peer_agrees_)
    ask(next, opening_->from, check_room{}, ++vet_token_);
  else
    ask(next, opening_->from, vet{opening_->from.user}, ++vet_token_);
}

void conversation_entity::receive(actors::response& r) {
  // A late answer may be about the other of the two.
  if (r.token != vet_token_ || !opening_)
    return;
  if (!r.what)
    return vetted(r.what.error());
  if (peer_agrees_)
    return vetted({});
  peer_agrees_ = true;
  ask_next();
}

void conversation_entity::vetted(const result<void>& verdict) {
  if (!opening_)
    return;
  auto r = *std::exchange(opening_, std::nullopt);
  carry_on();
  if (!verdict)
    return answer(r.reply_to, verdict.error());
  attend(name_of(r.body), steady_us(), r.reply_to, true, [&] { admit(r); });
}

// The tick may be that of an earlier question.
void conversation_entity::look_after_vetting() {
  if (!opening_)
    return;
  auto waited = std::chrono::microseconds{steady_us() - vet_asked_us_};
  if (waited >= vet_timeout)
    return vetted(
      error{errc::unavailable, "the user can't be reached now", {}, 1'000});
  if (with_->router.upsets(asked_next()) != vet_upsets_)
    ask_next();
  wake(tick::of::gathers, look_for_losses);
}

// A lease that lapsed for a moment changes no owner, so nobody would ask.
void conversation_entity::untold() {
  if (std::exchange(announces_, true))
    return;
  conversation_request again{caller{}, std::monostate{}, steady_us(),
                             announce_position{}};
  delayed_send(this, untold_pause, std::move(again));
}

void conversation_entity::due(tick::of what) {
  if (what == tick::of::gathers)
    return look_after_vetting();
  if (!state_)
    return;
  if (what == tick::of::receipts && state_->receipts_wait())
    settle(state_->flush_receipts(), std::monostate{});
  else if (what == tick::of::typing)
    settle(state_->expire_typing(steady_now()), std::monostate{});
  wake_for_what_waits();
}

} // namespace parley::actors
