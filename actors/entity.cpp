#include "actors/entity.hpp"

#include "actors/deliveries.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "cluster/refusals.hpp"
#include "cluster/router.hpp"
#include "storage/keys.hpp"

#include <algorithm>
#include <exception>
#include <functional>
#include <type_traits>
#include <utility>

namespace parley::actors {

namespace {

// It is there from the start, so that the first event is an increase.
auto& dead_letters = metrics::counter(
  "dead_letters_total", "Outbox rows that could not be carried out.");

/// Whether the receiver of an outbox row has refused it for good.
bool is_final(errc refusal) {
  switch (refusal) {
    case errc::internal:
    case errc::rate_limited:
    case errc::unavailable:
    case errc::corrupt:
    case errc::io_failed: return false;
    default: return true;
  }
}

} // namespace

entity::entity(caf::actor_config& cfg, services* with,
               const cluster::entity_key& key, const cluster::entity_home& home)
  : caf::event_based_actor(cfg), with_(with), key_(key), home_(home) {}

const char* entity::name() const {
  return "parley.entity";
}

caf::behavior entity::make_behavior() {
  return awake();
}

caf::message_handler entity::common() {
  return {
    [this](const cluster::committed& upto) { on(upto); },
    [this](const cluster::commit_failed& lost) { on(lost); },
    [this](const cluster::passivate& wish) { on(wish); },
    [this](actors::response& r) { on(r); },
    [this](tick t) { on(t); },
  };
}

caf::behavior entity::held() {
  return common();
}

void entity::hold() {
  holding_ = true;
  set_default_handler(caf::skip);
  become(held());
}

void entity::carry_on() {
  holding_ = false;
  set_default_handler(caf::print_and_drop);
  become(awake());
}

void entity::attend(std::string_view command, std::int64_t sent_us,
                    const reply_address& reply_to, bool writes,
                    const std::function<void()>& handle) {
  // Others' answers come while it drains, but the store is not the state then.
  if (draining_)
    return answer(
      reply_to, error{errc::unavailable, "an earlier command failed", {}, 200});
  watchdog::scope watched{with_->dog, key_, command, sent_us};
  auto run = [&] {
    if (auto read = wake_up(); !read)
      return answer(reply_to, read.error());
    if (writes)
      if (auto may = home_.log->admit(home_.shard_number); !may)
        return answer(reply_to, may.error());
    handle();
  };
  // A function would keep what it refers to on the heap.
  guard(command, reply_to, std::ref(run));
}

result<void> entity::wake_up() {
  if (loaded_)
    return {};
  term_ = home_.log->term(home_.shard_number);
  if (term_ == 0)
    return cluster::shard_moved();
  if (auto read = load(); !read) {
    unload();
    return read;
  }
  loaded_ = true;
  rows_forgotten_ = false;
  // Time tells one reading from another well enough.
  rows_token_
    = outbox_token
      | (static_cast<std::uint64_t>(steady_us()) << row_bits & ~outbox_token);
  deliver_rows();
  return {};
}

void entity::guard(std::string_view what, const reply_address& reply_to,
                   const std::function<void()>& run) {
  if (handling_)
    return run();
  handling_ = true;
  try {
    run();
  } catch (const std::exception& thrown) {
    log::error(
      "entity_handler_threw",
      {{"entity", key_.str()}, {"command", what}, {"what", thrown.what()}});
    outdated_ = true;
    answer(reply_to, error{errc::internal, "the command failed"});
  }
  handling_ = false;
  drop_outdated();
}

void entity::settle(decision d, const reply_address& reply_to) {
  if (!d.writes.empty()) {
    ++last_ticket_;
    home_.log->append(home_.shard_number, term_, std::exchange(d.writes, {}),
                      caf::actor_cast<caf::actor>(this), last_ticket_);
  }
  effect e{last_ticket_, reply_to, std::move(d)};
  if (last_ticket_ == settled_ticket_)
    release(e);
  else
    effects_.push_back(std::move(e));
}

void entity::answer(const reply_address& to, result<reply> what) {
  if (auto call = std::get_if<call_address>(&to))
    with_->out.answer(*call, std::move(what));
  else if (auto asker = std::get_if<entity_address>(&to))
    with_->router.send(asker->entity, caf::make_message(actors::response{
                                        asker->token, std::move(what)}));
}

void entity::dispatch(const cluster::entity_key& whom, const caller& from,
                      reply_address reply_to, conversation_command what) {
  with_->router.send(whom, caf::make_message(conversation_request{
                             from, reply_to, steady_us(), std::move(what)}));
}

void entity::dispatch(const cluster::entity_key& whom, const caller& from,
                      reply_address reply_to, user_command what) {
  with_->router.send(whom, caf::make_message(user_request{
                             from, reply_to, steady_us(), std::move(what)}));
}

void entity::dispatch(const cluster::entity_key& whom, const caller& from,
                      reply_address reply_to, directory_command what) {
  with_->router.send(whom, caf::make_message(directory_request{
                             from, reply_to, steady_us(), std::move(what)}));
}

void entity::dispatch(const cluster::entity_key& whom, const caller& from,
                      reply_address reply_to, queue_command what) {
  with_->router.send(whom, caf::make_message(queue_request{
                             from, reply_to, steady_us(), std::move(what)}));
}

void entity::dispatch(const cluster::entity_key& whom, const caller& from,
                      reply_address reply_to, moderation_command what) {
  with_->router.send(whom, caf::make_message(moderation_request{
                             from, reply_to, steady_us(), std::move(what)}));
}

void entity::wake(tick::of what, std::chrono::milliseconds delay) {
  auto bit = static_cast<std::uint16_t>(1u << static_cast<unsigned>(what));
  if ((awaited_ticks_ & bit) != 0)
    return;
  awaited_ticks_ |= bit;
  delayed_send(this, delay, tick{what});
}

void entity::on(const cluster::committed& upto) {
  settled_ticket_ = std::max(settled_ticket_, upto.ticket);
  forget_uncommitted(upto.ticket);
  while (!effects_.empty() && effects_.front().ticket <= upto.ticket) {
    auto e = std::move(effects_.front());
    effects_.pop_front();
    release(e);
  }
  drop_outdated();
  if (draining_ && settled_ticket_ == last_ticket_) {
    draining_ = false;
    carry_on();
  }
  stop_if_wished();
}

void entity::on(const cluster::commit_failed& lost) {
  settled_ticket_ = std::max(settled_ticket_, lost.ticket);
  log::warning("entity_commit_failed",
               {{"entity", key_.str()}, {"why", lost.why.detail}});
  // What was decided later was decided on top of what is lost.
  auto first = std::find_if(effects_.begin(), effects_.end(),
                            [&](auto& e) { return e.ticket >= lost.ticket; });
  for (auto i = first; i != effects_.end(); ++i) {
    answer(i->reply_to, lost.why);
    // Nobody but the socket knows of these sessions any more.
    for (auto& c : i->what.close)
      with_->out.close(c.node, c.session, c.why);
  }
  effects_.erase(first, effects_.end());
  drop_state();
  stop_if_wished();
}

void entity::drop_outdated() {
  if (std::exchange(outdated_, false))
    drop_state();
}

void entity::drop_state() {
  unload();
  loaded_ = false;
  outdated_ = false;
  // Nobody else delivers them, and there may never be another command.
  rows_forgotten_ = true;
  wake(tick::of::outbox, std::chrono::milliseconds{outbox::resend_after_ms});
  draining_ = settled_ticket_ != last_ticket_;
  if (draining_)
    hold();
  else if (holding_)
    carry_on();
}

void entity::release(effect& e) {
  auto& d = e.what;
  // Somebody else may own the shard by now, and know better.
  if (!owns_shard()) {
    answer(e.reply_to, cluster::shard_moved());
    for (auto& c : d.close)
      with_->out.close(c.node, c.session, c.why);
    outdated_ = loaded_;
    if (!d.tell.empty())
      untold();
    return;
  }
  if (d.traced != 0)
    with_->trace.committed(conversation_id{key_.name.view()}, d.traced);
  for (auto& s : d.subscribe) {
    if (s.on)
      with_->out.subscribe(s.node, s.session, s.conversation, s.last_seq);
    else
      with_->out.unsubscribe(s.node, s.session, s.conversation);
  }
  auto answered = false;
  for (auto& o : d.pass_on) {
    std::visit(
      [&](auto& what) {
        dispatch(o.whom, o.from, o.takes_answer ? e.reply_to : reply_address{},
                 std::move(what));
      },
      o.what);
    answered = answered || o.takes_answer;
  }
  if (answered)
    e.reply_to = std::monostate{};
  if (d.answer_when_delivered)
    answer_when_delivered(e);
  else
    answer(e.reply_to, std::move(d.answer));
  for (auto& p : d.tell)
    with_->out.publish(std::move(p));
  for (auto& n : d.notices)
    with_->out.tell(std::move(n));
  for (auto& s : d.settings)
    with_->out.tell(std::move(s));
  for (auto& p : d.presences)
    with_->out.publish(std::move(p));
  for (auto& m : d.silence)
    with_->out.silence(m.node, m.session, m.until);
  for (auto& c : d.close)
    with_->out.close(c.node, c.session, c.why);
  if (d.outbox.empty() || rows() == nullptr)
    return;
  for (auto number : d.outbox)
    rows()->release(number);
  deliver_rows();
}

void entity::answer_when_delivered(effect& e) {
  waiting_answer w{e.reply_to, std::move(e.what.answer), {}};
  // Some of an earlier command's may have been delivered since it was decided.
  for (auto number : e.what.outbox)
    if (rows() == nullptr || rows()->contains(number))
      w.rows.insert(number);
  if (w.rows.empty())
    answer(w.reply_to, std::move(w.what));
  else if (stop_wished_)
    answer(w.reply_to, cluster::shard_moved());
  else
    waiting_.push_back(std::move(w));
}

void entity::deliver_rows() {
  if (rows() == nullptr)
    return;
  for (auto number : rows()->take_unreadable())
    set_aside(number, "unreadable");
  if (rows()->empty())
    return;
  for (auto number : rows()->due(steady_now()))
    send_row(number);
  wake(tick::of::outbox, std::chrono::milliseconds{outbox::resend_after_ms});
}

void entity::read_rows_again() {
  // Of a shard that is another's by now, its owner reads them.
  if (home_.log->term(home_.shard_number) == 0)
    return;
  if (!draining_)
    guard("tick", std::monostate{}, [this] { (void)wake_up(); });
  if (rows_forgotten_)
    wake(tick::of::outbox, std::chrono::milliseconds{outbox::resend_after_ms});
}

void entity::send_row(std::uint64_t number) {
  auto made = delivery_of(rows()->row(number), key_);
  if (!made)
    return set_aside(number, made.error().detail);
  std::visit(
    [&](auto& command) {
      ask(made->to, caller{}, std::move(command), rows_token_ | number);
    },
    made->what);
}

void entity::on(actors::response& r) {
  if ((r.token & outbox_token) == 0)
    return guard("response", std::monostate{}, [&] { receive(r); });
  // The rows of an earlier reading are sent again, perhaps as other numbers.
  if (r.token >> row_bits != rows_token_ >> row_bits)
    return;
  auto number = r.token & ((1ull << row_bits) - 1);
  if (r.what || is_final(r.what.error().code))
    row_done(number);
  else if (r.what.error().code == errc::internal && rows() != nullptr
           && rows()->failed(number))
    set_aside(number, r.what.error().detail);
  drop_outdated();
}

void entity::row_over(std::uint64_t number) {
  for (auto i = waiting_.begin(); i != waiting_.end();) {
    i->rows.erase(number);
    if (i->rows.empty()) {
      answer(i->reply_to, std::move(i->what));
      i = waiting_.erase(i);
    } else {
      ++i;
    }
  }
}

void entity::row_done(std::uint64_t number) {
  row_over(number);
  // A row whose erasure can't be written now is sent and answered again.
  if (rows() == nullptr || !rows()->contains(number)
      || !home_.log->admit(home_.shard_number))
    return;
  delivered(number);
  rows()->done(number);
  decision forget;
  forget.writes.erase(row_key(number));
  settle(std::move(forget), std::monostate{});
  deliver_rows();
}

void entity::set_aside(std::uint64_t number, std::string_view reason) {
  if (!home_.log->admit(home_.shard_number)) {
    if (!rows()->contains(number))
      rows()->restore_unreadable(number);
    return;
  }
  log::error("outbox_row_set_aside",
             {{"entity", key_.str()}, {"row", number}, {"reason", reason}});
  dead_letters.Increment();
  row_over(number);
  auto key = row_key(number);
  auto bytes = home_.log->reader().get(key);
  decision move;
  if (bytes && *bytes)
    move.writes.put(storage::dead_letter_key(key),
                    storage::encode(storage::dead_letter_record{
                      key_.str(), std::string{reason}, now(), **bytes}));
  move.writes.erase(std::move(key));
  if (rows()->contains(number)) {
    delivered(number);
    rows()->done(number);
  }
  settle(std::move(move), std::monostate{});
}

void entity::on(tick t) {
  awaited_ticks_
    &= static_cast<std::uint16_t>(~(1u << static_cast<unsigned>(t.what)));
  if (t.what == tick::of::outbox && rows_forgotten_)
    read_rows_again();
  else if (t.what == tick::of::outbox)
    deliver_rows();
  else
    guard("tick", std::monostate{}, [&] { due(t.what); });
  drop_outdated();
}

bool entity::at_rest() const {
  return effects_.empty() && settled_ticket_ == last_ticket_;
}

void entity::on(const cluster::passivate& wish) {
  if (wish.for_good) {
    stop_wished_ = true;
    // Whoever owns the shard next delivers what they wait for.
    for (auto& w : std::exchange(waiting_, {}))
      answer(w.reply_to, cluster::shard_moved());
    return stop_if_wished();
  }
  auto rows_left = rows() != nullptr && !rows()->empty();
  if (at_rest() && !holding_ && waiting_.empty() && !rows_left
      && !rows_forgotten_ && !busy(false)) {
    home_.table->stopped(key_);
    quit();
  } else {
    home_.table->stays(key_);
  }
}

void entity::stop_if_wished() {
  if (!stop_wished_ || !at_rest() || busy(true))
    return;
  home_.table->stopped(key_);
  quit();
}

} // namespace parley::actors
