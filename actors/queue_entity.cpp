#include "actors/queue_entity.hpp"

#include "actors/command_names.hpp"
#include "actors/queue_rows.hpp"
#include "auth/random.hpp"

#include <algorithm>
#include <utility>

namespace parley::actors {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds soon{1};
/// How much earlier than it should a tick may come.
constexpr milliseconds early_ticks{2};
constexpr milliseconds pause_after_failure{500};
constexpr milliseconds look_at_least{60'000};
constexpr std::size_t asked_at_once = 500;

queue_rules rules_of(const queue_name& name, const options& opts) {
  auto found = opts.queues.find(name.str());
  if (found != opts.queues.end())
    return {found->second, true};
  return {{}, false};
}

conversation_id fresh_match(timestamp_ms now) {
  return ulid_conversation(conversation_kind::match, now, auth::random_u64(),
                           auth::random_u64());
}

} // namespace

queue_entity::queue_entity(caf::actor_config& cfg, services* with,
                           const cluster::entity_key& key,
                           const cluster::entity_home& home)
  : entity(cfg, with, key, home), name_(key.name.view()) {}

caf::behavior queue_entity::awake() {
  return caf::message_handler{[this](queue_request& r) { handle(r); }}.or_else(
    common());
}

result<void> queue_entity::load() {
  state_.emplace(home_.log->reader(), home_.shard_number, name_,
                 rules_of(name_, with_->opts), fresh_match);
  auto read = state_->load(now());
  loaded_at_ = steady_now();
  loaded_time_ = state_->time();
  // What is due, and whom to ask who is there, waits for no command.
  wake_in(read ? soon : pause_after_failure);
  return read;
}

// Widening, giving up and absences are timed by it: it begins where the last
// owner's ended, and a clock that is set neither stops nor hurries it.
timestamp_ms queue_entity::queue_now() const {
  return loaded_time_ + (steady_now() - loaded_at_);
}

void queue_entity::unload() {
  state_.reset();
}

outbox* queue_entity::rows() {
  return state_ ? &state_->rows() : nullptr;
}

std::string queue_entity::row_key(std::uint64_t number) const {
  return state_->keys().outbox(number);
}

// Told again where the row is delivered again: a crash in between must not
// leave two who do not know of each other. A session that came in between is
// told by its user, too: behind the answer that makes it the user's.
void queue_entity::delivered(std::uint64_t number) {
  for (auto& notice : notices_of(state_->rows().row(number))) {
    if (auto session
        = state_->take_early(notice.user, notice.what.conversation))
      dispatch(cluster::key_of(notice.user), caller{}, std::monostate{},
               user_command{tell_session{session, notice.what}});
    with_->out.tell(std::move(notice));
  }
}

bool queue_entity::busy(bool for_good) const {
  return !for_good;
}

void queue_entity::forget_uncommitted(std::uint64_t upto) {
  if (!state_)
    return;
  state_->committed(upto);
  look_ahead();
}

void queue_entity::handle(queue_request& r) {
  attend(name_of(r.body), r.sent_us, r.reply_to, writes(r.body), [&] {
    advance();
    asked by{r.from, queue_now(), next_ticket()};
    settle(std::visit([&](auto& m) { return state_->decide(by, m); }, r.body),
           r.reply_to);
    note_arrival();
    look_ahead();
  });
}

void queue_entity::note_arrival() {
  auto who = state_->take_arrival();
  if (!who || with_->arrivals == nullptr
      || !state_->rules().policy.note_arrivals)
    return;
  if (who->said.empty())
    with_->arrivals->left(name_, who->user, now());
  else if (auto words = decode_said(who->said))
    with_->arrivals->arrived(name_, who->user, now(), words->wishes);
}

void queue_entity::advance() {
  if (!home_.log->admit(home_.shard_number))
    return;
  auto d = state_->advance(asked{{}, queue_now(), next_ticket()});
  if (!d.writes.empty())
    settle(std::move(d), std::monostate{});
}

void queue_entity::ask_around() {
  auto users = state_->take_unasked(asked_at_once);
  for (auto& user : users)
    dispatch(cluster::key_of(user), caller{}, std::monostate{},
             user_command{report_place{name_}});
  if (users.size() == asked_at_once)
    wake_in(soon);
}

void queue_entity::due(tick::of) {
  // One that was overtaken: another is on its way.
  if (wakes_at_ && steady_clock::now() + early_ticks < *wakes_at_)
    return;
  wakes_at_.reset();
  if (draining())
    return wake_in(pause_after_failure);
  attend("tick", steady_us(), std::monostate{}, false, [&] {
    advance();
    ask_around();
    look_ahead();
  });
}

void queue_entity::look_ahead() {
  if (!state_)
    return;
  auto due = state_->next_due();
  auto left = due ? milliseconds{*due - queue_now()} : look_at_least;
  if (!home_.log->admit(home_.shard_number))
    left = std::max(left, pause_after_failure);
  wake_in(std::clamp(left, soon, look_at_least));
}

void queue_entity::wake_in(milliseconds delay) {
  auto at = steady_clock::now() + delay;
  if (wakes_at_ && *wakes_at_ <= at)
    return;
  wakes_at_ = at;
  delayed_send(this, delay, tick{tick::of::queue});
}

} // namespace parley::actors
