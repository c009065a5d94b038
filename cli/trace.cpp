#include "cli/command.hpp"
#include "cli/output.hpp"

#include <boost/json/object.hpp>

#include <iostream>
#include <memory>

namespace parley::cli {

namespace {

struct trace_arguments {
  std::string conversation;
  std::uint64_t seq = 0;
};

// A point in time, and how long after the message was accepted.
std::string moment(const boost::json::value& found, std::string_view name) {
  auto at = number(found, name);
  if (at == 0)
    return "not yet";
  auto since = at - number(found, "accepted_us");
  return time_of_ms(at / 1000) + "  +" + std::to_string(since) + " us";
}

void show(const boost::json::value& found) {
  std::cout << sheet({
    {"conversation", text(found, "conversation")},
    {"seq", text(found, "seq")},
    {"accepted", moment(found, "accepted_us")},
    {"committed", moment(found, "committed_us")},
    {"delivered", moment(found, "delivered_us")},
    {"deliveries", text(found, "deliveries")},
    {"sessions", text(found, "sessions")},
  });
}

} // namespace

void add_trace(CLI::App& app, session& with) {
  auto* command = app.add_subcommand(
    "trace", "Show when a recent event was accepted, made durable and given to "
             "sessions (the first eight are named)");
  auto given = std::make_shared<trace_arguments>();
  command
    ->add_option("CONVERSATION", given->conversation, "The conversation's id")
    ->required();
  command->add_option("SEQ", given->seq, "The event's position in it")
    ->required();
  command->callback([&with, given] {
    with.run = [&with, given] {
      return with.ask(
        "trace", {{"conversation", given->conversation}, {"seq", given->seq}},
        show);
    };
  });
}

} // namespace parley::cli
