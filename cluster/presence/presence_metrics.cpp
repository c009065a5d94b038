#include "cluster/presence/presence_metrics.hpp"

#include "base/metrics.hpp"

namespace parley::cluster::presence {

presence_metrics& presence_metrics::instance() {
  static presence_metrics all{
    metrics::gauge("redis_up", "Redises that presence can be written to."),
    metrics::counter("redis_commands_total", "Commands that Redis answered."),
    metrics::counter("redis_errors_total",
                     "Commands that Redis refused, and connections that broke "
                     "or were not made."),
    metrics::gauge("presence_dirty",
                   "Users that Redis has still to be told of."),
    metrics::counter("presence_reasserted_total",
                     "Users told again to a Redis that had lost them."),
    metrics::counter("presence_stale_total",
                     "Users looked up whose presence was not known for sure."),
    metrics::histogram("redis_latency_seconds",
                       "From a command to its answer from Redis.",
                       metrics::latency_bounds()),
  };
  return all;
}

} // namespace parley::cluster::presence
