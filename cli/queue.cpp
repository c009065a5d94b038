#include "cli/arrivals.hpp"
#include "cli/output.hpp"
#include "cli/queue_commands.hpp"
#include "conf/load.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <iostream>
#include <list>
#include <memory>

namespace parley::cli {

namespace json = boost::json;

namespace {

struct replay_options {
  std::string file;
  std::vector<std::string> configs;
  std::string queue = "default";
};

/// One policy to try, under the name of where it is from.
struct trial {
  std::string name;
  match::replay run;
};

result<void> add_trial(std::list<trial>& all, const std::string& config,
                       const std::string& queue) {
  auto loaded = conf::load(config);
  if (!loaded)
    return loaded.error();
  auto found = loaded->queues.find(queue);
  if (found == loaded->queues.end())
    return error{errc::not_found, config + " has no queue " + queue};
  all.push_back(
    {config.empty() ? "(usual)" : config, match::replay{found->second}});
  return {};
}

json::object as_json(const std::string& name, const match::replay_report& x) {
  return {{"policy", name},
          {"came", x.came},
          {"refused", x.refused},
          {"first_refusal", x.first_refusal},
          {"matched", x.matched},
          {"expired", x.expired},
          {"cancelled", x.cancelled},
          {"wait_ms",
           {{"p50", x.wait(0.5).count()},
            {"p90", x.wait(0.9).count()},
            {"p99", x.wait(0.99).count()},
            {"max", x.wait(1).count()}}}};
}

std::vector<std::string> as_row(const std::string& name,
                                const match::replay_report& x) {
  std::vector<std::string> out{name};
  for (auto count : {x.came, x.refused, x.matched, x.expired, x.cancelled})
    out.push_back(std::to_string(count));
  for (auto part : {0.5, 0.9, 0.99, 1.0})
    out.push_back(std::to_string(x.wait(part).count()));
  return out;
}

void print(std::list<trial>& trials, bool wants_json) {
  json::array all;
  std::vector<std::vector<std::string>> rows{
    {"POLICY", "CAME", "REFUSED", "MATCHED", "EXPIRED", "CANCELLED", "P50 MS",
     "P90 MS", "P99 MS", "MAX MS"}};
  for (auto& each : trials) {
    auto report = each.run.finish();
    if (report.refused > 0 && !wants_json)
      std::cerr << each.name
                << ": the first refused: " << harmless(report.first_refusal)
                << '\n';
    all.push_back(as_json(each.name, report));
    rows.push_back(as_row(each.name, report));
  }
  if (wants_json)
    std::cout << json::value(json::object{{"policies", all}}) << '\n';
  else
    std::cout << table(rows);
}

int replay(const session& with, const replay_options& options) {
  std::list<trial> trials;
  auto configs = options.configs;
  if (configs.empty())
    configs.emplace_back();
  for (const auto& config : configs)
    if (auto added = add_trial(trials, config, options.queue); !added)
      return with.fail(added.error());
  auto read = read_arrivals(options.file, [&](const match::arrival& next) {
    for (auto& each : trials)
      each.run.take(next);
  });
  if (!read)
    return with.fail(read.error());
  print(trials, with.json);
  return exit_ok;
}

} // namespace

void add_queue(CLI::App& app, session& with) {
  auto* group
    = app.add_subcommand("queue", "Look at queues, and try how they match");
  group->require_subcommand(1);
  add_queue_node(*group, with);
  auto options = std::make_shared<replay_options>();
  auto* command = group->add_subcommand(
    "replay", "Match a recorded stream of arrivals by other policies and "
              "compare the waits; needs no node");
  command->add_option("FILE", options->file, "One arrival a line, as JSON")
    ->required();
  command->add_option("--config", options->configs,
                      "A configuration to try; once for each");
  command
    ->add_option("--queue", options->queue, "Which of its queues (default)")
    ->take_last();
  command->callback([&with, options] {
    with.run = [&with, options] { return replay(with, *options); };
  });
}

} // namespace parley::cli
