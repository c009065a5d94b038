#include "net/rpc/results.hpp"
#include "net/rpc/values.hpp"

// What moderation answers.
namespace parley::net::rpc {

void write(json_out& out, const actors::report_view& what) {
  const auto& x = what.content;
  out.begin_object();
  out.member("id", std::string_view{what.id});
  out.member("user", x.user);
  out.member("reporter", x.reporter);
  out.member_if("conversation", x.conversation.view());
  if (!x.seqs.empty()) {
    out.key("seqs");
    out.begin_array();
    for (auto at : x.seqs)
      out.value(at);
    out.end_array();
  }
  out.member("reason", std::string_view{x.reason});
  out.member_if("text", std::string_view{x.text});
  out.member("at", x.at);
  out.member("open", x.resolved_at == 0);
  out.member_if("resolved_at", x.resolved_at);
  out.member_if("resolved_by", std::string_view{x.resolved_by});
  out.member_if("note", std::string_view{x.note});
  out.end_object();
}

void write(json_out& out, const storage::audit_record& what) {
  out.begin_object();
  out.member("at", what.at);
  out.member("action", std::string_view{what.action});
  out.member("by", std::string_view{what.by});
  out.member("subject", std::string_view{what.subject});
  out.member_if("until", what.until);
  out.member_if("reason", std::string_view{what.reason});
  out.end_object();
}

void write_reported(std::string& out, const actors::reply& what) {
  append_json(out, [&](json_out& to) {
    to.begin_object();
    to.member("report",
              std::string_view{std::get<actors::reported>(what).report});
    to.end_object();
  });
}

void write_reports(std::string& out, const actors::reply& what) {
  const auto& list = std::get<actors::report_list>(what);
  append_json(out, [&](json_out& to) {
    to.begin_object();
    write_array(to, "reports", list.reports);
    to.member_if("before", std::string_view{list.before});
    to.end_object();
  });
}

void write_report(std::string& out, const actors::reply& what) {
  const auto& details = std::get<actors::report_details>(what);
  append_json(out, [&](json_out& to) {
    to.begin_object();
    to.key("report");
    write(to, details.report);
    write_array(to, "evidence", details.evidence);
    to.end_object();
  });
}

void write_audit(std::string& out, const actors::reply& what) {
  const auto& page = std::get<actors::audit_page>(what);
  append_json(out, [&](json_out& to) {
    to.begin_object();
    write_array(to, "actions", page.actions);
    to.member("has_more", page.has_more);
    to.end_object();
  });
}

} // namespace parley::net::rpc
