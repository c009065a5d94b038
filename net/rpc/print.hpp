#pragma once

#include "actors/replies.hpp"
#include "base/error.hpp"
#include "net/rpc/method_table.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// JSON as it goes to clients, appended to a string in one pass.
namespace parley::net::rpc {

/// PROTOCOL.md section 4: the number and the name that clients see.
struct wire_code {
  int code;
  std::string_view name;
  /// The HTTP status of the same failure.
  unsigned http_status;
};
wire_code wire_code_of(errc code);

/// `{"code":…,"message":…,"data":{…}}`
void write_error(std::string& out, const error& why);

/// A response; `id` is JSON, `null` where it could not be read.
std::string error_response(std::string_view id, const error& why);
std::string response(std::string_view id, const method& called,
                     const actors::reply& what);
/// A response with a result that is JSON already.
std::string response(std::string_view id, std::string_view result_json);

/// Notifications, whole.
std::string notification(const actors::conversation_event& what);
std::string notification(const actors::presence_view& what);
std::string notification(const actors::signal& what);
std::string notification(const actors::match_event& what);
std::string notification(const actors::settings_change& what);
std::string gap_notification(const conversation_id& conversation, seq last_seq);
/// `url` is where to go, or empty.
std::string goaway_notification(std::uint32_t reconnect_after_ms,
                                std::string_view url);

/// `{id, display_name, avatar?, created_at, guest}`
void write_profile(std::string& out, const actors::profile& user);

/// `text` as a JSON string, quotes included.
void write_string(std::string& out, std::string_view text);

} // namespace parley::net::rpc
