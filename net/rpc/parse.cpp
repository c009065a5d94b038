#include "net/rpc/parse.hpp"

#include "base/limits.hpp"
#include "net/rpc/json_faults.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cmath>
#include <utility>

namespace parley::net::rpc {

namespace json = boost::json;

namespace {

constexpr std::string_view no_id = "null";

error fault_of(errc code, std::string detail, std::string field = {}) {
  return error{code, std::move(detail), std::move(field)};
}

void set_fault(call& into, error why) {
  if (into.fault)
    into.fault = std::move(why);
}

// A call that is no request gets an answer even if it has no id.
void set_invalid(call& into, std::string detail) {
  if (into.id.empty())
    into.id = no_id;
  set_fault(into, fault_of(errc::invalid_request, std::move(detail)));
}

void read_id(const json::object& from, call& into) {
  const auto* id = from.if_contains("id");
  if (id == nullptr)
    return;
  if (!id->is_string() && !id->is_number() && !id->is_null())
    return set_invalid(into, "id must be a string, a number or null");
  // What has no JSON of its own could not be given back.
  constexpr double exact_max = 9'007'199'254'740'992;
  if (id->is_double()
      && (!std::isfinite(id->as_double())
          || std::abs(id->as_double()) > exact_max))
    return set_invalid(into, "id is out of range");
  auto text = json::serialize(*id);
  if (text.size() > limits::call_id_bytes_max)
    return set_invalid(into, "id is too long");
  into.id = std::move(text);
}

void read_version(const json::object& from, call& into) {
  const auto* version = from.if_contains("jsonrpc");
  const auto* text = version ? version->if_string() : nullptr;
  if (text == nullptr || *text != "2.0")
    set_invalid(into, "jsonrpc must be \"2.0\"");
}

void read_method(const json::object& from, call& into) {
  const auto* method = from.if_contains("method");
  const auto* name = method ? method->if_string() : nullptr;
  if (name == nullptr)
    return set_invalid(into, "method must be a string");
  if (name->size() > limits::method_bytes_max)
    return set_fault(into, fault_of(errc::method_not_found, "no such method"));
  into.method.assign(name->data(), name->size());
}

void read_params(json::object& from, call& into) {
  auto* params = from.if_contains("params");
  if (params == nullptr || params->is_null())
    return;
  if (auto* object = params->if_object())
    into.params = std::move(*object);
  else if (params->is_array())
    set_fault(into,
              fault_of(errc::bad_params, "params must be an object", "params"));
  else
    set_invalid(into, "params must be an object");
}

call read_call(json::value& from) {
  // Of the same memory, or the parameters would be copied into it.
  call out{.params = json::object{from.storage()}};
  auto* object = from.if_object();
  if (object == nullptr) {
    set_invalid(out, "a call must be an object");
    return out;
  }
  read_id(*object, out);
  read_version(*object, out);
  read_method(*object, out);
  read_params(*object, out);
  return out;
}

/// None of the calls can be trusted to be what was meant.
result<request_frame> with_fault(result<request_frame> frame,
                                 const char* fault) {
  if (frame && fault != nullptr)
    for (auto& each : frame->calls)
      set_fault(each, fault_of(errc::bad_params, fault));
  return frame;
}

result<request_frame> read_batch(json::array& calls) {
  if (calls.empty())
    return fault_of(errc::invalid_request, "an empty batch");
  if (calls.size() > limits::batch_calls_max)
    return fault_of(errc::too_large, "at most "
                                       + std::to_string(limits::batch_calls_max)
                                       + " calls a batch");
  request_frame out;
  out.batch = true;
  out.calls.reserve(calls.size());
  for (auto& each : calls)
    out.calls.push_back(read_call(each));
  return out;
}

} // namespace

result<request_frame> parse_frame(std::string_view bytes,
                                  std::uint32_t depth_max,
                                  json::storage_ptr memory) {
  json::parse_options opts;
  opts.max_depth = depth_max;
  json::error_code ec;
  auto value
    = json::parse({bytes.data(), bytes.size()}, ec, std::move(memory), opts);
  if (ec == json::error::too_deep)
    return fault_of(errc::parse_error,
                    "nested deeper than " + std::to_string(depth_max));
  if (ec)
    return fault_of(errc::parse_error, ec.message());
  const auto* fault = fault_in_json(bytes, value);
  if (auto* calls = value.if_array())
    return with_fault(read_batch(*calls), fault);
  if (!value.is_object())
    return fault_of(errc::invalid_request,
                    "neither an object nor a batch of objects");
  request_frame out;
  out.calls.push_back(read_call(value));
  return with_fault(std::move(out), fault);
}

} // namespace parley::net::rpc
