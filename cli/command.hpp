#pragma once

#include "base/error.hpp"
#include "cli/ops_client.hpp"

#include <CLI/App.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace parley::cli {

/// How `parleyctl` ends.
enum exit_code : int {
  exit_ok = 0,
  /// The node refused or failed, or what was to be checked is not right.
  exit_refused = 1,
  exit_usage = 2,
  exit_unreachable = 3,
};

/// What all commands share: the options before them, and what the one that was
/// named is going to do.
struct session {
  std::string ops;
  std::string token;
  std::string data_dir;
  bool json = false;
  std::uint32_t timeout_ms = 10'000;
  /// `--timeout-ms` was on the command line.
  bool timeout_given = false;
  std::function<int()> run;

  /// `--ops`, or what DIR/node.json says, or the default.
  result<std::string> address() const;

  /// Asks the node, and prints its refusal. `show(result)` prints what it
  /// answered, unless JSON is wanted.
  int ask(std::string_view method, boost::json::object params,
          const std::function<void(const boost::json::value&)>& show) const;

  /// Prints why to standard error, as JSON where that is wanted, and returns
  /// the exit code for it.
  int fail(const error& why) const;

  /// The same as `ask` for the answer alone, printing nothing.
  result<boost::json::value> fetch(std::string_view method,
                                   boost::json::object params) const;
};

/// Each adds its group of commands.
void add_status(CLI::App& app, session& with);
void add_user(CLI::App& app, session& with);
void add_conversation(CLI::App& app, session& with);
void add_entity(CLI::App& app, session& with);
void add_config(CLI::App& app, session& with);
void add_trace(CLI::App& app, session& with);
void add_keys(CLI::App& app, session& with);
void add_presence(CLI::App& app, session& with);
void add_node(CLI::App& app, session& with);
void add_cluster(CLI::App& app, session& with);
void add_shard(CLI::App& app, session& with);
void add_verify(CLI::App& cluster, session& with);
void add_queue(CLI::App& app, session& with);
void add_reports(CLI::App& app, session& with);
void add_audit(CLI::App& app, session& with);

/// Each adds a command to the group `nodes`.
void add_drain(CLI::App& nodes, session& with);
void add_remove(CLI::App& nodes, session& with);

} // namespace parley::cli
