#include "bench/load/coordinator.hpp"

#include "bench/load/clock_us.hpp"
#include "bench/load/crew.hpp"
#include "bench/load/meter.hpp"
#include "bench/load/people.hpp"
#include "bench/load/processes.hpp"
#include "bench/load/side_command.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <optional>
#include <string_view>
#include <sys/utsname.h>
#include <thread>
#include <utility>

namespace parley::bench {

namespace {

constexpr std::size_t sessions_a_worker = 15'000;
constexpr double set_up_seconds_max = 300;
constexpr double progress_seconds = 0.5;

std::string host() {
  utsname name{};
  uname(&name);
  return fmt::format("{} {} {}, {} cores", name.sysname, name.release,
                     name.machine, std::thread::hardware_concurrency());
}

double seconds_since(std::int64_t at_us) {
  return static_cast<double>(now_us() - at_us) / 1e6;
}

class coordinator {
public:
  coordinator(const options& opts,
              const std::function<void(std::string)>& progress)
    : opts_(opts), progress_(progress) {}

  result<run_result> run();

private:
  result<void> prepare();
  result<void> find_people();
  result<void> make_circles();
  result<void> start();
  result<void> lead();
  result<void> measure();
  void kill_what_is_to_die();
  /// Until all workers have done everything of the phase they are in.
  bool all_done(phase what);
  result<void> wait_done(phase what, double seconds_max,
                         std::string_view doing);
  result<void> wait_for(double seconds, std::string_view doing);
  /// Sleeps a little. The error is what a worker failed with.
  result<void> pass_time(std::string_view doing);
  void follow_sessions();
  void gather();

