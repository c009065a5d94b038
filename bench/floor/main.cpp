#include "base/descriptor_limit.hpp"
#include "bench/floor/relay.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <string>

namespace {

constexpr const char* about
  = "parley-floor passes the load generator's messages on, and does nothing "
    "else: what a node's figures are compared with.";

constexpr const char* epilogue = R"(
Prints the address that it listens on, and runs until it is ended.

  parley-floor --sync /var/tmp/floor
  parley-bench pairs --protocol floor --node 127.0.0.1:PORT
)";

enum exit_code { exit_ok, exit_usage = 2, exit_failed };

int fail(const parley::error& why) {
  std::fprintf(stderr, "parley-floor: %s\n", why.detail.c_str());
  return exit_failed;
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{about, "parley-floor"};
  app.footer(epilogue);
  parley::bench::relay::options opts;
  app.add_option("--port", opts.port, "Of 127.0.0.1; 0: one that is free");
  app.add_option("--sync", opts.file,
                 "Append each message to this file and sync it, those of a "
                 "round together, before it is passed on");
  app.add_flag("--gather", opts.gathers,
               "One send for all that goes to a socket in a round");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? exit_ok : exit_usage;
  }
  parley::raise_descriptor_limit();
  auto opened = parley::bench::relay::open(opts);
  if (!opened)
    return fail(opened.error());
  std::printf("127.0.0.1:%u\n", static_cast<unsigned>(opened->port()));
  std::fflush(stdout);
  return fail(opened->run());
}
