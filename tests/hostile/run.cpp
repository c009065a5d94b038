#include "tests/hostile/run.hpp"

#include "bench/load/clock_us.hpp"
#include "tests/hostile/store_audit.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <sys/wait.h>
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
    generator_(rules, seen_, canaries_, random_),
    crowd_(loop, *this, seen_, judge_, nodes_),
    vandal_(seen_, judge_, random_) {}

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
    return made_ >= opts_.calls
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

result<void> run::start_nodes() {
  node_process::settings set{
    {"limits.auth_per_address", "off"},
    {"limits.connections_per_address", "off"},
    {"limits.connections_per_address_max", "5000"},
    {"limits.messages_per_user", "off"},
    {"limits.signals_per_session", "off"},
    {"auth.argon2.memory", "8MiB"},
    {"auth.argon2.passes", "1"},
    {"auth.queue_max", "1000"},
    {"shards.count", "16"},
    {"storage.reserve_bytes", "64MiB"},
    {"log.level", "warning"},
  };
  nodes_.push_back(std::make_unique<node_process>(opts_.bin + "/parleyd", set));
  if (opts_.keeps_dir)
    nodes_.back()->keep_dir();
  return nodes_.back()->start();
}

result<void> run::people_come() {
  auto calm = innocents::begin(nodes_.front()->client());
  if (!calm)
    return calm.error();
  innocents_ = std::move(*calm);
  for (std::size_t i = 0; i < opts_.people; ++i) {
    auto is_guest = i % 6 == 5;
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
  out.reserve(opts_.calls_a_round);
  generator_.sanctioned = judge_.sanctioned_users();
  for (std::size_t i = 0; i < opts_.calls_a_round; ++i) {
    auto number = ++made_;
    if (random_.one_in(400))
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
  wait_for_answers(calls);
  read_logs();
  judge_.end_round(calls);
  wait_for_events();
  look_at_memory();
  for (const auto& each : calls)
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
    if (!crowd_.submit(each, alone ? 0 : ++batch)) {
      each.ended = outcome::refused;
      each.code = 503;
    }
  }
}

void run::ask_operator(call& what) {
  auto params = json::object{{"user", seen_.people()[what.subject].handle}};
  auto answer = nodes_.front()->ask(what.name, params);
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

void run::read_logs() {
  // Matches end by themselves.
  for (std::uint32_t i = 0; i < seen_.conversations().size(); ++i)
    if (const auto& place = seen_.conversations()[i];
        judge_.touched().contains(i) || (place.kind == 'm' && !place.is_over))
      read_log(i);
}

void run::read_log(std::uint32_t place) {
  for (auto more = true; more && nodes_live();) {
    const auto& known = seen_.conversations()[place];
    auto page
      = nodes_.front()->ask("conversation.tail", {{"conversation", known.id},
                                                  {"after", known.known_upto},
                                                  {"limit", 200}});
    if (!page)
      return;
    judge_.read_log(place, page->at("events").as_array());
    more = page->at("has_more").as_bool();
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

bool run::nodes_live() {
  for (auto& node : nodes_)
    if (auto status = node->ended(); status != -1) {
      if (!found_.kinds().contains("a node has ended"))
        found_.add(
          "a node has ended", made_,
          fmt::format("wait status {:#x}\n{}", status, node->log_tail()));
      return false;
    }
  return true;
}

void run::look_at_memory() {
  for (auto& node : nodes_)
    if (auto bytes = node->resident_bytes(); bytes > opts_.resident_bytes_max)
      found_.add("too much memory", made_, fmt::format("{} MiB", bytes >> 20));
}

// What the innocents notice of all this is bounded.
void run::look_at_innocents() {
  if (!innocents_ || !nodes_live())
    return;
  auto now = innocents_->take();
  auto most = 2 * before_.p99_us + static_cast<std::uint64_t>(opts_.floor_us);
  fmt::print("hostile: innocents: p99 {} us before, {} us meanwhile (max {}, "
             "{} messages, {} lost)\n",
             before_.p99_us, now.p99_us, now.max_us, now.count, now.lost);
  if (now.lost > 0 || now.count == 0)
    found_.add("an innocent's message is lost", made_,
               fmt::format("{} of {}", now.lost, now.count));
  else if (now.p99_us > most)
    found_.add("innocents have to wait", made_,
               fmt::format("p99 {} us, was {} us", now.p99_us, before_.p99_us));
}

void run::look_at_queues() {
  auto& node = *nodes_.front();
  if (auto worst = node.metric("parley_net_internal_errors_total"); worst > 0)
    found_.add("internal errors by the node's own count", made_,
               fmt::format("{}", worst));
}

result<void> run::end() {
  crowd_.drop_all();
  innocents_.reset();
  if (!nodes_live())
    return {};
  look_at_queues();
  for (std::uint32_t i = 0; i < seen_.conversations().size(); ++i)
    if (!seen_.conversations()[i].is_over)
      read_log(i);
  for (auto& node : nodes_)
    if (auto stopped = node->stop(); !stopped)
      return stopped;
  store_audit audit{seen_, canaries_, found_};
  audit.others = {innocents::first, innocents::second};
  for (auto& node : nodes_)
    audit.read(node->dir(), nodes_.size() == 1);
  fmt::print("hostile: {} rows read\n", audit.rows);
  return {};
}

void run::report_progress() {
  auto seconds = static_cast<double>(bench::now_us() - began_us_) / 1e6;
  std::string codes;
  for (auto [code, count] : codes_)
    codes += fmt::format(" {}:{}", code, count);
  fmt::print("hostile: {} calls, {:.0f} a second, {} people, {} conversations, "
             "{} events, {} canaries seen, {} MiB, {} findings;{}\n",
             made_, static_cast<double>(made_) / std::max(seconds, 0.001),
             seen_.people().size(), seen_.conversations().size(), judge_.events,
             judge_.sightings, nodes_.front()->resident_bytes() >> 20,
             found_.count(), codes);
  std::fflush(stdout);
}

// -- what comes over the sockets ----------------------------------------------

void run::on_answer(client& from, call& to, const json::object& answer) {
  ++answered_;
  judge_.answered(from, to, answer);
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
      fresh.password = "unknown";
    index = seen_.add_person(std::move(fresh));
  }
  crowd_.learn(index, answer);
}

void run::on_event(client& from, const json::object& event) {
  judge_.told(from, event);
}

void run::on_bytes(client& from, std::string_view bytes) {
  judge_.saw(from.user(), bytes);
}

void run::on_nonsense(client& from, std::string what) {
  found_.add("nonsense", made_,
             fmt::format("{} to user {}", what, from.user()));
}

void run::on_closed(client& from, int code) {
  crowd_.closed(from, code);
}

} // namespace parley::hostile
