#include "cli/queue_commands.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace {

constexpr const char* about
  = "parleyctl looks after a Parley node through its ops listener.";

constexpr const char* epilogue = R"(
Examples:
  parleyctl status
  parleyctl --data-dir /var/lib/parley user show alice
  parleyctl user ban mallory --for 7d --reason spam
  parleyctl reports list
  parleyctl audit --since 7d
  parleyctl conversation tail g.01jd… --follow
  parleyctl --json entity list | jq '.entities[].name'
  parleyctl config check node.yaml
  parleyctl node list
  parleyctl node drain n2 && ssh n2 systemctl stop parleyd
  parleyctl cluster rebalance --dry-run
  parleyctl cluster verify --repair
  parleyctl shard move 17 --from n1 --to n4
  parleyctl queue explain 4711
  parleyctl match sessions --since 2h
  parleyctl queue replay arrivals.jsonl --config now.yaml --config then.yaml

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

} // namespace

int main(int argc, char** argv) {
  using namespace parley::cli;
  CLI::App app{about, "parleyctl"};
  app.footer(epilogue);
  app.require_subcommand(1);
  // Options of the whole may come after the command too.
  app.fallthrough();
  session with;
  add_options(app, with);
  for (auto* add :
       {add_status, add_user, add_conversation, add_entity, add_presence,
        add_node, add_cluster, add_shard, add_queue, add_match, add_reports,
        add_audit, add_config, add_trace, add_keys})
    add(app, with);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? exit_ok : exit_usage;
  }
  return with.run();
}
