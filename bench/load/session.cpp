#include "bench/load/session.hpp"

#include "bench/load/clock_us.hpp"
#include "bench/load/workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace parley::bench {

namespace {

constexpr unsigned kind_bits = 4;
constexpr std::size_t unanswered_max = 100;
constexpr std::int64_t millisecond = 1000;
constexpr std::int64_t again_after_us = 50 * millisecond;
constexpr std::int64_t again_after_max_us = 1000 * millisecond;

std::uint64_t id_of(std::uint64_t number, call_kind kind) {
  return number << kind_bits | static_cast<std::uint64_t>(kind);
}

std::string start_of_send(std::string_view target, const std::string& text) {
  return fmt::format(R"({{"jsonrpc":"2.0","method":"message.send","params":)"
                     R"({{{},"text":"{}","client_id":")",
                     target, text);
}

// That the server cannot now, or not so fast; all else is our mistake.
bool is_for_later(int code) {
  return code == 503 || code == 429 || code == -32603;
}

} // namespace

session::session(site& where, std::uint32_t index, person who)
  : connection(where.loop),
    site_(where),
    index_(index),
    who_(std::move(who)),
    node_(index % where.nodes.size()) {}

void session::enter(std::string conversation) {
  conversation_ = std::move(conversation);
  exists_ = true;
  send_ = start_of_send(fmt::format(R"("conversation":"{}")", conversation_),
                        text_of(site_.opts.bytes));
}

void session::enter_direct(const std::string& partner,
                           std::string conversation) {
  enter(std::move(conversation));
  exists_ = false;
  first_send_ = start_of_send(fmt::format(R"("to":"{}")", partner),
                              text_of(site_.opts.bytes));
}

void session::forget(std::uint64_t count) {
  auto upto = received_.upto();
  received_ = {};
  received_.skip_to(upto - std::min(upto, count));
}

// -- connecting

void session::open(std::int64_t since_us) {
  open_since_us_ = since_us;
  if (!std::exchange(is_queued_, true))
    site_.to_open.push_back(this);
}

void session::start_opening() {
  is_queued_ = false;
  if (!is_idle())
    return;
  auto to = site_.nodes[node_].address(index_);
  auto from = source_address(to, site_.worker, index_);
  is_opening_ = connect(from, to, upgrade());
  if (is_opening_)
    ++site_.opening;
  else
    on_closed(0);
}

std::string session::upgrade() const {
  return upgrade_request("/v1/ws",
                         "Authorization: Bearer " + who_.token + "\r\n");
}

void session::go() {
  if (std::exchange(is_opening_, false))
    --site_.opening;
  if (std::exchange(here_, false))
    --site_.counted.here;
  syncing_ = sync_due_ = gap_since_ = false;
  for (auto& one : unanswered_)
    one.written_us = one.again_us = 0;
}

void session::leave() {
  go();
  drop();
}

void session::on_opened() {
  site_.counted.add(count::opened);
  greet();
}

// What is asked first waits until the token has been checked.
void session::greet() {
  if (exists_)
    return catch_up();
  call(call_kind::ping, "session.ping", "{}");
}

void session::catch_up() {
  if (std::exchange(syncing_, true))
    return;
  sync_since_us_ = now_us();
  call(call_kind::sync, "sync",
       fmt::format(R"({{"conversations":{{"{}":{}}},"limit":200}})",
                   conversation_, received_.upto()));
}

void session::come_here() {
  if (std::exchange(is_opening_, false))
    --site_.opening;
  if (std::exchange(here_, true))
    return;
  ++site_.counted.here;
  attempts_ = 0;
  if (open_since_us_ != 0 && site_.shared.counts_since(open_since_us_))
    site_.counted.back.record(
      static_cast<std::uint64_t>(now_us() - open_since_us_));
  open_since_us_ = 0;
  site_.load->on_here(*this);
  write_waiting();
}

