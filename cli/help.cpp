#include "cli/help.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::cli {

namespace {

constexpr std::string_view program = "parleyctl ";

constexpr std::array examples{
  "parleyctl status",
  "parleyctl --data-dir /var/lib/parley user show alice",
  "parleyctl user show alice",
  "parleyctl user ban mallory --for 7d --reason spam",
  "parleyctl user unban mallory",
  "parleyctl user mute mallory --for 12h",
  "parleyctl user unmute mallory",
  "parleyctl user logout alice",
  "parleyctl conversation show g.01jd…",
  "parleyctl conversation tail g.01jd… --follow",
  "parleyctl entity list -n 200",
  "parleyctl --json entity list | jq '.entities[].name'",
  "parleyctl presence show alice",
  "parleyctl presence count",
  "parleyctl presence top",
  "parleyctl node list",
  "parleyctl node drain n2 && ssh n2 systemctl stop parleyd",
  "parleyctl node undrain n2",
  "parleyctl node remove n2",
  "parleyctl node remove n2 --force",
  "parleyctl node zone n2 rack-7",
  "parleyctl cluster status || mail -s 'chat is not whole' ops@example.org",
  "parleyctl cluster map",
  "parleyctl cluster rebalance --dry-run",
  "parleyctl cluster verify --repair",
  "parleyctl shard show 17",
  "parleyctl shard move 17 --from n1 --to n4",
  "parleyctl shard mend 17 --node n2",
  "parleyctl queue list",
  "parleyctl queue show default",
  "parleyctl queue explain 4711",
  "parleyctl queue drain default",
  "parleyctl queue replay arrivals.jsonl --config now.yaml --config then.yaml",
  "parleyctl match sessions --since 2h",
  "parleyctl reports list",
  "parleyctl reports show 01jd…",
  "parleyctl reports resolve 01jd… --note 'spoke to her'",
  "parleyctl audit --since 7d",
  "parleyctl config check node.yaml",
  "parleyctl config show",
  "parleyctl trace g.01jd… 4711",
  "parleyctl keys rotate",
};

/// Those that begin with the command.
std::string examples_of(std::string_view command) {
  std::string out;
  for (std::string_view each : examples) {
    auto rest = each;
    rest.remove_prefix(program.size());
    if (rest.starts_with(command)
        && (rest.size() == command.size() || rest[command.size()] == ' '))
      out.append(out.empty() ? "\nExamples:\n" : "").append("  ").append(each)
        += '\n';
  }
  return out;
}

void add_examples(CLI::App& to, const std::string& path) {
  to.footer(examples_of(path));
  for (auto* each : to.get_subcommands({}))
    add_examples(*each, path + ' ' + each->get_name());
}

/// How many letters have to be changed, added or left out.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto corner = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto changed = corner + (a[i - 1] == b[j - 1] ? 0 : 1);
      corner = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row[b.size()];
}

const CLI::App* subcommand(const CLI::App& of, std::string_view name) {
  for (const auto* each : of.get_subcommands({}))
    if (each->check_name(std::string{name}))
      return each;
  return nullptr;
}

/// Whether the option takes the word after it.
bool takes_value(const CLI::App& app, std::string_view word) {
  if (word.find('=') != std::string_view::npos)
    return false;
  const auto* option = app.get_option_no_throw(std::string{word});
  return option && option->get_items_expected_min() > 0;
}

std::string suggestion(const CLI::App& at, std::string_view word) {
  std::string best;
  auto least = std::max<std::size_t>(2, word.size() / 2) + 1;
  for (const auto* each : at.get_subcommands({}))
    if (auto far = distance(word, each->get_name()); far < least) {
      least = far;
      best = each->get_name();
    }
  return best;
}

} // namespace

void add_examples(CLI::App& app) {
  for (auto* each : app.get_subcommands({}))
    add_examples(*each, each->get_name());
}

std::string unknown_word(const CLI::App& app, int argc, char** argv) {
  const auto* at = &app;
  std::string path{"parleyctl"};
  for (int i = 1; i < argc; ++i) {
    std::string_view word{argv[i]};
    if (word.starts_with("-")) {
      if (takes_value(app, word) || takes_value(*at, word))
        ++i;
      continue;
    }
    if (at->get_subcommands({}).empty())
      return {};
    const auto* next = subcommand(*at, word);
    if (next == nullptr) {
      auto out = path + " has no command '" + std::string{word} + "'";
      if (auto meant = suggestion(*at, word); !meant.empty())
        out += "; did you mean '" + meant + "'?";
      return out;
    }
    at = next;
    path += ' ' + std::string{word};
  }
  return {};
}

std::vector<std::string> without_help_word(const CLI::App& app, int argc,
                                           char** argv) {
  std::vector<std::string> out{argv + std::min(1, argc), argv + argc};
  auto at = out.begin();
  while (at != out.end() && at->starts_with("-"))
    at += takes_value(app, *at) && at + 1 != out.end() ? 2 : 1;
  if (at != out.end() && *at == "help") {
    out.erase(at);
    out.emplace_back("--help");
  }
  return out;
}

} // namespace parley::cli
