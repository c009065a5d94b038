#include "bench/load/coordinator.hpp"
#include "bench/load/report.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <fstream>
#include <memory>
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
  {"history", "Random pages of long conversations"},
  {"mixed", "A day of users: typing, messages, receipts, pages, status"},
  {"chaos", "Pairs while --command kills things; then all is looked up"},
};

/// Where results go besides the table.
struct output {
  std::string json = {};
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

int run_one(const options& opts, const output& to) {
  auto done = carry_out(opts, [&](const std::string& line) {
    if (!to.quiet)
      tell(line);
  });
  end_line();
  if (!done) {
    const auto& why = done.error();
    std::fprintf(stderr, "parley-bench: %s\n", why.detail.c_str());
    return why.code == parley::errc::bad_params ? exit_usage : exit_failed;
  }
  if (to.json != "-")
    std::fputs(as_text(*done).c_str(), stdout);
  auto is_good = is_correct(*done);
  if (!to.json.empty())
    if (auto failed = write_file(to.json, to_json({*done})); failed != 0)
      return failed;
  return is_good ? exit_ok : exit_incorrect;
}

parley::result<std::vector<named_metrics>> load(const std::string& path) {
  std::ifstream in{path};
  if (!in)
    return parley::error{parley::errc::io_failed, "cannot be read"};
  std::ostringstream text;
  text << in.rdbuf();
  return read_metrics(text.str());
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

} // namespace

int main(int argc, char** argv) {
  CLI::App app{about, "parley-bench"};
  app.footer(epilogue);
  app.require_subcommand(1);
  options opts;
  output to;
  int code = exit_ok;
  for (const auto& one : workloads) {
    auto* command = app.add_subcommand(one.name, one.help);
    for_each_option(opts, option_adder{*command});
    command->add_option("--json", to.json,
                        "Write the result there; - for here");
    command->add_flag("--quiet", to.quiet, "No progress");
    command->callback([&, name = one.name] {
      opts.workload = name;
      code = run_one(opts, to);
    });
  }
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
