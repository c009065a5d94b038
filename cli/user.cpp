#include "cli/command.hpp"
#include "cli/moderation.hpp"
#include "cli/output.hpp"

#include <boost/json/object.hpp>

#include <charconv>
#include <chrono>
#include <iostream>
#include <memory>

namespace parley::cli {

namespace json = boost::json;

namespace {

struct user_arguments {
  std::string id;
  std::string reason;
  std::string by;
  std::uint64_t seconds = 0;
};

using arguments = std::shared_ptr<user_arguments>;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
           std::chrono::system_clock::now().time_since_epoch())
    .count();
}

bool is_time(std::string_view name) {
  return name.ends_with("_at") || name.ends_with("_seen")
         || name.ends_with("_until");
}

// What the node says as text; times in words.
std::string shown(std::string_view name, const json::value& x) {
  auto plain = cell(x);
  if (!is_time(name))
    return plain;
  std::int64_t ms = 0;
  auto [end, ec]
    = std::from_chars(plain.data(), plain.data() + plain.size(), ms);
  if (ec != std::errc{} || end != plain.data() + plain.size())
    return plain;
  return ms < 0 ? "for good" : time_of_ms(ms);
}

// Adds a command about one user; `make` gives the call's other parameters.
CLI::App* add(CLI::App& group, session& with, const arguments& given,
              const char* name, const char* help,
              std::function<void(json::object&)> make,
              std::function<void(const json::value&)> show) {
  auto* command = group.add_subcommand(name, help);
  command->add_option("ID", given->id, "The user's handle")->required();
  command->callback(
    [&with, given, name, make = std::move(make), show = std::move(show)] {
      with.run = [&with, given, name, make, show] {
        json::object params{{"user", given->id}};
        make(params);
        return with.ask(std::string{"user."} + name, std::move(params), show);
      };
    });
  return command;
}

/// Adds a command that keeps a user out or quiet, which may have an end, or
/// that lets it be.
void add_sanction(CLI::App& group, session& with, const arguments& given,
                  const char* name, const char* help,
                  std::function<void(const json::value&)> say, bool ends) {
  auto* command = add(
    group, with, given, name, help,
    [given](json::object& params) {
      if (given->seconds > 0)
        params["until_ts"]
          = now_ms() + static_cast<std::int64_t>(given->seconds) * 1000;
      if (!given->reason.empty())
        params["reason"] = given->reason;
      add_operator(params, given->by);
    },
    std::move(say));
  command->add_option("--reason", given->reason, "Kept in the audit log");
  add_operator_option(*command, given->by);
  if (ends)
    command
      ->add_option("--for", given->seconds,
                   "How long, such as 30m, 12h or 7d; for good without it")
      ->transform(duration_in_seconds());
}

} // namespace

void add_user(CLI::App& app, session& with) {
  auto* group
    = app.add_subcommand("user", "Look at a user, ban, mute or sign out");
  group->require_subcommand(1);
  auto given = std::make_shared<user_arguments>();
  auto nothing = [](json::object&) {};
  auto say = [given](const char* what) {
    return [given, what](const json::value&) {
      std::cout << given->id << ' ' << what << '\n';
    };
  };
  add(*group, with, given, "show", "Show what the node knows of the user",
      nothing, [](const json::value& found) {
        std::vector<std::vector<std::string>> rows;
        if (const auto* all = found.if_object())
          for (const auto& [name, value] : *all)
            rows.push_back({std::string{name}, shown(name, value)});
        std::cout << sheet(rows);
      });
  add_sanction(*group, with, given, "ban",
               "Keep the user out and close its sessions (4503), for good or "
               "for a time",
               say("is banned"), true);
  add_sanction(*group, with, given, "unban", "Let the user in again",
               say("may sign in again"), false);
  add_sanction(*group, with, given, "mute",
               "Keep the user from writing to others, for good or for a time",
               say("is muted"), true);
  add_sanction(*group, with, given, "unmute", "Let the user write again",
               say("may write again"), false);
  add(*group, with, given, "logout",
      "Revoke all tokens of the user and close its sessions (4501)", nothing,
      say("is signed out everywhere"));
}

} // namespace parley::cli
