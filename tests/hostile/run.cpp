#include "tests/hostile/run.hpp"

#include "bench/load/clock_us.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace parley::hostile {

namespace json = boost::json;

namespace {

constexpr std::int64_t answer_patience_us = 30'000'000;
constexpr std::int64_t event_patience_us = 10'000'000;
constexpr std::int64_t calm_us = 2'000'000;

} // namespace

run::run(const options& opts, const spec& rules, bench::poller& loop)
  : opts_(opts),
    rules_(rules),
    loop_(loop),
    random_(opts.seed),
    found_(opts.seed),
    judge_(rules, seen_, canaries_, found_),
    planted_(opts.planted, seen_, judge_),
    generator_(rules, seen_, canaries_, random_),
    crowd_(loop, *this, seen_, judge_, nodes_),
    vandal_(seen_, judge_, random_) {
  judge_.nodes_die = opts.nodes > 1;
}

run::~run() {
  crowd_.drop_all();
}

result<bool> run::play() {
  fmt::print("hostile: seed {}, {} calls, {} nodes\n", opts_.seed, opts_.calls,
             opts_.nodes);
  if (auto started = start_nodes(); !started)
    return started.error();
  if (auto came = people_come(); !came)
    return came.error();
  began_us_ = bench::now_us();
  auto is_over = [&] {
    return made_ >= opts_.calls || (opts_.ends_at_first && found_.count() > 0)
           || (opts_.seconds > 0
               && bench::now_us() - began_us_
                    > static_cast<std::int64_t>(opts_.seconds) * 1'000'000);
  };
  while (!is_over() && nodes_live())
    play_round();
  report_progress();
  look_at_innocents();
  if (auto ended = end(); !ended)
    found_.add("the end", made_, ended.error().detail);
  for (const auto& [kind, count] : found_.kinds())
    fmt::print("hostile: {} x {}\n", count, kind);
  return found_.count() == 0;
}

result<void> run::people_come() {
  auto calm = innocents::begin(nodes_.front()->client());
  if (!calm)
    return calm.error();
  innocents_ = std::move(*calm);
  for (std::size_t i = 0; i < opts_.people; ++i) {
    auto is_guest = i % 10 == 9;
    auto came
      = crowd_.sign_up(is_guest ? std::string{} : fmt::format("user-{}", i));
    if (!came)
      return came.error();
  }
  auto until = bench::now_us() + calm_us;
  while (bench::now_us() < until)
    loop_.round(until);
  before_ = innocents_->take();
  crowd_.gather();
  return {};
}

std::vector<call> run::make_calls() {
  std::vector<call> out;
  auto is_calm = !kills_now();
  out.reserve(opts_.calls_a_round);
  generator_.sanctioned = judge_.sanctioned_users();
  for (std::size_t i = 0; i < opts_.calls_a_round; ++i) {
    auto number = ++made_;
    if (is_calm && random_.one_in(250))
      out.push_back(generator_.make_operator_call(number));
    else if (random_.one_in(100))
      out.push_back(generator_.make_auth_call(number));
    else
      out.push_back(generator_.make(number));
  }
  return out;
}

void run::play_round() {
  crowd_.gather();
  auto calls = make_calls();
  judge_.begin_round(calls);
  vandal_.play(nodes_.front()->client());
  hand_out(calls);
  if (kills_now())
    kill_one();
  wait_for_answers(calls);
  bring_back();
  read_logs(calls);
  judge_.end_round(calls);
  wait_for_events();
  look_at_memory();
  for (const auto& each : calls)
    if (each.ended == outcome::unsent)
      ++unsent_;
    else
      ++codes_[each.ended == outcome::unknown ? 1 : each.code];
  if (judge_.round() % 10 == 0)
    report_progress();
}

void run::hand_out(std::vector<call>& calls) {
  std::uint64_t batch = 0;
  for (auto& each : calls) {
    if (each.by == nobody) {
      ask_operator(each);
      continue;
    }
    // Those of one caller that follow each other by chance go together.
    auto alone = each.method == nullptr || !random_.one_in(10);
    if (!crowd_.submit(each, alone ? 0 : ++batch))
      each.ended = outcome::unsent;
  }
}

void run::ask_operator(call& what) {
  auto params = json::object{{"user", seen_.people()[what.subject].handle}};
  auto answer = ask_any(what.name, params);
  what.ended = answer ? outcome::done : outcome::refused;
  if (!answer)
    return;
  judge_.sanctioned(what);
  if (what.is("user.logout") || what.is("user.unban"))
    crowd_.forget_token(what.subject);
}

