#include "base/descriptor_limit.hpp"
#include "base/log.hpp"
#include "conf/load.hpp"
#include "node/node.hpp"
#include "node/node_operations.hpp"

#include <CLI/CLI.hpp>

#ifdef PARLEY_MIMALLOC
#include <mimalloc.h>
#endif

#include <csignal>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

namespace {

namespace pn = parley::node;

constexpr int exit_expelled = 3;

struct arguments {
  std::string config_file;
  std::vector<std::string> settings;
};

/// Signals are taken by the main thread alone; every thread that is started
/// later inherits the mask.
sigset_t block_signals() {
  sigset_t taken;
  sigemptyset(&taken);
  sigaddset(&taken, SIGTERM);
  sigaddset(&taken, SIGINT);
  sigaddset(&taken, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &taken, nullptr);
  return taken;
}

/// Says why the node can't start, a line for each reason, whatever the log's
/// level is.
void explain(std::string_view event, const std::string& why) {
  parley::log::set_level(parley::log::level::info);
  std::istringstream reasons{why};
  for (std::string each; std::getline(reasons, each);)
    parley::log::error(event, {{"why", "parleyd: " + each}});
  parley::log::flush();
}

/// What can be changed of the configuration while the node runs, but for the
/// files that it names.
void reload_level(const arguments& args) {
  auto config = parley::conf::load(args.config_file, args.settings);
  if (config)
    parley::log::set_level(config->log.level);
  else
    parley::log::error("reload_failed", {{"why", config.error().detail}});
}

int run(const arguments& args) {
  auto config = parley::conf::load(args.config_file, args.settings);
  if (!config) {
    explain("configuration_refused", config.error().detail);
    return 2;
  }
  parley::raise_descriptor_limit();
#ifdef PARLEY_MIMALLOC
  // What is looked up next is seldom near what was looked up last: with small
  // pages most look-ups wait for the page table as well.
  mi_option_enable(mi_option_large_os_pages);
#endif
  auto taken = block_signals();
  auto started = pn::node::start(std::move(*config));
  if (!started) {
    explain("start_failed", started.error().detail);
    return 1;
  }
  for (int signal = 0; sigwait(&taken, &signal) == 0 && signal == SIGHUP;) {
    reload_level(args);
    if (auto reloaded = (*started)->reload(); !reloaded)
      parley::log::error("reload_failed", {{"why", reloaded.error().detail}});
    else
      parley::log::info("reloaded");
  }
  if (!(*started)->stop()) {
    // Everything acknowledged is on disk; what hangs would hang for ever.
    parley::log::flush();
    std::_Exit(1);
  }
  auto why = (*started)->expulsion();
  started->reset();
  parley::log::flush();
  if (!why)
    return 0;
  explain("no_longer_a_member", *why);
  return exit_expelled;
}

} // namespace

int main(int argc, char** argv) {
  // What a node keeps is for nobody else on its machine to read.
  ::umask(077);
  CLI::App app{"One node of Parley, a real-time chat cluster.", "parleyd"};
  arguments args;
  std::string data_dir;
  std::string client;
  std::string ops;
  app.add_option("--config", args.config_file,
                 "YAML file; conf/node.yaml shows every key. Without one, the "
                 "defaults are used.");
  app
    .add_option("--set", args.settings, "KEY=VALUE, over the file; repeatable")
    ->allow_extra_args(false);
  app.add_option("--data-dir", data_dir, "DIR: --set data_dir=DIR");
  app.add_option("--client", client,
                 "HOST:PORT: --set client.listen=…; port 0 lets the system "
                 "pick");
  app.add_option("--ops", ops, "HOST:PORT: --set ops.listen=…");
  app.set_version_flag("--version", std::string{pn::version()});
  app.footer("Exit codes: 0 stopped as asked, 1 could not start or stop in "
             "time, 2 bad command line or configuration, 3 no member of its "
             "cluster any more.\n"
             "SIGTERM drains and stops, SIGHUP reads the TLS files, the "
             "TURN secrets and log.level anew.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? 0 : 2;
  }
  if (!data_dir.empty())
    args.settings.push_back("data_dir=" + data_dir);
  if (!client.empty())
    args.settings.push_back("client.listen=" + client);
  if (!ops.empty())
    args.settings.push_back("ops.listen=" + ops);
  return run(args);
}
