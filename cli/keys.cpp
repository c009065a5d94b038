#include "cli/command.hpp"
#include "cli/output.hpp"

#include <boost/json/object.hpp>

#include <iostream>
#include <memory>

namespace parley::cli {

void add_keys(CLI::App& app, session& with) {
  auto* group = app.add_subcommand("keys", "Manage the keys that sign tokens");
  group->require_subcommand(1);
  auto* command = group->add_subcommand(
    "rotate", "Sign with a new key from now on; nobody is signed out");
  auto revoke = std::make_shared<bool>(false);
  command->add_flag("--revoke", *revoke,
                    "Refuse all tokens of the old keys at once, for one may "
                    "have leaked; clients renew theirs");
  command->callback([&with, revoke] {
    with.run = [&with, revoke] {
      boost::json::object params{{"revoke", *revoke}};
      return with.ask("keys.rotate", params,
                      [](const boost::json::value& found) {
                        std::cout << "tokens are signed with key "
                                  << text(found, "kid") << " now\n";
                      });
    };
  });
}

} // namespace parley::cli
