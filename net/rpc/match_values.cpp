#include "net/rpc/values.hpp"

// What the two of a match are told, and what operators see of it.
namespace parley::net::rpc {

namespace {

std::string_view name_of(actors::match_event::state what) {
  switch (what) {
    case actors::match_event::state::found: return "found";
    case actors::match_event::state::ended: return "ended";
    case actors::match_event::state::expired: return "expired";
  }
  return "ended";
}

const char* name_of_ending(std::uint32_t why) {
  return to_string(static_cast<match::ending>(why));
}

void write_found(json_out& out, const actors::match_event& what) {
  out.key("partner");
  out.begin_object();
  out.member("id", what.partner);
  out.member("display_name", std::string_view{what.partner_name});
  out.list_member("shared_interests", what.shared);
  out.end_object();
  out.member("polite", what.polite);
}

} // namespace

void write(json_out& out, const actors::match_event& what) {
  out.begin_object();
  out.member("state", name_of(what.what));
  out.member_if("conversation", what.conversation.view());
  if (what.what == actors::match_event::state::found)
    write_found(out, what);
  if (what.what == actors::match_event::state::ended)
    out.member("reason", name_of_ending(what.why));
  out.end_object();
}

void write(json_out& out, const actors::match_view& what) {
  out.begin_object();
  out.member("conversation", what.conversation);
  out.member("first", what.first);
  out.member("second", what.second);
  out.member("first_said", std::string_view{what.first_said});
  out.member("second_said", std::string_view{what.second_said});
  out.list_member("shared_interests", what.shared);
  out.member("began", what.began);
  if (what.ended != 0) {
    out.member("ended", what.ended);
    out.member("how", name_of_ending(what.how));
    out.member_if("by", what.by.view());
  }
  out.member("reported", what.reported);
  out.end_object();
}

} // namespace parley::net::rpc
