#include "net/rpc/print.hpp"

#include "net/rpc/values.hpp"

namespace parley::net::rpc {

namespace {

constexpr std::string_view response_start = R"({"jsonrpc":"2.0","id":)";

// What went wrong inside a node is for its log: it may name files and keys.
bool is_ours(errc code) {
  return code == errc::corrupt || code == errc::io_failed
         || code == errc::bad_config;
}

void write_error(json_out& out, const error& why) {
  auto known = wire_code_of(why.code);
  out.begin_object();
  out.member("code", known.code);
  out.member("message", known.name);
  out.key("data");
  out.begin_object();
  auto detail = is_ours(why.code) ? std::string_view{} : why.detail;
  out.member("detail", detail.empty() ? known.name : detail);
  out.member_if("retry_after_ms", why.retry_after_ms);
  out.member_if("field", std::string_view{why.field});
  out.end_object();
  out.end_object();
}

// `params` writes the parameters' object.
template <class Params>
std::string event(std::string_view name, Params&& params) {
  std::string out;
  append_json(out, [&](json_out& to) {
    to.begin_object();
    to.member("jsonrpc", "2.0");
    to.member("method", name);
    to.key("params");
    params(to);
    to.end_object();
  });
  return out;
}

std::string begin_response(std::string_view id) {
  std::string out;
  out.reserve(response_start.size() + id.size() + 128);
  out.append(response_start).append(id);
  return out;
}

} // namespace

wire_code wire_code_of(errc code) {
  switch (code) {
    case errc::parse_error: return {-32700, "Parse error", 400};
    case errc::invalid_request: return {-32600, "Invalid Request", 400};
    case errc::method_not_found: return {-32601, "Method not found", 404};
    case errc::bad_params: return {-32602, "Invalid params", 400};
    case errc::unauthenticated: return {401, "unauthenticated", 401};
    case errc::forbidden: return {403, "forbidden", 403};
    case errc::not_found: return {404, "not_found", 404};
    case errc::conflict: return {409, "conflict", 409};
    case errc::too_large: return {413, "too_large", 413};
    case errc::rate_limited: return {429, "rate_limited", 429};
    case errc::unavailable: return {503, "unavailable", 503};
    case errc::internal:
    case errc::corrupt:
    case errc::io_failed:
    case errc::bad_config: break;
  }
  return {-32603, "Internal error", 500};
}

void write_error(std::string& out, const error& why) {
  append_json(out, [&](json_out& to) { write_error(to, why); });
}

std::string error_response(std::string_view id, const error& why) {
  auto out = begin_response(id);
  out += R"(,"error":)";
  write_error(out, why);
  out += '}';
  return out;
}

std::string response(std::string_view id, const method& called,
                     const actors::reply& what) {
  auto out = begin_response(id);
  out += R"(,"result":)";
  called.write_result(out, what);
  out += '}';
  return out;
}

std::string response(std::string_view id, std::string_view result_json) {
  auto out = begin_response(id);
  out.append(R"(,"result":)").append(result_json);
  out += '}';
  return out;
}

std::string notification(const actors::conversation_event& what) {
  return event(event_name(what), [&](json_out& to) { write(to, what); });
}

std::string notification(const actors::presence_view& what) {
  auto seen = what;
  if (seen.status == actors::presence_status::invisible) {
    seen.status = actors::presence_status::offline;
    seen.text.clear();
  }
  return event("event.presence", [&](json_out& to) { write(to, seen); });
}

std::string notification(const actors::signal& what) {
  return event("event.signal", [&](json_out& to) { write(to, what); });
}

std::string notification(const actors::match_event& what) {
  return event("event.match", [&](json_out& to) { write(to, what); });
}

std::string notification(const actors::settings_change& what) {
  return event("event.settings", [&](json_out& to) { write(to, what); });
}

std::string gap_notification(const conversation_id& conversation,
                             seq last_seq) {
  return notification(actors::position{conversation, last_seq});
}

std::string goaway_notification(std::uint32_t reconnect_after_ms,
                                std::string_view url) {
  return event("event.goaway", [&](json_out& to) {
    to.begin_object();
    to.member("reconnect_after_ms", reconnect_after_ms);
    to.member_if("url", url);
    to.end_object();
  });
}

void write_profile(std::string& out, const actors::profile& user) {
  append_json(out, [&](json_out& to) { write(to, user); });
}

void write_string(std::string& out, std::string_view text) {
  append_json(out, [&](json_out& to) { to.value(text); });
}

} // namespace parley::net::rpc
