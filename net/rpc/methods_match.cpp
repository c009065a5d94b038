#include "net/rpc/methods.hpp"
#include "net/rpc/params.hpp"
#include "net/rpc/results.hpp"
#include "net/rpc/wishes_params.hpp"

#include <array>

namespace parley::net::rpc {

namespace {

using boost::json::object;

result<target> enqueue(const object& from, const context& with) {
  params in{from, with};
  actors::seek_match what;
  what.queue = in.queue();
  if (!in.has("self"))
    in.fail("self", "missing");
  auto said = read_wishes(from);
  if (in.done() && !said)
    return said.error();
  if (said)
    what.said = std::move(*said);
  return in.to_self(std::move(what));
}

template <actors::quitting How>
result<target> quit(const object& from, const context& with) {
  params in{from, with};
  actors::quit_match what{How, {}};
  if (How != actors::quitting::cancel && in.has("conversation"))
    what.conversation = in.conversation();
  return in.to_self(std::move(what));
}

constexpr auto draws = price::of(token::message);

constexpr std::array table{
  method{"match.enqueue", draws, enqueue, write_enqueued},
  method{"match.cancel", draws, quit<actors::quitting::cancel>, write_done},
  method{"match.next", draws, quit<actors::quitting::next>, write_enqueued},
  method{"match.leave", draws, quit<actors::quitting::leave>, write_done},
};

} // namespace

std::span<const method> match_methods() {
  return table;
}

} // namespace parley::net::rpc
