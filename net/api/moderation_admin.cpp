#include "net/api/moderation_admin.hpp"

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "net/api/answer.hpp"
#include "net/rpc/results.hpp"

#include <array>
#include <utility>

namespace parley::net {

namespace {

constexpr std::size_t note_bytes_max = 1024;
constexpr std::size_t operator_bytes_max = 64;
constexpr std::size_t report_id_size = 26;
constexpr std::size_t report_word_max = 64;
constexpr timestamp_ms without_end = -1;

std::string who_asks(rpc::params& in) {
  if (!in.has("by"))
    return "operator";
  return in.line("by", 1, operator_bytes_max);
}

std::string report_of(rpc::params& in) {
  auto id = in.line("report", 1, report_word_max);
  if (in.done() && id.size() != report_id_size)
    in.fail("report", "there is no report " + id, errc::not_found);
  return id;
}

void sanction(const exchange_ptr& request, rpc::params& in,
              actors::sanction_kind kind) {
  auto user = in.user();
  actors::sanction what;
  what.kind = kind;
  what.until = in.has("until_ts") ? in.time("until_ts") : without_end;
  if (what.until != without_end && what.until <= system_clock().now_ms())
    in.fail("until_ts", "is over");
  if (in.has("reason"))
    what.reason = in.line("reason", 0, note_bytes_max);
  what.by = who_asks(in);
  ask(request, in.to_user(user, std::move(what)), rpc::write_done);
}

void lift(const exchange_ptr& request, rpc::params& in,
          actors::sanction_kind kind) {
  auto user = in.user();
  actors::sanction what;
  what.kind = kind;
  if (in.has("reason"))
    what.reason = in.line("reason", 0, note_bytes_max);
  what.by = who_asks(in);
  ask(request, in.to_user(user, std::move(what)), rpc::write_done);
}

} // namespace

bool moderation_admin::call(std::string_view method,
                            const exchange_ptr& request, rpc::params& in) {
  using self = moderation_admin;
  struct entry {
    std::string_view name;
    void (self::*run)(const exchange_ptr&, rpc::params&);
  };
  static constexpr std::array table{
    entry{"user.ban", &self::ban},
    entry{"user.unban", &self::unban},
    entry{"user.mute", &self::mute},
    entry{"user.unmute", &self::unmute},
    entry{"reports.list", &self::list_reports},
    entry{"reports.show", &self::show_report},
    entry{"reports.resolve", &self::resolve_report},
    entry{"audit", &self::read_audit},
  };
  for (const auto& [name, run] : table) {
    if (name != method)
      continue;
    (this->*run)(request, in);
    return true;
  }
  return false;
}

void moderation_admin::ban(const exchange_ptr& request, rpc::params& in) {
  sanction(request, in, actors::sanction_kind::ban);
}

void moderation_admin::unban(const exchange_ptr& request, rpc::params& in) {
  lift(request, in, actors::sanction_kind::ban);
}

void moderation_admin::mute(const exchange_ptr& request, rpc::params& in) {
  sanction(request, in, actors::sanction_kind::mute);
}

void moderation_admin::unmute(const exchange_ptr& request, rpc::params& in) {
  lift(request, in, actors::sanction_kind::mute);
}

void moderation_admin::list_reports(const exchange_ptr& request,
                                    rpc::params& in) {
  actors::list_reports what;
  what.limit = in.limit(limits::page_default, limits::page_max);
  if (in.has("before"))
    what.before = in.line("before", report_id_size, report_id_size);
  what.open_only = in.has("open") && in.flag("open");
  if (in.has("user"))
    what.user = in.user();
  ask(request, in.to_moderation(std::move(what)), rpc::write_reports);
}

void moderation_admin::show_report(const exchange_ptr& request,
                                   rpc::params& in) {
  ask(request, in.to_moderation(actors::show_report{report_of(in)}),
      rpc::write_report);
}

void moderation_admin::resolve_report(const exchange_ptr& request,
                                      rpc::params& in) {
  actors::resolve_report what;
  what.id = report_of(in);
  what.by = who_asks(in);
  if (in.has("note"))
    what.note = in.line("note", 0, note_bytes_max);
  ask(request, in.to_moderation(std::move(what)), rpc::write_done);
}

void moderation_admin::read_audit(const exchange_ptr& request,
                                  rpc::params& in) {
  actors::read_audit what;
  if (in.has("from_ts"))
    what.from = in.time("from_ts");
  if (in.has("to_ts"))
    what.to = in.time("to_ts");
  what.limit = in.limit(limits::page_default, limits::audit_page_max);
  ask(request, in.to_moderation(what), rpc::write_audit);
}

} // namespace parley::net
