#include "cli/command.hpp"
#include "cli/output.hpp"

#include <boost/json/object.hpp>

#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cli {

namespace {

/// A name that ends in its unit has its value in one for people.
std::vector<std::string> row_of(std::string_view name,
                                const boost::json::value& value) {
  auto unit = [&](std::string_view suffix) {
    return name.ends_with(suffix) && value.is_int64();
  };
  auto without = [&](std::string_view suffix) {
    return std::string{name.substr(0, name.size() - suffix.size())};
  };
  if (unit("_bytes"))
    return {without("_bytes"), size_of_bytes(value.get_int64())};
  if (unit("_s"))
    return {without("_s"), length_of_s(value.get_int64())};
  return {std::string{name}, cell(value)};
}

} // namespace

void add_status(CLI::App& app, session& with) {
  auto* command = app.add_subcommand(
    "status", "Show what the node is and how it does. Ends with 1 while the "
              "node is not ready.");
  command->callback([&with] {
    with.run = [&with]() -> int {
      auto answer = with.fetch("status", {});
      if (!answer)
        return with.fail(answer.error());
      auto ready = member(*answer, "ready") == true;
      if (with.json) {
        std::cout << *answer << '\n';
      } else {
        std::vector<std::vector<std::string>> rows;
        if (const auto* all = answer->if_object())
          for (const auto& [name, value] : *all)
            rows.push_back(row_of(name, value));
        std::cout << sheet(rows);
      }
      return ready ? exit_ok : exit_refused;
    };
  });
}

} // namespace parley::cli