void session::on_closed(int code) {
  auto now = now_us();
  site_.counted.add(code < 1000 ? count::connections_refused
                                : count::connections_lost);
  auto was_here = here_;
  go();
  if (code == 401 || code == 4501 || code == 4503 || code == 4509)
    return site_.counted.fail(
      fmt::format("{} was closed with {}", who_.handle, code));
  if (was_here)
    open_since_us_ = now;
  // To another node, at once the first time.
  node_ = (node_ + 1) % site_.nodes.size();
  auto pause
    = std::min(again_after_us << std::min(attempts_, 5u), again_after_max_us);
  wake_at(attempts_++ == 0 ? now : now + pause);
}

void session::wake_at(std::int64_t at_us) {
  if (wake_us_ != 0 && wake_us_ <= at_us)
    return;
  if (wake_us_ != 0)
    site_.timers.erase({wake_us_, this});
  wake_us_ = at_us;
  site_.timers.insert({at_us, this});
}

void session::on_timer(std::int64_t now_us) {
  site_.timers.erase({wake_us_, this});
  wake_us_ = 0;
  if (is_idle())
    return open(open_since_us_ != 0 ? open_since_us_ : now_us);
  if (!is_open())
    return;
  if (std::exchange(sync_due_, false))
    greet();
  if (here_)
    write_waiting();
}

void session::check_timeout(std::int64_t now_us) {
  auto limit = std::int64_t{site_.opts.call_timeout_ms} * millisecond;
  if (syncing_ && now_us - sync_since_us_ > limit)
    return give_up();
  for (const auto& one : unanswered_)
    if (one.written_us != 0 && one.again_us == 0
        && now_us - one.written_us > limit)
      return give_up();
}

void session::give_up() {
  site_.counted.add(count::timeouts);
  drop();
  on_closed(1006);
}

// -- writing

void session::say(std::int64_t intended_us) {
  unanswered_.push_back({++last_counter_, intended_us});
  site_.counted.add(count::sent);
  if (here_ && unanswered_.size() <= unanswered_max)
    write(unanswered_.back());
}

void session::write(outbound& what) {
  what.written_us = now_us();
  what.again_us = 0;
  write_message({index_, what.counter, what.intended_us});
}

void session::write_message(const message_mark& mark) {
  static thread_local std::string frame;
  frame = exists_ ? send_ : first_send_;
  append(frame, mark);
  frame += R"("},"id":)";
  fmt::format_to(std::back_inserter(frame), "{}}}",
                 id_of(mark.counter, call_kind::send));
  send(frame);
}

void session::write_waiting() {
  auto now = now_us();
  std::int64_t next = 0;
  for (std::size_t i = 0; i < std::min(unanswered_.size(), unanswered_max);
       ++i) {
    auto& one = unanswered_[i];
    if (one.written_us == 0 || (one.again_us != 0 && one.again_us <= now))
      write(one);
    else if (one.again_us != 0)
      next = next == 0 ? one.again_us : std::min(next, one.again_us);
  }
  if (next != 0)
    wake_at(next);
}

void session::call(call_kind kind, std::string_view method,
                   std::string_view params) {
  // Its time is its number, so that its answer says how long it took.
  last_call_ = std::max<std::uint64_t>(last_call_ + 1,
                                       static_cast<std::uint64_t>(now_us()));
  send(fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"{}","params":{}}})",
                   id_of(last_call_, kind), method, params));
}

// -- reading

void session::on_text(std::string_view text) {
  static thread_local heard what;
  if (!read_heard(text, what))
    return site_.counted.fail("a frame of the server is no JSON");
  if (what.id)
    on_answer(what);
  else if (!what.method.empty())
    on_event(what);
}

void session::on_event(const heard& what) {
  if (what.method == "event.gap") {
    site_.counted.add(count::gaps);
    gap_since_ = syncing_;
    return catch_up();
  }
  if (what.method == "event.match")
    return site_.load->on_match(*this, what);
  for (const auto& entry : what.entries)
    receive(entry, true);
}