  options opts_;
  const std::function<void(std::string)>& progress_;
  std::vector<target_node> nodes_ = {};
  std::vector<person> people_ = {};
  std::vector<circle> circles_ = {};
  std::optional<board> board_ = {};
  std::optional<crew> crew_ = {};
  std::optional<meter> meter_ = {};
  run_result out_;
  std::int64_t told_us_ = 0;
  /// When measuring began, and sessions were gone and there again since.
  std::int64_t began_us_ = 0;
  bool were_gone_ = false;
  std::int64_t all_back_us_ = 0;
  std::int64_t resident_before_ = 0;
  std::int64_t kernel_before_ = 0;
};

std::int64_t resident(const std::vector<int>& pids) {
  std::int64_t out = 0;
  for (auto pid : pids)
    out += family_use(pid).resident_bytes;
  return out;
}

result<void> coordinator::prepare() {
  if (auto good = check(opts_); !good)
    return good;
  if (opts_.workload == "chaos")
    opts_.verify = true;
  for (const auto& text : opts_.nodes) {
    auto node = parse_node(text);
    if (!node)
      return node.error();
    nodes_.push_back(*node);
  }
  if (opts_.server_pids.empty())
    opts_.server_pids = listeners(nodes_);
  auto size = in_groups(opts_) ? opts_.group : 2u;
  opts_.sessions -= opts_.sessions % size;
  if (opts_.workload == "match")
    opts_.workers = 1;
  if (opts_.workers == 0)
    opts_.workers = static_cast<unsigned>(
      (opts_.sessions + sessions_a_worker - 1) / sessions_a_worker);
  if (auto good = find_people(); !good)
    return good;
  return make_circles();
}

// Other servers take whoever comes.
result<void> coordinator::find_people() {
  auto prefix = fmt::format("b{:x}.", now_us());
  if (is_peer(opts_)) {
    for (unsigned i = 0; i < opts_.sessions; ++i)
      people_.push_back({fmt::format("{}{}", prefix, i)});
    return {};
  }
  auto people = sign_up(nodes_, prefix, opts_.sessions, [&](std::size_t n) {
    progress_(fmt::format("signing up {} of {}", n, opts_.sessions));
  });
  if (!people)
    return people.error();
  people_ = std::move(*people);
  return {};
}

result<void> coordinator::make_circles() {
  auto size = std::size_t{in_groups(opts_) ? opts_.group : 2};
  auto senders = opts_.workload == "room"   ? std::size_t{opts_.senders}
                 : opts_.workload == "idle" ? std::size_t{0}
                                            : size;
  for (std::size_t first = 0; first < people_.size(); first += size) {
    circle one{{}, first, size, std::min(senders, size)};
    if (is_peer(opts_)) {
      one.conversation = people_[first].handle;
    } else if (in_groups(opts_)) {
      std::vector<person> members(people_.begin() + static_cast<long>(first),
                                  people_.begin()
                                    + static_cast<long>(first + size));
      progress_(fmt::format("making group {}", first / size + 1));
      auto made = make_group(nodes_[0], members);
      if (!made)
        return made.error();
      one.conversation = *made;
    }
    circles_.push_back(std::move(one));
  }
  return {};
}

result<void> coordinator::start() {
  auto shared = board::open(opts_.workers);
  if (!shared)
    return shared.error();
  board_.emplace(std::move(*shared));
  meter_.emplace(*board_, opts_.server_pids);
  resident_before_ = resident(opts_.server_pids);
  kernel_before_ = kernel_bytes();
  std::vector<worker_task> tasks;
  std::size_t from = 0;
  for (unsigned i = 0; i < opts_.workers; ++i) {
    auto upto = circles_.size() * (i + 1) / opts_.workers;
    std::span<const circle> all{circles_};
    tasks.push_back(
      {opts_, nodes_, *board_, i, all.subspan(from, upto - from), people_});
    from = upto;
  }
  auto made = crew::start(tasks);
  if (!made)
    return made.error();
  crew_.emplace(std::move(*made));
  return {};
}

result<void> coordinator::pass_time(std::string_view doing) {
  std::this_thread::sleep_for(std::chrono::milliseconds{5});
  for (const auto& one : board_->tallies())
    if (one.failed)
      return error{errc::internal, one.why.data()};
  if (crew_->has_lost_one())
    return error{errc::internal, "a worker has died"};
  if (seconds_since(told_us_) < progress_seconds)
    return {};
  told_us_ = now_us();
  progress_(fmt::format(
    "{}: {} of {} sessions, {} messages acknowledged, {} delivered", doing,
    meter_->here(), opts_.sessions, meter_->total(count::acknowledged),
    meter_->total(count::delivered)));
  return {};
}

bool coordinator::all_done(phase what) {
  auto all = board_->tallies();
  return std::all_of(all.begin(), all.end(), [&](const tally& one) {
    return one.done >= static_cast<int>(what);
  });
}

result<void> coordinator::wait_done(phase what, double seconds_max,
                                    std::string_view doing) {
  auto began = now_us();
  while (!all_done(what)) {
    if (auto good = pass_time(doing); !good)
      return good;
    if (seconds_since(began) > seconds_max)
      return error{errc::unavailable,
                   fmt::format("{}: not done after {} s", doing, seconds_max)};
  }
  return {};
}

result<void> coordinator::wait_for(double seconds, std::string_view doing) {
  auto began = now_us();
  while (seconds_since(began) < seconds)
    if (auto good = pass_time(doing); !good)
      return good;
  return {};
}

void coordinator::kill_what_is_to_die() {
  for (auto pid : opts_.kill_pids)
    kill(pid, SIGKILL);
}

void coordinator::follow_sessions() {
  auto all_here = meter_->here() == opts_.sessions;
  if (!all_here) {
    were_gone_ = true;
    all_back_us_ = 0;
  } else if (were_gone_ && all_back_us_ == 0) {
    all_back_us_ = now_us();
  }
}

result<void> coordinator::measure() {
  meter_->begin();
  began_us_ = now_us();
  board_->measure_from(began_us_);
  board_->move_to(phase::measure);
  kill_what_is_to_die();
  std::optional<side_command> command;
  if (!opts_.command.empty())
    command.emplace(opts_.command);
  auto each = std::clamp(opts_.seconds / 60, 0.25, 5.0);
  auto is_storm = opts_.workload == "storm";
  auto leave_by_themselves
    = is_storm && opts_.command.empty() && opts_.kill_pids.empty();
  for (;;) {
    if (auto good = pass_time("measuring"); !good)
      return good;
    // They may be gone and back between two looks.
    were_gone_
      = were_gone_ || (leave_by_themselves && all_done(phase::measure));
    follow_sessions();
    meter_->look(each, out_.moments);
    auto is_over = seconds_since(began_us_) >= opts_.seconds
                   || (is_storm && all_back_us_ != 0);
    if (is_over && (!command || command->has_ended()))
      break;
  }
  meter_->end(out_);
  if (command && command->status() != 0)
    out_.warnings.push_back(
      fmt::format("the command ended with {}", command->status()));
  return {};
}

// What takes longer than it may is a fault of the server, not of the run.
result<void> coordinator::lead() {
  auto began = now_us();
  if (auto good = wait_done(phase::set_up, set_up_seconds_max, "connecting");
      !good)
    return good;
  out_.set_up_seconds = seconds_since(began);
  board_->move_to(phase::warm_up);
  if (auto good = wait_for(opts_.warmup, "warming up"); !good)
    return good;
  if (auto good = wait_done(phase::warm_up, set_up_seconds_max, "preparing");
      !good)
    return good;
  if (auto good = measure(); !good)
    return good;
  for (auto [next, doing] :
       {std::pair{phase::drain, "waiting for what is on its way"},
        std::pair{phase::verify, "verifying"}}) {
    board_->move_to(next);
    if (auto good = wait_done(next, opts_.drain, doing); !good) {
      if (good.error().code != errc::unavailable)
        return good;
      out_.warnings.push_back(good.error().detail);
    }
    follow_sessions();
  }
  return {};
}

void coordinator::gather() {
  out_.opts = opts_;
  out_.name = opts_.workload;
  out_.host = host();
  out_.at
    = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  out_.total = meter_->total();
  for (const auto& one : board_->tallies()) {
    out_.acknowledged.add(one.acknowledged.snapshot());
    out_.delivered.add(one.delivered.snapshot());
    out_.back.add(one.back.snapshot());
    out_.calls.add(one.calls.snapshot());
  }
  if (all_back_us_ != 0)
    out_.back_seconds = static_cast<double>(all_back_us_ - began_us_) / 1e6;
  if (were_gone_ && all_back_us_ == 0)
    out_.warnings.emplace_back("not all sessions came back");
  auto sessions = static_cast<double>(opts_.sessions);
  auto on_addresses = std::size_t{0};
  for (const auto& node : nodes_)
    on_addresses += node.addresses.size();
  if (opts_.sessions > on_addresses * connections_per_address_max)
    out_.warnings.emplace_back(
      "more than 4,000 connections to an address: connecting is slow for "
      "reasons that are not the server's; name more addresses");
  auto process = resident(opts_.server_pids) - resident_before_;
  auto kernel = kernel_bytes() - kernel_before_;
  out_.process_bytes_a_session = static_cast<double>(process) / sessions;
  // Both ends of each connection are on this machine.
  out_.kernel_bytes_a_session = static_cast<double>(kernel) / sessions / 2;
}

result<run_result> coordinator::run() {
  if (auto good = prepare(); !good)
    return good.error();
  if (auto good = start(); !good)
    return good.error();
  if (auto good = lead(); !good)
    return good.error();
  gather();
  board_->move_to(phase::over);
  return std::move(out_);
}

} // namespace

result<run_result> carry_out(const options& opts,
                             const std::function<void(std::string)>& progress) {
  return coordinator{opts, progress}.run();
}

} // namespace parley::bench
