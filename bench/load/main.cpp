#include "base/descriptor_limit.hpp"
#include "bench/load/coordinator.hpp"
#include "bench/load/plot.hpp"
#include "bench/load/report.hpp"
#include "bench/load/scenario.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using namespace parley::bench;

constexpr const char* about
  = "parley-bench measures a Parley node, or a cluster, as its clients do.";

constexpr const char* epilogue = R"(
Examples:
  parley-bench pairs --node 127.0.0.1:8080 --sessions 1000 --window 16
  parley-bench pairs --node 127.0.0.1:8080 --rate 5000 --seconds 60
  parley-bench idle --node 127.0.0.1-4:8080 --sessions 15000
  parley-bench run bench/load/scenarios/standard.yaml --node 127.0.0.1:8080
  parley-bench chaos --node … --node … --node … --command 'kill -9 4711'
  parley-bench compare before.json after.json

The node's limits are for people: bench/load/node.yaml lifts them.

Exit codes:
  0  done, and nothing was lost, duplicated or out of order
  1  it was not
  2  this command line is wrong
  3  the run could not be carried out
)";

enum exit_code { exit_ok, exit_incorrect, exit_usage, exit_failed };

struct workload_help {
  const char* name;
  const char* help;
};

constexpr workload_help workloads[] = {
  {"pairs", "Two by two, all write to each other"},
  {"room", "Some members of each group write, all others are told"},
  {"idle", "Sessions that do nothing: what they cost"},
  {"storm", "All connect again at once, or those that --kill-pid drops"},
  {"match", "Strangers who come at a rate, meet, and part"},
  {"history", "Random pages of long conversations"},
  {"mixed", "A day of users: typing, messages, receipts, pages, status"},
  {"chaos", "Pairs while --command kills things; then all is looked up"},
};

/// Where results go besides the table.
struct output {
  std::string json = {};
  std::string plot = {};
  std::string report = {};
  unsigned repeat = 1;
  std::vector<std::string> floors = {};
  bool quiet = false;
};

void tell(const std::string& line) {
  if (isatty(STDERR_FILENO) != 0)
    std::fprintf(stderr, "\r\033[K%s", line.c_str());
}

void end_line() {
  if (isatty(STDERR_FILENO) != 0)
    std::fprintf(stderr, "\r\033[K");
}

int write_file(const std::string& path, const std::string& content) {
  if (path == "-")
    return std::fputs(content.c_str(), stdout) >= 0 ? exit_ok : exit_failed;
  std::ofstream out{path};
  out << content;
  out.close();
  if (out)
    return exit_ok;
  std::fprintf(stderr, "parley-bench: cannot write %s\n", path.c_str());
  return exit_failed;
}

std::string with_suffix(const std::string& path, const std::string& suffix) {
  auto dot = path.rfind(".svg");
  return dot == std::string::npos ? path + suffix + ".svg"
                                  : path.substr(0, dot) + suffix + ".svg";
}

std::string file_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

int fail(const parley::error& why) {
  std::fprintf(stderr, "parley-bench: %s\n", why.detail.c_str());
  auto is_usage = why.code == parley::errc::bad_params
                  || why.code == parley::errc::bad_config;
  return is_usage ? exit_usage : exit_failed;
}

/// Carries out one run and prints its table.
parley::result<run_result> measure(const named_run& what, const output& to) {
  auto done = carry_out(what.opts, [&](const std::string& line) {
    if (!to.quiet)
      tell(what.name + ": " + line);
  });
  end_line();
  if (!done)
    return done;
  done->name = what.name;
  if (to.json != "-")
    std::fputs((as_text(*done) + "\n").c_str(), stdout);
  std::fflush(stdout);
  return done;
}

/// What `one` is measured beside: the same on each floor.
std::vector<named_run> on_floors(const named_run& one, const output& to) {
  std::vector<named_run> out;
  if (one.opts.workload != "pairs" && one.opts.workload != "room")
    return out;
  for (const auto& floor : to.floors) {
    auto equals = floor.find('=');
    named_run below{one.name + "/" + floor.substr(0, equals), one.opts};
    below.opts.protocol = "floor";
    below.opts.nodes = {floor.substr(equals + 1)};
    below.opts.server_pids.clear();
    below.opts.verify = false;
    out.push_back(std::move(below));
  }
  return out;
}

/// Each run, its floors right after it, and all of that again.
std::vector<named_run> in_order(const std::vector<named_run>& runs,
                                const output& to) {
  std::vector<named_run> out;
  for (unsigned round = 0; round < to.repeat; ++round)
    for (const auto& one : runs) {
      out.push_back(one);
      auto below = on_floors(one, to);
      out.insert(out.end(), below.begin(), below.end());
    }
  return out;
}

parley::result<void> check(const std::vector<named_run>& runs,
                           const output& to) {
  for (const auto& floor : to.floors)
    if (floor.find('=') == std::string::npos)
      return parley::error{parley::errc::bad_params,
                           "--floor is NAME=ADDRESS, not " + floor};
  // All of them, before the first begins.
  for (const auto& one : in_order(runs, to))
    if (auto good = check(one.opts); !good)
      return parley::error{good.error().code,
                           one.name + ": " + good.error().detail};
  return {};
}

