#include "cli/command.hpp"
#include "cli/output.hpp"
#include "conf/load.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <iostream>
#include <memory>
#include <sstream>
#include <string>

namespace parley::cli {

namespace json = boost::json;

namespace {

json::array lines_of(const std::string& text) {
  json::array out;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);)
    out.emplace_back(line);
  return out;
}

int check(const session& with, const std::string& file) {
  auto loaded = conf::load(file);
  if (with.json) {
    json::object out{{"file", file}, {"ok", loaded.has_value()}};
    if (!loaded)
      out["faults"] = lines_of(loaded.error().detail);
    std::cout << json::value(out) << '\n';
  } else if (loaded) {
    std::cout << file << " is fine\n";
  } else {
    std::cerr << loaded.error().detail << '\n';
  }
  return loaded ? exit_ok : exit_refused;
}

} // namespace

void add_config(CLI::App& app, session& with) {
  auto* group = app.add_subcommand("config", "Check or show configuration");
  group->require_subcommand(1);
  auto file = std::make_shared<std::string>();
  auto* checking = group->add_subcommand(
    "check", "Name every fault of a configuration file; needs no node");
  checking->add_option("FILE", *file, "YAML, as parleyd --config reads it")
    ->required();
  checking->callback(
    [&with, file] { with.run = [&with, file] { return check(with, *file); }; });
  auto* showing = group->add_subcommand(
    "show", "Print the configuration that the node runs with, without secrets");
  showing->callback([&with] {
    with.run = [&with] {
      return with.ask("config.show", {}, [](const json::value& found) {
        if (const auto* yaml = member(found, "yaml").if_string())
          std::cout << std::string_view{yaml->data(), yaml->size()};
      });
    };
  });
}

} // namespace parley::cli
