#include "base/check.hpp"
#include "net/rpc/method_table.hpp"
#include "net/rpc/parse.hpp"
#include "net/rpc/print.hpp"
#include "net/rpc/session_params.hpp"

#include <boost/json/parse.hpp>

#include <cstddef>
#include <cstdint>

namespace {

using namespace parley;
using namespace parley::net;

constexpr std::uint32_t depth_max = 32;

void check_json(const std::string& text) {
  boost::json::error_code ec;
  boost::json::parse({text.data(), text.size()}, ec);
  PARLEY_CHECK(!ec);
}

void check_fault(std::string_view id, const error& why) {
  PARLEY_CHECK(!why.detail.empty());
  check_json(rpc::error_response(id, why));
}

/// What is kept as JSON must be JSON: it goes to clients as it is.
void check_kept(const rpc::target& made) {
  const auto* command
    = std::get_if<actors::conversation_command>(&made.command);
  const auto* sent
    = command ? std::get_if<actors::send_message>(command) : nullptr;
  if (sent && !sent->attachments.empty())
    check_json(sent->attachments);
}

/// Whatever method a call names, its parameters are tried on every one.
void prepare(const boost::json::object& params, bool guest) {
  rpc::context with{user_id{"alice"}, guest, 1'700'000'000'000, 1, 2};
  for (const auto& method : rpc::methods()) {
    if (method.prepare == nullptr
        || !rpc::may_call(method, {guest, false, false}))
      continue;
    auto made = method.prepare(params, with);
    if (!made) {
      check_fault("1", made.error());
      continue;
    }
    check_kept(*made);
  }
  (void)rpc::read_open(params);
  (void)rpc::read_unwatch(params);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  auto frame
    = rpc::parse_frame({reinterpret_cast<const char*>(data), size}, depth_max);
  if (!frame) {
    check_fault("null", frame.error());
    return 0;
  }
  PARLEY_CHECK(!frame->calls.empty());
  for (const auto& call : frame->calls) {
    if (!call.fault) {
      check_fault(call.id.empty() ? "null" : call.id, call.fault.error());
      continue;
    }
    prepare(call.params, false);
    prepare(call.params, true);
  }
  return 0;
}
