#include "cli/output.hpp"
#include "cli/queue_commands.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdlib>
#include <iostream>
#include <memory>

// Looking at the queues of a running node.
namespace parley::cli {

namespace json = boost::json;

namespace {

struct arguments {
  std::string queue = "default";
  std::uint64_t ticket = 0;
  bool undo = false;
};

using given_ptr = std::shared_ptr<arguments>;

/// A time where the name says so.
std::string shown(std::string_view name, const json::value& x) {
  auto plain = cell(x);
  if (!name.ends_with("_at") && !name.ends_with("_since"))
    return harmless(plain);
  return time_of_ms(std::strtoll(plain.c_str(), nullptr, 10));
}

void print_sheet(const json::value& found) {
  std::vector<std::vector<std::string>> rows;
  if (const auto* all = found.if_object())
    for (const auto& [name, value] : *all)
      rows.push_back({std::string{name}, shown(name, value)});
  std::cout << sheet(rows);
}

int list(const session& with) {
  auto names = with.fetch("queue.list", {});
  if (!names)
    return with.fail(names.error());
  json::array all;
  std::vector<std::vector<std::string>> rows{
    {"QUEUE", "WAITING", "MATCHES", "P50 MS", "P90 MS", "DRAINING"}};
  const auto& queues = member(*names, "queues");
  for (const auto& name : queues.is_array() ? queues.get_array() : all) {
    auto found = with.fetch("queue.show", {{"queue", name}});
    if (!found)
      return with.fail(found.error());
    std::vector<std::string> row;
    for (const auto* each : {"queue", "waiting", "matches", "wait_p50_ms",
                             "wait_p90_ms", "draining"}) {
      auto value = text(*found, each);
      row.push_back(value.empty() ? "-" : value);
    }
    rows.push_back(std::move(row));
    all.push_back(std::move(*found));
  }
  if (with.json)
    std::cout << json::value(json::object{{"queues", all}}) << '\n';
  else
    std::cout << table(rows);
  return exit_ok;
}

CLI::App* add(CLI::App& group, session& with, const given_ptr& given,
              const char* name, const char* help, std::function<int()> run) {
  auto* command = group.add_subcommand(name, help);
  command->add_option("--queue", given->queue, "Which queue (default)")
    ->take_last();
  command->callback([&with, run = std::move(run)] { with.run = run; });
  return command;
}

} // namespace

void add_queue_node(CLI::App& group, session& with) {
  auto given = std::make_shared<arguments>();
  auto* all = group.add_subcommand("list", "List the queues and who waits");
  all->callback([&with] { with.run = [&with] { return list(with); }; });
  auto* show = group.add_subcommand(
    "show", "Show one queue: who waits, and how long it takes");
  show->add_option("QUEUE", given->queue, "Which queue (default)");
  show->callback([&with, given] {
    with.run = [&with, given] {
      return with.ask("queue.show", {{"queue", given->queue}}, print_sheet);
    };
  });
  add(group, with, given, "explain",
      "Say why a ticket is not matched yet: which wish keeps away how many",
      [&with, given] {
        return with.ask("queue.explain",
                        {{"queue", given->queue}, {"ticket", given->ticket}},
                        print_sheet);
      })
    ->add_option("TICKET", given->ticket, "What match.enqueue answered")
    ->required();
  auto* drain = group.add_subcommand(
    "drain", "Let nobody new wait; those who do wait on. --undo ends it");
  drain->add_option("QUEUE", given->queue, "Which queue (default)");
  drain->add_flag("--undo", given->undo, "Let people wait again");
  drain->callback([&with, given] {
    with.run = [&with, given] {
      return with.ask("queue.drain",
                      {{"queue", given->queue}, {"on", !given->undo}},
                      [given](const json::value&) {
                        std::cout << given->queue
                                  << (given->undo ? " takes people again\n"
                                                  : " takes nobody new\n");
                      });
    };
  });
}

} // namespace parley::cli