// What `sync` brings may come after what was told meanwhile.
void session::receive(const log_entry& entry, bool is_told) {
  if (!entry.mark || entry.mark->sender == index_) {
    received_.mark(entry.seq);
    return;
  }
  exists_ = true;
  const auto& mark = *entry.mark;
  auto saw = received_.see(entry.seq, mark.sender, mark.counter);
  judge(saw, is_told);
  if (saw == verdict::again || saw == verdict::duplicate)
    return;
  site_.counted.add(count::delivered);
  if (site_.shared.counts_since(mark.intended_us))
    site_.counted.delivered.record(
      static_cast<std::uint64_t>(now_us() - mark.intended_us));
}

void session::judge(verdict saw, bool is_told) {
  auto& counted = site_.counted;
  switch (saw) {
    case verdict::fresh: return;
    case verdict::again: return counted.add(count::delivered_again);
    case verdict::duplicate: return counted.add(count::duplicates);
    case verdict::late:
      if (is_told)
        counted.add(count::order_errors);
      return;
    case verdict::overtaken:
      // What was sent again may be overtaken by what was sent later.
      if (counted.value(count::retries) + counted.value(count::connections_lost)
          == 0)
        counted.add(count::order_errors);
      return;
  }
}

void session::on_answer(const heard& what) {
  auto kind = static_cast<call_kind>(*what.id & ((1u << kind_bits) - 1));
  auto number = *what.id >> kind_bits;
  if (kind == call_kind::send)
    return on_send_answer(number, what);
  auto began = static_cast<std::int64_t>(number);
  if (site_.shared.counts_since(began)
      && site_.shared.now() == bench::phase::measure) {
    site_.counted.add(count::calls);
    site_.counted.calls.record(static_cast<std::uint64_t>(now_us() - began));
  }
  switch (kind) {
    case call_kind::sync: return on_sync(what);
    case call_kind::ping:
      if (what.error_code == 0)
        return come_here();
      site_.counted.add(count::refused);
      sync_due_ = true;
      return wake_at(now_us() + again_after_us);
    default: return site_.load->on_answer(*this, kind, what);
  }
}

void session::on_sync(const heard& what) {
  syncing_ = false;
  if (what.error_code != 0) {
    site_.counted.add(count::refused);
    if (!is_for_later(what.error_code))
      return site_.counted.fail(
        fmt::format("sync was answered {}: {}", what.error_code, what.detail));
    sync_due_ = true;
    return wake_at(now_us() + again_after_us);
  }
  site_.counted.add(count::syncs);
  for (const auto& entry : what.entries)
    receive(entry, false);
  if (std::exchange(gap_since_, false) || what.has_more)
    return catch_up();
  come_here();
}

std::deque<session::outbound>::iterator
session::find_unanswered(std::uint64_t counter) {
  return std::find_if(
    unanswered_.begin(), unanswered_.end(),
    [&](const outbound& one) { return one.counter == counter; });
}

void session::on_send_answer(std::uint64_t counter, const heard& what) {
  auto at = find_unanswered(counter);
  if (at == unanswered_.end())
    return;
  if (what.error_code != 0 || what.entries.empty())
    return on_refused(*at, what);
  exists_ = true;
  settle(counter, what.entries.front().seq);
}

void session::settle(std::uint64_t counter, std::uint64_t position) {
  auto at = find_unanswered(counter);
  if (at == unanswered_.end())
    return;
  received_.mark(position);
  ++acknowledged_;
  auto& counted = site_.counted;
  counted.add(count::acknowledged);
  if (site_.shared.counts_since(at->intended_us))
    counted.acknowledged.record(
      static_cast<std::uint64_t>(now_us() - at->intended_us));
  if (site_.opts.verify)
    acknowledged_at_[counter] = position;
  unanswered_.erase(at);
  if (unanswered_.size() >= unanswered_max)
    write_waiting();
  site_.load->on_acknowledged(*this);
}

void session::on_refused(outbound& what, const heard& answer) {
  site_.counted.add(count::refused);
  if (!is_for_later(answer.error_code))
    return site_.counted.fail(fmt::format("message.send was answered {}: {}",
                                          answer.error_code, answer.detail));
  site_.counted.add(count::retries);
  auto pause = std::max<std::int64_t>(
    std::int64_t{answer.retry_after_ms} * millisecond, again_after_us);
  what.again_us = now_us() + pause;
  wake_at(what.again_us);
}

} // namespace parley::bench
