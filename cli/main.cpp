#include "cli/help.hpp"
#include "cli/queue_commands.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <string>
#include <string_view>

namespace {

constexpr const char* about
  = "parleyctl looks after a Parley node through its ops listener.";

constexpr const char* epilogue = R"(
Examples, and more with the --help of each command:
  parleyctl status
  parleyctl --data-dir /var/lib/parley user show alice
  parleyctl node list
  parleyctl cluster status
  parleyctl --json entity list | jq '.entities[].name'

Exit codes:
  0  done
  1  the node refused or failed, is not ready, or what was checked has faults
  2  this command line is wrong
  3  no node can be reached there
)";

void add_options(CLI::App& app, parley::cli::session& with) {
  app
    .add_option("--ops", with.ops,
                "The node's ops listener, HOST:PORT (127.0.0.1:9090)")
    ->take_last();
  app
    .add_option("--data-dir", with.data_dir,
                "Take the address from node.json in the node's directory")
    ->take_last();
  app.add_option("--token", with.token, "The node's ops.token, if it has one")
    ->envname("PARLEY_OPS_TOKEN")
    ->take_last();
  app
    .add_option("--timeout-ms", with.timeout_ms,
                "How long to wait for an answer (10000)")
    ->take_last();
  app.add_flag("--json", with.json, "Print JSON, for scripts");
}

bool wants_json(int argc, char** argv) {
  return std::any_of(argv, argv + argc, [](const char* word) {
    return std::string_view{word} == "--json";
  });
}

/// Help and the version are asked for the same way.
int refuse(const CLI::App& app, const CLI::ParseError& wrong, int argc,
           char** argv) {
  using namespace parley::cli;
  if (wrong.get_exit_code() == 0)
    return app.exit(wrong);
  auto why = unknown_word(app, argc, argv);
  if (why.empty())
    why = wrong.what();
  session with;
  with.json = wants_json(argc, argv);
  auto code = with.fail({parley::errc::invalid_request, why});
  if (!with.json)
    std::cerr << "Run with --help for more information.\n";
  return code;
}

} // namespace

int main(int argc, char** argv) {
  using namespace parley::cli;
  CLI::App app{about, "parleyctl"};
  app.footer(epilogue);
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string{PARLEY_VERSION});
  // Options of the whole may come after the command too.
  app.fallthrough();
  session with;
  add_options(app, with);
  for (auto* add :
       {add_status, add_user, add_conversation, add_entity, add_presence,
        add_node, add_cluster, add_shard, add_queue, add_match, add_reports,
        add_audit, add_config, add_trace, add_keys})
    add(app, with);
  add_examples(app);
  auto words = without_help_word(app, argc, argv);
  std::reverse(words.begin(), words.end());
  try {
    app.parse(words);
  } catch (const CLI::ParseError& wrong) {
    return refuse(app, wrong, argc, argv);
  }
  with.timeout_given = app.count("--timeout-ms") > 0;
  return with.run();
}
