#pragma once

#include "base/error.hpp"
#include "net/rpc/method_table.hpp"

#include <boost/json/object.hpp>
#include <boost/json/storage_ptr.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::net::rpc {

/// One call as it came. A call that is not well formed carries its `fault`.
struct call {
  /// The id as JSON; empty for a notification, which is never answered.
  std::string id = {};
  std::string method = {};
  boost::json::object params = {};
  result<void> fault = {};
};

/// Calls of a frame with a `fault_in_json` each have a fault.
struct request_frame {
  bool batch = false;
  std::vector<call> calls;
};

/// Reads a JSON-RPC 2.0 request or batch. Fails with `parse_error` where it is
/// no JSON, nests deeper than `depth_max` or is not UTF-8; `invalid_request`
/// where it is neither an object nor a batch with something in it, or has a
/// `fault_in_json`; `too_large`
/// where the batch has over `limits::batch_calls_max` calls. The parameters
/// live in `memory`.
result<request_frame> parse_frame(std::string_view bytes,
                                  std::uint32_t depth_max,
                                  boost::json::storage_ptr memory = {});

} // namespace parley::net::rpc
