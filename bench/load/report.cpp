#include "bench/load/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace parley::bench {

namespace {

std::string number(double value) {
  if (value >= 1000)
    return fmt::format("{:.0f}", value);
  return value >= 100 ? fmt::format("{:.1f}", value)
                      : fmt::format("{:.2f}", value);
}

std::string with_unit(const metric& what) {
  if (what.unit == "µs" && what.value >= 1000)
    return fmt::format("{:.2f} ms", what.value / 1000);
  return what.unit.empty() ? number(what.value)
                           : number(what.value) + " " + what.unit;
}

// As fmt counts them, so that µ is one column.
std::string row(std::string_view name, std::string_view value) {
  return fmt::format("  {:<32}{:>16}\n", name, value);
}

std::string headline(const run_result& of) {
  const auto& opts = of.opts;
  auto out
    = fmt::format("{}: {} sessions on {} node{}, ", of.name, opts.sessions,
                  opts.nodes.size(), opts.nodes.size() == 1 ? "" : "s");
  if (opts.workload == "room" || opts.workload == "mixed")
    out += fmt::format("groups of {}, ", opts.group);
  if (opts.rate > 0)
    out += fmt::format("{} a second, ", opts.rate);
  else if (opts.workload != "idle" && opts.workload != "storm")
    out += fmt::format("window {}, ", opts.window);
  return out + fmt::format("{} B, {:.1f} s", opts.bytes, of.seconds);
}

// What must be nothing in a good run, and is worth a line where it is not.
std::vector<std::string> faults_of(const run_result& of) {
  std::vector<std::string> out;
  for (auto what :
       {count::lost, count::duplicates, count::order_errors, count::missing,
        count::wrong, count::refused, count::timeouts, count::connections_lost,
        count::connections_refused, count::gaps})
    if (auto n = of.total_of(what); n != 0)
      out.push_back(fmt::format("{} {}", n, name_of(what)));
  return out;
}

std::string verdict_line(const run_result& of) {
  auto out = fmt::format("{} acknowledged, {} delivered",
                         of.total_of(count::acknowledged),
                         of.total_of(count::delivered));
  for (const auto& one : faults_of(of))
    out += ", " + one;
  if (auto n = of.total_of(count::verified); n != 0)
    out += fmt::format(", {} found once in the history", n);
  return out + (is_correct(of) ? ": correct" : ": NOT CORRECT");
}

std::string ratio_row(const metric& a, const metric& b) {
  auto ratio = a.value != 0 ? b.value / a.value : 0;
  std::string_view which = "";
  if (a.value != 0 && (ratio > 1.1 || ratio < 1 / 1.1))
    which = (ratio > 1) == b.more_is_better ? "better" : "worse";
  return fmt::format("  {:<32}{:>16}{:>16}{:>10.3f}  {}\n", a.name,
                     with_unit(a), with_unit(b), ratio, which);
}

// The columns of a report.
constexpr std::array<std::string_view, 6> shown{
  "acknowledged a second", "server CPU a message", "acknowledged p50",
  "acknowledged p99",      "delivered p50",        "delivered p99"};

const metric* find(const named_metrics& in, std::string_view name) {
  for (const auto& one : in.metrics)
    if (one.name == name)
      return &one;
  return nullptr;
}

std::string cell(const named_metrics& in, std::string_view name) {
  const auto* found = find(in, name);
  return found != nullptr ? with_unit(*found) : std::string{};
}

std::string verdict_of(const std::vector<run_result>& runs,
                       const std::string& name) {
  std::size_t all = 0, correct = 0;
  for (const auto& one : runs)
    if (one.name == name) {
      ++all;
      correct += is_correct(one) ? 1u : 0u;
    }
  auto is_good = all == correct;
  if (all == 1)
    return is_good ? "yes" : "NO";
  return is_good ? fmt::format("yes, {} times", all)
                 : fmt::format("NO, {} of {} times", correct, all);
}

std::string ratio(const named_metrics& of, const named_metrics& to,
                  std::string_view name) {
  const auto* a = find(of, name);
  const auto* b = find(to, name);
  if (a == nullptr || b == nullptr || b->value == 0)
    return {};
  return fmt::format("{:.2f}", a->value / b->value);
}

std::string beside_floors(const std::vector<named_metrics>& all) {
  std::string out;
  for (const auto& floor : all) {
    auto slash = floor.run.rfind('/');
    auto is_base = [&](const named_metrics& one) {
      return slash != std::string::npos
             && one.run == floor.run.substr(0, slash);
    };
    auto base = std::find_if(all.begin(), all.end(), is_base);
    if (base == all.end())
      continue;
    if (out.empty())
      out = "What each is to the same on a bare relay (1 is as the floor; more "
            "is better in the first column, less in all others):\n\n"
            "| run | floor | messages a second | server CPU a message "
            "| a delivery | acknowledged p50 | p99 | delivered p50 | p99 |\n"
            "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
    out += fmt::format("| {} | {}", base->run, floor.run.substr(slash + 1));
    for (auto name :
         {shown[0], shown[1], std::string_view{"server CPU a delivery"},
          shown[2], shown[3], shown[4], shown[5]})
      out += " | " + ratio(*base, floor, name);
    out += " |\n";
  }
  return out.empty() ? out : out + "\n";
}

} // namespace

