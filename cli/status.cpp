#include "cli/command.hpp"
#include "cli/output.hpp"

#include <boost/json/object.hpp>

#include <iostream>

namespace parley::cli {

void add_status(CLI::App& app, session& with) {
  auto* command = app.add_subcommand(
    "status", "Show what the node is and how it does. Ends with 1 while the "
              "node is not ready.");
  command->callback([&with] {
    with.run = [&with]() -> int {
      auto answer = with.fetch("status", {});
      if (!answer)
        return report(answer.error());
      auto ready = member(*answer, "ready") == true;
      if (with.json) {
        std::cout << *answer << '\n';
      } else {
        std::vector<std::vector<std::string>> rows;
        if (const auto* all = answer->if_object())
          for (const auto& [name, value] : *all)
            rows.push_back({std::string{name}, cell(value)});
        std::cout << sheet(rows);
      }
      return ready ? exit_ok : exit_refused;
    };
  });
}

} // namespace parley::cli
