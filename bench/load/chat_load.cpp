#include "bench/load/chat_load.hpp"

#include "base/ids.hpp"
#include "bench/load/clock_us.hpp"
#include "bench/load/peer_session.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace parley::bench {

namespace {

std::string direct(const person& a, const person& b) {
  auto one = parse_user_id(a.handle);
  auto other = parse_user_id(b.handle);
  return std::string{direct_conversation(*one, *other).view()};
}

} // namespace

chat_load::chat_load(site& where, std::span<const circle> circles,
                     std::span<const person> everybody)
  : site_(where) {
  for (const auto& one : circles)
    make_circle(one, everybody);
  if (where.opts.rate > 0)
    period_us_ = 1e6 * static_cast<double>(where.shared.tallies().size())
                 / where.opts.rate;
}

void chat_load::make_circle(const circle& from,
                            std::span<const person> everybody) {
  auto people = everybody.subspan(from.first, from.members);
  members made{{}, from.senders};
  for (std::size_t i = 0; i < people.size(); ++i) {
    auto index = static_cast<std::uint32_t>(from.first + i);
    const auto& partner = people[people.size() - 1 - i];
    auto& who = *sessions_.emplace_back(
      make_session(site_, index, people[i], partner, from.conversation));
    if (!from.conversation.empty())
      who.enter(from.conversation);
    else
      who.enter_direct(partner.handle, direct(people[0], people[1]));
    made.all.push_back(&who);
    circle_of_.push_back(circles_.size());
    if (i < from.senders)
      senders_.push_back(&who);
  }
  circles_.push_back(std::move(made));
  auto now = now_us();
  for (auto* who : circles_.back().all)
    who->open(now);
}

bool chat_load::everybody_is_here() const {
  return site_.counted.here.load() == sessions_.size();
}

std::size_t chat_load::circle_of(const session& who) const {
  return circle_of_[who.index() - sessions_.front()->index()];
}

bool chat_load::opens_conversations() const {
  return !senders_.empty();
}

// The first of each circle writes one message before anything is measured, so
// that all conversations are there.
void chat_load::on_here(session& who) {
  auto all_here = [](const session* one) { return one->is_here(); };
  if (now_ != phase::set_up || !opens_conversations())
    return;
  auto& one = circles_[circle_of(who)];
  auto& first = *one.all.front();
  if (first.acknowledged() == 0 && first.unanswered() == 0
      && std::all_of(one.all.begin(), one.all.end(), all_here))
    first.say(now_us());
}

void chat_load::on_phase(phase next) {
  now_ = next;
  if (next == phase::warm_up)
    begin();
  if (next == phase::verify) {
    count_lost();
    begin_verifying();
  }
}

void chat_load::begin() {
  auto now = now_us();
  if (period_us_ > 0) {
    next_us_ = static_cast<double>(now);
    return;
  }
  for (auto* who : senders_)
    for (unsigned i = 0; i < site_.opts.window; ++i)
      who->say(now);
}

void chat_load::act(session& who, std::int64_t intended_us) {
  who.say(intended_us);
}

void chat_load::on_acknowledged(session& who) {
  if (is_loading() && period_us_ == 0)
    who.say(now_us());
}

std::int64_t chat_load::tick(std::int64_t now_us) {
  if (!is_loading() || period_us_ == 0 || senders_.empty())
    return now_us + look_again_us;
  while (next_us_ <= static_cast<double>(now_us)) {
    act(*senders_[next_sender_], static_cast<std::int64_t>(next_us_));
    next_sender_ = (next_sender_ + 1) % senders_.size();
    next_us_ += period_us_;
  }
  return static_cast<std::int64_t>(next_us_);
}

void chat_load::check_timeouts(std::int64_t now_us) {
  for (auto& who : sessions_)
    who->check_timeout(now_us);
}

// Nothing is on its way: all is acknowledged, and has reached all others.
bool chat_load::is_settled() const {
  for (const auto& one : circles_) {
    std::uint64_t sum = 0;
    for (const auto* who : one.all) {
      if (who->unanswered() != 0)
        return false;
      sum += who->acknowledged();
    }
    for (const auto* who : one.all)
      if (!who->is_here()
          || who->received().distinct() + who->acknowledged() < sum)
        return false;
  }
  return true;
}

// Acknowledged, and never seen by one who should have.
void chat_load::count_lost() {
  for (const auto& one : circles_) {
    std::uint64_t sum = 0;
    for (const auto* who : one.all)
      sum += who->acknowledged();
    for (const auto* who : one.all) {
      auto has = who->received().distinct() + who->acknowledged();
      site_.counted.add(count::lost, has < sum ? sum - has : 0);
    }
  }
}

void chat_load::begin_verifying() {
  if (!site_.opts.verify)
    return;
  for (auto& one : circles_)
    checks_.emplace_back(one.all, site_.counted).ask();
}

void chat_load::on_answer(session& who, call_kind kind, const heard& what) {
  if (what.error_code != 0)
    site_.counted.add(count::refused);
  if (kind == call_kind::page && !checks_.empty())
    checks_[circle_of(who)].take(who, what);
}

bool chat_load::is_done(phase what) const {
  auto is_checked = [](const history_check& one) { return one.is_done(); };
  switch (what) {
    case phase::set_up: return everybody_is_here() && is_settled();
    case phase::drain: return is_settled();
    case phase::verify:
      return std::all_of(checks_.begin(), checks_.end(), is_checked);
    default: return true;
  }
}

} // namespace parley::bench
