#pragma once

#include "actors/replies.hpp"
#include "net/rpc/json_out.hpp"

/// The values that results and events are made of.
namespace parley::net::rpc {

void write(json_out& out, const actors::message& what);
/// The event's name and its parameters.
std::string_view event_name(const actors::conversation_event& what);
void write(json_out& out, const actors::conversation_event& what);
/// As a notification without `jsonrpc`.
void write(json_out& out, const actors::durable_event& what);
void write(json_out& out, const actors::conversation_summary& what);
void write(json_out& out, const actors::member_view& what);
void write(json_out& out, const actors::profile& what);
void write(json_out& out, const actors::presence_view& what);
void write(json_out& out, const actors::report_view& what);
void write(json_out& out, const storage::audit_record& what);
void write(json_out& out, const actors::signal& what);
void write(json_out& out, const actors::settings_change& what);
void write(json_out& out, const actors::reaction_view& what);
void write(json_out& out, const actors::match_event& what);
void write(json_out& out, const actors::match_view& what);

template <class T>
void write_array(json_out& out, std::string_view name,
                 const std::vector<T>& values) {
  out.key(name);
  out.begin_array();
  for (const auto& each : values)
    write(out, each);
  out.end_array();
}

} // namespace parley::net::rpc