void run::wait_for_answers(std::vector<call>& calls) {
  auto deadline = bench::now_us() + answer_patience_us;
  auto first = calls.begin();
  auto waits = [](const call& each) { return each.ended == outcome::waiting; };
  for (;;) {
    first = std::find_if(first, calls.end(), waits);
    if (first == calls.end() || bench::now_us() > deadline || !nodes_live())
      break;
    loop_.round(bench::now_us() + 20'000);
  }
  if (first == calls.end())
    return;
  for (const auto& each : calls)
    if (waits(each) && nodes_live())
      found_.add("no answer", each, "");
  crowd_.drop_all();
  for (auto& each : calls)
    if (waits(each))
      each.ended = outcome::unknown;
}

void run::read_logs(const std::vector<call>& calls) {
  auto due = judge_.take_grown();
  for (const auto& each : calls)
    if ((each.ended == outcome::unknown || each.code == 503)
        && each.place != nobody)
      due.insert(each.place);
  // Matches end by themselves, and what nobody was told of shows in the end.
  constexpr std::uint64_t every = 16;
  for (std::uint32_t i = 0; i < seen_.conversations().size(); ++i) {
    auto is_match = seen_.conversations()[i].kind == 'm'
                    && !seen_.conversations()[i].is_over;
    if (due.contains(i) || (is_match && judge_.round() % every == 0))
      read_log(i);
  }
}

void run::read_log(std::uint32_t place, bool again) {
  std::uint64_t after = again ? 0 : seen_.conversations()[place].known_upto;
  for (auto more = true; more && nodes_live();) {
    auto page = ask_any("conversation.tail",
                        {{"conversation", seen_.conversations()[place].id},
                         {"after", after},
                         {"limit", 200}});
    if (!page)
      return;
    const auto& entries = page->at("events").as_array();
    if (again)
      judge_.read_again(place, entries);
    else
      judge_.read_log(place, entries);
    after += entries.size();
    more = page->at("has_more").as_bool() && !entries.empty();
  }
}

void run::wait_for_events() {
  auto deadline = bench::now_us() + event_patience_us;
  std::string what;
  for (;;) {
    what.clear();
    crowd_.for_each_session([&](session_client& session) {
      if (what.empty())
        what = judge_.missing(session, judge_.round());
    });
    if (what.empty() || bench::now_us() > deadline || !nodes_live())
      break;
    loop_.round(bench::now_us() + 5'000);
  }
  if (what.empty() || !nodes_live())
    return;
  found_.add("not told", made_, what);
  crowd_.drop_all();
}

void run::report_progress() {
  auto seconds = static_cast<double>(bench::now_us() - began_us_) / 1e6;
  std::string codes;
  for (auto [code, count] : codes_)
    codes += fmt::format(" {}:{}", code, count);
  fmt::print(
    "hostile: {} calls, {:.0f} a second, {} people, {} conversations, "
    "{} events, {} canaries seen, {} MiB, {} findings; {} not sent;{}\n",
    made_, static_cast<double>(made_) / std::max(seconds, 0.001),
    seen_.people().size(), seen_.conversations().size(), judge_.events,
    judge_.sightings, nodes_.front()->resident_bytes() >> 20, found_.count(),
    unsent_, codes);
  std::fflush(stdout);
}

// -- what comes over the sockets ----------------------------------------------

void run::on_answer(client& from, call& to, const json::object& answer) {
  ++answered_;
  if (planted_.takes_answer(from, to, answer))
    return;
  judge_.answered(from, to, answer);
  planted_.after_answer(to);
  if (to.ended == outcome::done && to.name.starts_with("/v1/auth/"))
    if (const auto* result = answer.if_contains("result");
        result && result->is_object())
      learn_people(to, result->as_object());
}

void run::learn_people(const call& what, const json::object& answer) {
  const auto* user = answer.if_contains("user");
  if (what.is("/v1/auth/logout"))
    return crowd_.forget_token(what.by);
  if (!user || !user->is_object())
    return;
  std::string handle{user->at("id").as_string()};
  auto index = seen_.find_person(handle);
  if (index == nobody) {
    person fresh;
    fresh.handle = handle;
    fresh.is_guest = user->at("guest") == true;
    if (what.mark != nobody)
      fresh.password = canary_book::text_of(secret::password, what.mark);
    index = seen_.add_person(std::move(fresh));
  }
  crowd_.learn(index, answer);
}

void run::on_event(client& from, const json::object& event) {
  if (!planted_.takes_event(from, event))
    judge_.told(from, event);
}

void run::on_bytes(client& from, std::string_view bytes) {
  judge_.saw(from.user(), bytes);
  planted_.after_bytes(from, bytes);
}

void run::on_nonsense(client& from, std::string what) {
  found_.add("nonsense", made_,
             fmt::format("{} to user {}", what, from.user()));
}

void run::on_closed(client& from, int code) {
  crowd_.closed(from, code);
}

} // namespace parley::hostile
