#include "net/rpc/results.hpp"

#include "net/rpc/values.hpp"

namespace parley::net::rpc {

namespace {

// `body` writes the members of the result's object.
template <class Body>
void object(std::string& out, Body&& body) {
  append_json(out, [&](json_out& to) {
    to.begin_object();
    body(to);
    to.end_object();
  });
}

void write_page(json_out& to, const actors::events_page& page) {
  write_array(to, "events", page.events);
  to.member("has_more", page.has_more);
}

} // namespace

void write_done(std::string& out, const actors::reply&) {
  out += "{}";
}

void write_sent(std::string& out, const actors::reply& what) {
  const auto& sent = std::get<actors::sent>(what);
  object(out, [&](json_out& to) {
    to.member("conversation", sent.conversation);
    to.member("seq", sent.at);
    to.member("ts", sent.ts);
    if (sent.duplicate)
      to.member("duplicate", true);
  });
}

void write_changed(std::string& out, const actors::reply& what) {
  const auto& changed = std::get<actors::changed>(what);
  object(out, [&](json_out& to) { to.member("seq", changed.at); });
}

void write_history(std::string& out, const actors::reply& what) {
  const auto& page = std::get<actors::history_page>(what);
  object(out, [&](json_out& to) {
    write_array(to, "messages", page.messages);
    to.member("has_more", page.has_more);
  });
}

void write_sync(std::string& out, const actors::reply& what) {
  const auto& found = std::get<actors::sync_result>(what);
  object(out, [&](json_out& to) {
    to.key("conversations");
    to.begin_array();
    for (const auto& page : found.pages) {
      to.begin_object();
      to.member("id", page.conversation);
      write_page(to, page);
      to.end_object();
    }
    to.end_array();
    write_array(to, "new", found.fresh);
    to.member_if("cursor", found.cursor.view());
  });
}

void write_conversation(std::string& out, const actors::reply& what) {
  const auto& summary = std::get<actors::conversation_summary>(what);
  object(out, [&](json_out& to) {
    to.key("conversation");
    write(to, summary);
  });
}

void write_conversations(std::string& out, const actors::reply& what) {
  const auto& list = std::get<actors::conversation_list>(what);
  object(out, [&](json_out& to) {
    write_array(to, "conversations", list.conversations);
    to.member_if("cursor", std::string_view{list.cursor});
  });
}

void write_details(std::string& out, const actors::reply& what) {
  const auto& details = std::get<actors::conversation_details>(what);
  object(out, [&](json_out& to) {
    to.key("conversation");
    write(to, details.summary);
    write_array(to, "members", details.members);
    to.member_if("members_cursor", details.members_after.view());
  });
}

void write_presences(std::string& out, const actors::reply& what) {
  const auto& list = std::get<actors::presence_list>(what);
  object(out,
         [&](json_out& to) { write_array(to, "presences", list.presences); });
}

void write_user(std::string& out, const actors::reply& what) {
  const auto& profile = std::get<actors::profile>(what);
  object(out, [&](json_out& to) {
    to.key("user");
    write(to, profile);
  });
}

void write_users(std::string& out, const actors::reply& what) {
  const auto& list = std::get<actors::user_list>(what);
  object(out, [&](json_out& to) { write_array(to, "users", list.users); });
}

void write_blocked(std::string& out, const actors::reply& what) {
  const auto& list = std::get<actors::blocked_list>(what);
  object(out, [&](json_out& to) {
    to.list_member("users", list.users);
    to.member_if("cursor", list.cursor.view());
  });
}

void write_reactions(std::string& out, const actors::reply& what) {
  const auto& list = std::get<actors::reaction_list>(what);
  object(out, [&](json_out& to) {
    write_array(to, "reactions", list.reactions);
    to.member_if("cursor", list.cursor.view());
  });
}

void write_contacts(std::string& out, const actors::reply& what) {
  const auto& list = std::get<actors::contact_list>(what);
  object(out, [&](json_out& to) {
    write_array(to, "contacts", list.contacts);
    to.member_if("cursor", list.cursor.view());
  });
}

void write_enqueued(std::string& out, const actors::reply& what) {
  const auto& it = std::get<actors::enqueued>(what);
  object(out, [&](json_out& to) {
    to.member("ticket", it.ticket);
    to.member("waiting", it.waiting);
    if (it.wait_p50_ms < 0)
      return;
    to.key("expected_wait_ms");
    to.begin_object();
    to.member("p50", it.wait_p50_ms);
    to.member("p90", it.wait_p90_ms);
    to.end_object();
  });
}

void write_matches(std::string& out, const actors::reply& what) {
  const auto& list = std::get<actors::match_list>(what);
  object(out, [&](json_out& to) {
    write_array(to, "matches", list.matches);
    to.member("has_more", list.has_more);
  });
}

void write_events(std::string& out, const actors::reply& what) {
  const auto& page = std::get<actors::events_page>(what);
  object(out, [&](json_out& to) { write_page(to, page); });
}

void write_inspection(std::string& out, const actors::reply& what) {
  const auto& found = std::get<actors::inspection>(what);
  object(out, [&](json_out& to) {
    for (const auto& [name, value] : found.rows)
      to.member(name, std::string_view{value});
  });
}

} // namespace parley::net::rpc
