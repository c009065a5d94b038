#include "base/limits.hpp"
#include "net/rpc/methods.hpp"
#include "net/rpc/params.hpp"
#include "net/rpc/results.hpp"

#include <array>

namespace parley::net::rpc {

namespace {

using boost::json::object;

result<target> send_signal(const object& from, const context& with) {
  params in{from, with};
  auto id = in.conversation();
  actors::send_signal what;
  if (in.has("to"))
    what.to = in.user("to");
  what.kind = static_cast<actors::signal_kind>(
    in.one_of("kind", {"ring", "offer", "answer", "candidate", "hangup"}));
  what.data = in.json("data", limits::signal_bytes_max);
  return in.to_conversation(id, std::move(what));
}

constexpr std::array table{
  method{"signal.send", price::of(token::signal), send_signal, write_done},
  method{"ice.servers", price::of(1), nullptr, nullptr},
};

} // namespace

std::span<const method> call_methods() {
  return table;
}

} // namespace parley::net::rpc
