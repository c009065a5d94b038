#include "tests/hostile/run.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

int main(int argc, char** argv) {
  using namespace parley::hostile;
  options opts;
  CLI::App app{"Plays a hostile crowd against a node of its own, and judges"};
  app.add_option("--seed", opts.seed);
  app.add_option("--calls", opts.calls);
  app.add_option("--seconds", opts.seconds);
  app.add_option("--nodes", opts.nodes);
  app.add_option("--people", opts.people);
  app.add_option("--round", opts.calls_a_round);
  app.add_option("--bin", opts.bin, "The folder of parleyd")->required();
  app.add_option("--node", opts.node, "The program of the nodes");
  app.add_flag("--first", opts.ends_at_first, "End where something is found");
  app.add_option("--spec", opts.spec, "docs/openrpc.json");
  app.add_option("--plant", opts.planted, "A fault that must be found");
  app.add_flag("--keep", opts.keeps_dir, "Keep the nodes' directories");
  CLI11_PARSE(app, argc, argv);
  auto rules = spec::load(opts.spec);
  auto loop = parley::bench::poller::open();
  if (!rules || !loop) {
    fmt::print(stderr, "hostile: {}\n",
               rules ? loop.error().detail : rules.error().detail);
    return 2;
  }
  if (!opts.planted.empty() && !parse_planted(opts.planted)) {
    fmt::print(stderr, "hostile: no fault is called {}; there are",
               opts.planted);
    for (const auto* name : planted_names())
      fmt::print(stderr, " {}", name);
    fmt::print(stderr, "\n");
    return 2;
  }
  run played{opts, *rules, *loop};
  auto good = played.play();
  if (!good) {
    fmt::print(stderr, "hostile: {}\n", good.error().detail);
    return 2;
  }
  return *good ? 0 : 1;
}