std::string as_text(const run_result& what) {
  auto out = headline(what) + "\n";
  for (const auto& one : metrics_of(what))
    out += row(one.name, with_unit(one));
  out += verdict_line(what) + "\n";
  for (const auto& one : what.warnings)
    out += "warning: " + one + "\n";
  return out;
}

std::string as_markdown(const run_result& what, const std::string& plot) {
  auto out = fmt::format("## {}\n\n{}.\n\n| | |\n| --- | ---: |\n", what.name,
                         headline(what));
  for (const auto& one : metrics_of(what))
    out += fmt::format("| {} | {} |\n", one.name, with_unit(one));
  out += "\n" + verdict_line(what) + ".\n";
  for (const auto& one : what.warnings)
    out += "\nWarning: " + one + ".\n";
  if (!plot.empty())
    out += fmt::format("\n![{}]({})\n", what.name, plot);
  return out;
}

std::string heading(const std::vector<run_result>& runs) {
  std::string out{"# What parley-bench measured\n\n"};
  if (!runs.empty())
    out += fmt::format("{}, on {}.\n\n", runs.front().at, runs.front().host);
  std::vector<named_metrics> all;
  for (const auto& one : runs)
    all.push_back({one.name, metrics_of(one)});
  auto middle = medians(all);
  out += "| run | messages a second | server CPU a message | acknowledged p50 "
         "| p99 | delivered p50 | p99 | correct |\n"
         "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n";
  for (const auto& one : middle) {
    out += "| " + one.run;
    for (auto name : shown)
      out += " | " + cell(one, name);
    out += fmt::format(" | {} |\n", verdict_of(runs, one.run));
  }
  return out + "\n" + beside_floors(middle);
}

std::string comparison(const std::vector<named_metrics>& a,
                       const std::vector<named_metrics>& b) {
  std::string out;
  for (const auto& one : a) {
    auto same_run = [&](const named_metrics& x) { return x.run == one.run; };
    auto other = std::find_if(b.begin(), b.end(), same_run);
    if (other == b.end()) {
      out += one.run + ": only in the first\n";
      continue;
    }
    out += fmt::format("{}\n  {:<32}{:>16}{:>16}{:>10}\n", one.run, "", "first",
                       "second", "ratio");
    for (const auto& x : one.metrics) {
      auto same = [&](const metric& y) { return y.name == x.name; };
      auto y = std::find_if(other->metrics.begin(), other->metrics.end(), same);
      if (y != other->metrics.end())
        out += ratio_row(x, *y);
    }
  }
  for (const auto& one : b) {
    auto same_run = [&](const named_metrics& x) { return x.run == one.run; };
    if (std::none_of(a.begin(), a.end(), same_run))
      out += one.run + ": only in the second\n";
  }
  return out;
}

} // namespace parley::bench
