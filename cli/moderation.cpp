#include "cli/moderation.hpp"

#include "cli/command.hpp"
#include "cli/output.hpp"

#include <boost/json/array.hpp>

#include <charconv>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>

namespace parley::cli {

namespace json = boost::json;

namespace {

struct moderation_arguments {
  std::string report;
  std::string user;
  std::string before;
  std::string note;
  std::string by;
  std::uint32_t limit = 50;
  std::uint64_t since_seconds = 0;
  std::uint64_t until_seconds = 0;
  bool all = false;
};

using arguments = std::shared_ptr<moderation_arguments>;

std::string end_of(const json::value& action) {
  auto until = number(action, "until");
  return until < 0 ? "for good" : time_of_ms(until);
}

void show_reports(const json::value& found) {
  std::vector<std::vector<std::string>> rows{
    {"REPORT", "AT", "USER", "REPORTER", "STATE", "REASON"}};
  for (const auto& each : list_in(found, "reports"))
    rows.push_back({text(each, "id"), time_of_ms(number(each, "at")),
                    text(each, "user"), text(each, "reporter"),
                    member(each, "open") == true ? "open" : "resolved",
                    text(each, "reason")});
  std::cout << table(rows);
  if (auto next = text(found, "before"); !next.empty())
    std::cout << "… and more: --before " << next << '\n';
}

void show_report(const json::value& found) {
  const auto& what = member(found, "report");
  std::cout << sheet({
    {"report", text(what, "id")},
    {"at", time_of_ms(number(what, "at"))},
    {"user", text(what, "user")},
    {"reporter", text(what, "reporter")},
    {"conversation", text(what, "conversation")},
    {"seqs", text(what, "seqs")},
    {"reason", text(what, "reason")},
    {"text", text(what, "text")},
    {"resolved", time_of_ms(number(what, "resolved_at"))},
    {"resolved_by", text(what, "resolved_by")},
    {"note", text(what, "note")},
  });
  std::vector<std::vector<std::string>> rows{{"SEQ", "AT", "SENDER", "TEXT"}};
  for (const auto& each : list_in(found, "evidence"))
    rows.push_back(
      {text(each, "seq"), time_of_ms(number(each, "ts")), text(each, "sender"),
       member(each, "deleted") == true ? "(deleted)" : text(each, "text")});
  std::cout << '\n' << table(rows);
}

void show_audit(const json::value& found) {
  std::vector<std::vector<std::string>> rows{
    {"AT", "BY", "ACTION", "SUBJECT", "UNTIL", "REASON"}};
  for (const auto& each : list_in(found, "actions"))
    rows.push_back({time_of_ms(number(each, "at")), text(each, "by"),
                    text(each, "action"), text(each, "subject"), end_of(each),
                    text(each, "reason")});
  std::cout << table(rows);
  if (member(found, "has_more") == true)
    std::cout << "… and older ones: --limit shows up to 1000\n";
}

void add_report_list(CLI::App& group, session& with, const arguments& given) {
  auto* command
    = group.add_subcommand("list", "List reports, the newest first");
  command->add_flag("--all", given->all, "Resolved ones, too");
  command->add_option("--user", given->user, "Only those about this user");
  command->add_option("--before", given->before, "Only those before this one");
  command->add_option("-n,--limit", given->limit, "How many (50, at most 200)");
  command->callback([&with, given] {
    with.run = [&with, given] {
      json::object params{{"limit", given->limit}, {"open", !given->all}};
      if (!given->user.empty())
        params["user"] = given->user;
      if (!given->before.empty())
        params["before"] = given->before;
      return with.ask("reports.list", std::move(params), show_reports);
    };
  });
}

} // namespace

CLI::Validator duration_in_seconds() {
  auto read = [](std::string& text) -> std::string {
    constexpr std::uint64_t most = 36'500ull * 86'400;
    std::uint64_t number = 0;
    const auto* end = text.data() + text.size();
    auto [unit, failure] = std::from_chars(text.data(), end, number);
    std::uint64_t size = 0;
    if (unit == end || std::string_view{unit, 1} == "s")
      size = 1;
    else if (*unit == 'm')
      size = 60;
    else if (*unit == 'h')
      size = 3600;
    else if (*unit == 'd')
      size = 86'400;
    if (failure != std::errc{} || size == 0 || (unit != end && unit + 1 != end)
        || number == 0 || number > most / size)
      return text + " is no time from 1s to 36500d, such as 30m, 12h or 7d";
    text = std::to_string(number * size);
    return {};
  };
  return {read, "DURATION"};
}

void add_operator_option(CLI::App& command, std::string& by) {
  command
    .add_option("--by", by, "Who does it, for the audit log (who is logged in)")
    ->envname("PARLEY_OPERATOR");
}

void add_operator(json::object& params, const std::string& by) {
  const char* login = std::getenv("USER");
  if (!by.empty())
    params["by"] = by;
  else if (login != nullptr && *login != '\0')
    params["by"] = login;
}

void add_reports(CLI::App& app, session& with) {
  auto* group = app.add_subcommand("reports", "What users report of others");
  group->require_subcommand(1);
  auto given = std::make_shared<moderation_arguments>();
  add_report_list(*group, with, given);
  auto* show = group->add_subcommand("show", "Show a report and its evidence");
  show->add_option("REPORT", given->report, "Its id")->required();
  show->callback([&with, given] {
    with.run = [&with, given] {
      return with.ask("reports.show", {{"report", given->report}}, show_report);
    };
  });
  auto* resolve
    = group->add_subcommand("resolve", "Say that a report is dealt with");
  resolve->add_option("REPORT", given->report, "Its id")->required();
  resolve->add_option("--note", given->note, "What came of it");
  add_operator_option(*resolve, given->by);
  resolve->callback([&with, given] {
    with.run = [&with, given] {
      json::object params{{"report", given->report}};
      if (!given->note.empty())
        params["note"] = given->note;
      add_operator(params, given->by);
      return with.ask("reports.resolve", std::move(params),
                      [given](const json::value&) {
                        std::cout << given->report << " is resolved\n";
                      });
    };
  });
}

void add_audit(CLI::App& app, session& with) {
  auto given = std::make_shared<moderation_arguments>();
  auto* command = app.add_subcommand(
    "audit", "List what was done to users and reports, the oldest first");
  command
    ->add_option("--since", given->since_seconds,
                 "Only what is younger than this, such as 12h or 7d")
    ->transform(duration_in_seconds());
  command
    ->add_option("--until", given->until_seconds,
                 "Only what is older than this, such as 1h")
    ->transform(duration_in_seconds());
  command->add_option("-n,--limit", given->limit,
                      "How many, of the last (50, at most 1000)");
  command->callback([&with, given] {
    with.run = [&with, given] {
      json::object params{{"limit", given->limit}};
      if (given->since_seconds > 0)
        params["from_ts"] = ms_before_now(given->since_seconds);
      if (given->until_seconds > 0)
        params["to_ts"] = ms_before_now(given->until_seconds);
      return with.ask("audit", std::move(params), show_audit);
    };
  });
}

} // namespace parley::cli
