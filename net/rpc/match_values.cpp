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

// A newer node may know more of them.
std::string_view name_of_ending(std::uint32_t why) {
  switch (static_cast<match::ending>(why)) {
    case match::ending::left: return "left";
    case match::ending::next: return "next";
    case match::ending::disconnected: return "disconnected";
    case match::ending::reported: return "reported";
  }
  return "left";
}

void write_texts(json_out& out, std::string_view name,
                 const std::vector<std::string>& texts) {
  out.key(name);
  out.begin_array();
  for (const auto& each : texts)
    out.value(std::string_view{each});
  out.end_array();
}

void write_found(json_out& out, const actors::match_event& what) {
  out.key("partner");
  out.begin_object();
  out.member("id", what.partner);
  out.member("display_name", std::string_view{what.partner_name});
  write_texts(out, "shared_interests", what.shared);
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
  write_texts(out, "shared_interests", what.shared);
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
