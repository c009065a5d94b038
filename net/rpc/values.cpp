#include "net/rpc/values.hpp"

#include <array>

namespace parley::net::rpc {

namespace {

using actors::presence_status;
using storage::event_kind;

std::string_view name_of(conversation_kind kind) {
  switch (kind) {
    case conversation_kind::direct: return "direct";
    case conversation_kind::group: return "group";
    case conversation_kind::match: return "match";
  }
  return "group";
}

std::string_view name_of(storage::member_role role) {
  switch (role) {
    case storage::member_role::member: return "member";
    case storage::member_role::admin: return "admin";
    case storage::member_role::owner: return "owner";
  }
  return "member";
}

std::string_view name_of(actors::signal_kind kind) {
  switch (kind) {
    case actors::signal_kind::ring: return "ring";
    case actors::signal_kind::offer: return "offer";
    case actors::signal_kind::answer: return "answer";
    case actors::signal_kind::candidate: return "candidate";
    case actors::signal_kind::hangup: return "hangup";
  }
  return "hangup";
}

std::string_view name_of(presence_status status) {
  switch (status) {
    case presence_status::online: return "online";
    case presence_status::away: return "away";
    case presence_status::busy: return "busy";
    case presence_status::invisible: return "invisible";
    case presence_status::offline: return "offline";
  }
  return "offline";
}

// What `event.conversation` says has changed; empty for the other events.
std::string_view change_of(event_kind kind) {
  switch (kind) {
    case event_kind::created: return "created";
    case event_kind::updated: return "updated";
    case event_kind::joined: return "joined";
    case event_kind::left: return "left";
    case event_kind::role: return "role";
    case event_kind::edited:
    case event_kind::deleted:
    case event_kind::reaction: return {};
  }
  return {};
}

std::string_view event_name(const actors::log_event& what) {
  switch (what.content.kind) {
    case event_kind::edited: return "event.edited";
    case event_kind::deleted: return "event.deleted";
    case event_kind::reaction: return "event.reaction";
    default: return "event.conversation";
  }
}

void write_users(json_out& out, std::string_view name,
                 const std::vector<user_id>& users) {
  if (!users.empty())
    out.list_member(name, users);
}

void write_content(json_out& out, const storage::message_record& what) {
  out.member_if("text", std::string_view{what.text});
  if (!what.attachments.empty())
    out.raw_member("attachments", what.attachments);
  out.member_if("reply_to", what.reply_to);
  write_users(out, "mentions", what.mentions);
  out.member_if("edited_ts", what.edited_ts);
  if (what.reactions.empty())
    return;
  out.key("reactions");
  out.begin_object();
  for (const auto& [emoji, count] : what.reactions)
    out.member(emoji, count);
  out.end_object();
}

void write_change(json_out& out, const storage::event_record& what) {
  out.member("change", change_of(what.kind));
  write_users(out, "users", what.users);
  if (what.kind == event_kind::role)
    out.member("role", name_of(what.role));
  else
    out.member_if("title", std::string_view{what.value});
}

// The text of an edit whose message was deleted since is gone.
void write_params(json_out& out, const actors::log_event& what) {
  const auto& content = what.content;
  out.begin_object();
  out.member("conversation", what.conversation);
  out.member("seq", what.at);
  if (!change_of(content.kind).empty())
    write_change(out, content);
  else
    out.member("target", content.target);
  if (content.kind == event_kind::edited) {
    out.member_if("text", std::string_view{what.text});
    write_users(out, "mentions", content.users);
  }
  if (content.kind == event_kind::reaction) {
    out.member("emoji", std::string_view{content.value});
    if (content.removed)
      out.member("removed", true);
  }
  out.member("by", content.by);
  out.member(content.kind == event_kind::edited ? "edited_ts" : "ts",
             content.ts);
  out.end_object();
}

void write_params(json_out& out, const actors::receipt& what) {
  out.begin_object();
  out.member("conversation", what.conversation);
  out.member("user", what.user);
  out.member_if("delivered_seq", what.delivered_seq);
  out.member_if("read_seq", what.read_seq);
  out.end_object();
}

void write_params(json_out& out, const actors::read_count& what) {
  out.begin_object();
  out.member("conversation", what.conversation);
  out.member("seq", what.at);
  out.member("read_by", what.read_by);
  out.end_object();
}

void write_params(json_out& out, const actors::typing& what) {
  out.begin_object();
  out.member("conversation", what.conversation);
  out.member("user", what.user);
  out.member("on", what.on);
  out.end_object();
}

void write_params(json_out& out, const actors::position& what) {
  out.begin_object();
  out.member("conversation", what.conversation);
  out.member("last_seq", what.at);
  out.end_object();
}

void write_params(json_out& out, const actors::message& what) {
  write(out, what);
}

template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>;

} // namespace

void write(json_out& out, const actors::message& what) {
  const auto& content = what.content;
  out.begin_object();
  out.member("conversation", what.conversation);
  out.member("seq", what.at);
  out.member("sender", content.sender);
  if (!content.deleted)
    out.member("client_id", content.client_id);
  out.member("ts", content.ts);
  if (!content.deleted)
    out.member("type", std::string_view{content.type});
  if (content.deleted)
    out.member("deleted", true);
  else
    write_content(out, content);
  if (!what.mine.empty())
    out.list_member("mine", what.mine);
  out.end_object();
}

std::string_view event_name(const actors::conversation_event& what) {
  using std::string_view;
  return std::visit(
    overloaded{
      [](const actors::message&) -> string_view { return "event.message"; },
      [](const actors::log_event& e) -> string_view { return event_name(e); },
      [](const actors::typing&) -> string_view { return "event.typing"; },
      [](const actors::position&) -> string_view { return "event.gap"; },
      [](const auto&) -> string_view { return "event.receipt"; },
    },
    what);
}

void write(json_out& out, const actors::conversation_event& what) {
  std::visit([&](const auto& x) { write_params(out, x); }, what);
}

void write(json_out& out, const actors::durable_event& what) {
  const auto* message = std::get_if<actors::message>(&what);
  out.begin_object();
  out.member("method", message != nullptr
                         ? std::string_view{"event.message"}
                         : event_name(std::get<actors::log_event>(what)));
  out.key("params");
  std::visit([&](const auto& x) { write_params(out, x); }, what);
  out.end_object();
}

void write(json_out& out, const actors::conversation_summary& what) {
  out.begin_object();
  out.member("id", what.id);
  out.member("kind", name_of(what.kind));
  out.member_if("title", std::string_view{what.title});
  out.member("public", what.is_public);
  out.member("created_at", what.created_at);
  out.member("last_seq", what.last_seq);
  if (what.last_message) {
    out.key("last_message");
    write(out, *what.last_message);
  }
  out.member("unread", what.unread);
  out.member("read_seq", what.read_seq);
  out.member("member_count", what.member_count);
  out.member_if("muted_until", what.muted_until);
  out.member_if("peer", what.peer.view());
  out.end_object();
}

void write(json_out& out, const actors::member_view& what) {
  out.begin_object();
  out.member("user", what.user);
  out.member("role", name_of(what.role));
  out.member("joined_at", what.joined_at);
  out.member("read_seq", what.read_seq);
  out.member("delivered_seq", what.delivered_seq);
  out.end_object();
}

void write(json_out& out, const actors::profile& what) {
  out.begin_object();
  out.member("id", what.id);
  out.member("display_name", std::string_view{what.display_name});
  out.member_if("avatar", std::string_view{what.avatar});
  out.member("created_at", what.created_at);
  out.member("guest", what.guest);
  out.end_object();
}

void write(json_out& out, const actors::presence_view& what) {
  out.begin_object();
  out.member("user", what.user);
  out.member("status", name_of(what.status));
  out.member_if("last_seen", what.last_seen);
  out.member_if("text", std::string_view{what.text});
  out.end_object();
}

void write(json_out& out, const actors::settings_change& what) {
  using subject = actors::settings_change::subject;
  out.begin_object();
  switch (what.what) {
    case subject::profile:
      out.key("profile");
      write(out, what.user);
      break;
    case subject::presence:
      out.key("presence");
      write(out, what.presence);
      break;
    case subject::contact:
    case subject::block:
      out.key(what.what == subject::contact ? "contact" : "block");
      out.begin_object();
      out.member("user", what.other);
      out.member("on", what.on);
      out.end_object();
      break;
    case subject::mute:
      out.member("conversation", what.conversation);
      out.member("muted_until", what.muted_until);
      break;
  }
  out.end_object();
}

void write(json_out& out, const actors::reaction_view& what) {
  out.begin_object();
  out.member("user", what.by);
  out.member("emoji", std::string_view{what.emoji});
  out.end_object();
}

void write(json_out& out, const actors::signal& what) {
  out.begin_object();
  out.member("conversation", what.conversation);
  out.member("from", what.from);
  out.member("kind", name_of(what.kind));
  out.raw_member("data", what.data);
  out.end_object();
}

} // namespace parley::net::rpc