/// The results, the rounds of each one after the other, as far as it got.
struct measured {
  std::vector<run_result> results = {};
  std::optional<parley::error> failure = {};
};

measured measure_all(const std::vector<named_run>& runs, const output& to) {
  measured out;
  for (const auto& one : in_order(runs, to)) {
    auto done = measure(one, to);
    if (!done) {
      out.failure = {done.error().code, one.name + ": " + done.error().detail};
      return out;
    }
    out.results.push_back(std::move(*done));
  }
  return out;
}

// What has been measured is written even where a later run failed.
int write_down(const measured& what, std::size_t in_a_round, const output& to) {
  int code = exit_ok;
  std::string report;
  for (std::size_t i = 0; i < what.results.size(); ++i) {
    const auto& one = what.results[i];
    if (!is_correct(one))
      code = std::max<int>(code, exit_incorrect);
    if (i >= in_a_round)
      continue;
    // A picture for each where there is more than one.
    auto name = in_a_round == 1 ? std::string{} : "-" + one.name;
    std::replace(name.begin(), name.end(), '/', '-');
    auto plot_file = to.plot.empty() ? "" : with_suffix(to.plot, name);
    if (!plot_file.empty())
      code = std::max(code, write_file(plot_file, plot(one)));
    report += as_markdown(one, file_name(plot_file)) + "\n";
  }
  if (!to.json.empty())
    code = std::max(code, write_file(to.json, to_json(what.results)));
  if (!to.report.empty())
    code
      = std::max(code, write_file(to.report, heading(what.results) + report));
  return what.failure ? fail(*what.failure) : code;
}

int run_all(const std::vector<named_run>& runs, const output& to) {
  if (auto good = check(runs, to); !good)
    return fail(good.error());
  return write_down(measure_all(runs, to),
                    in_order(runs, to).size() / to.repeat, to);
}

int run_scenario(const std::string& path, const options& base,
                 const output& to) {
  std::ifstream in{path};
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) {
    std::fprintf(stderr, "parley-bench: cannot read %s\n", path.c_str());
    return exit_usage;
  }
  auto runs = read_scenario(text.str(), base);
  if (!runs)
    return fail({runs.error().code, path + ": " + runs.error().detail});
  return run_all(*runs, to);
}

parley::result<std::vector<named_metrics>> load(const std::string& path) {
  std::ifstream in{path};
  if (!in)
    return parley::error{parley::errc::io_failed, "cannot be read"};
  std::ostringstream text;
  text << in.rdbuf();
  auto got = read_metrics(text.str());
  if (!got)
    return got;
  return medians(*got);
}

int compare(const std::string& first, const std::string& second) {
  std::vector<std::vector<named_metrics>> both;
  for (const auto& path : {first, second}) {
    auto got = load(path);
    if (!got) {
      std::fprintf(stderr, "parley-bench: %s: %s\n", path.c_str(),
                   got.error().detail.c_str());
      return exit_usage;
    }
    both.push_back(std::move(*got));
  }
  std::fputs(comparison(both[0], both[1]).c_str(), stdout);
  return exit_ok;
}

struct option_adder {
  CLI::App& to;

  template <class Value>
  void operator()(const char* name, Value& value, const char* help) const {
    to.add_option("--" + std::string{name}, value, help)->capture_default_str();
  }

  void operator()(const char* name, bool& value, const char* help) const {
    to.add_flag("--" + std::string{name}, value, help);
  }
};

void add_output(CLI::App& to, output& into) {
  to.add_option("--json", into.json, "Write the results there; - for here");
  to.add_option("--plot", into.plot, "Draw them there, as SVG");
  to.add_option("--report", into.report, "Write them there, as Markdown");
  to.add_option("--repeat", into.repeat,
                "So many times, one round after the other; medians are told")
    ->check(CLI::Range(1, 100));
  to.add_option("--floor", into.floors,
                "NAME=ADDRESS of a parley-floor: pairs and room are measured "
                "there too, right after each run");
  to.add_flag("--quiet", into.quiet, "No progress");
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{about, "parley-bench"};
  app.footer(epilogue);
  app.require_subcommand(1);
  parley::raise_descriptor_limit();
  options opts;
  output to;
  int code = exit_ok;
  for (const auto& one : workloads) {
    auto* command = app.add_subcommand(one.name, one.help);
    for_each_option(opts, option_adder{*command});
    add_output(*command, to);
    command->callback([&, name = one.name] {
      opts.workload = name;
      code = run_all({{name, opts}}, to);
    });
  }
  std::string scenario;
  auto* run = app.add_subcommand("run", "What a file of scenarios/ says");
  run->add_option("file", scenario, "YAML; see bench/README.md")->required();
  for_each_option(opts, option_adder{*run});
  add_output(*run, to);
  run->callback([&] { code = run_scenario(scenario, opts, to); });
  std::string first;
  std::string second;
  auto* compared
    = app.add_subcommand("compare", "What one result is to another");
  compared->add_option("first", first, "A file of --json")->required();
  compared->add_option("second", second, "Another")->required();
  compared->callback([&] { code = compare(first, second); });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? exit_ok : exit_usage;
  }
  return code;
}
