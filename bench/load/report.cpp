#include "bench/load/report.hpp"

#include <fmt/format.h>

#include <algorithm>
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
  out += "| run | messages a second | server CPU a message | acknowledged p50 "
         "| p99 | correct |\n| --- | ---: | ---: | ---: | ---: | --- |\n";
  for (const auto& one : runs) {
    auto metrics = metrics_of(one);
    auto cell = [&](std::string_view name) {
      for (const auto& of : metrics)
        if (of.name == name)
          return with_unit(of);
      return std::string{};
    };
    out
      += fmt::format("| {} | {} | {} | {} | {} | {} |\n", one.name,
                     cell("acknowledged a second"),
                     cell("server CPU a message"), cell("acknowledged p50"),
                     cell("acknowledged p99"), is_correct(one) ? "yes" : "NO");
  }
  return out + "\n";
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
