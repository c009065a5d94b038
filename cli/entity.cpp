#include "cli/command.hpp"
#include "cli/output.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <iostream>
#include <memory>

namespace parley::cli {

void add_entity(CLI::App& app, session& with) {
  auto* group = app.add_subcommand("entity", "Look at what lives in memory");
  group->require_subcommand(1);
  auto limit = std::make_shared<std::uint32_t>(50);
  auto* command = group->add_subcommand(
    "list", "List live users, conversations and directories, the most recently "
            "used of each shard first");
  command->add_option("-n,--limit", *limit, "How many (50, at most 10000)");
  command->callback([&with, limit] {
    with.run = [&with, limit] {
      return with.ask(
        "entity.list", {{"limit", *limit}},
        [](const boost::json::value& found) {
          std::vector<std::vector<std::string>> rows{
            {"KIND", "NAME", "IDLE ms"}};
          if (const auto* all = member(found, "entities").if_array())
            for (const auto& each : *all)
              rows.push_back({text(each, "kind"), text(each, "name"),
                              text(each, "idle_ms")});
          std::cout << table(rows);
          if (member(found, "has_more") == true)
            std::cout << "… and more: --limit shows up to 10000\n";
        });
    };
  });
}

} // namespace parley::cli
