#include "cli/command.hpp"
#include "cli/output.hpp"

#include <boost/json/object.hpp>

#include <iostream>

namespace parley::cli {

void add_keys(CLI::App& app, session& with) {
  auto* group = app.add_subcommand("keys", "Manage the keys that sign tokens");
  group->require_subcommand(1);
  auto* command = group->add_subcommand(
    "rotate", "Sign with a new key from now on; nobody is signed out");
  command->callback([&with] {
    with.run = [&with] {
      return with.ask("keys.rotate", {}, [](const boost::json::value& found) {
        std::cout << "tokens are signed with key " << text(found, "kid")
                  << " now\n";
      });
    };
  });
}

} // namespace parley::cli
