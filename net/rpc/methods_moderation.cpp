#include "base/limits.hpp"
#include "net/rpc/methods.hpp"
#include "net/rpc/params.hpp"
#include "net/rpc/results.hpp"

#include <array>

namespace parley::net::rpc {

namespace {

// A ULID: so reports stand in the order in which they were made.
std::string report_id(const context& with) {
  auto time = static_cast<std::uint64_t>(with.now);
  auto text
    = base32_128((time << 16) | (with.random_high & 0xffff), with.random_low);
  return {text.begin(), text.end()};
}

result<target> report(const boost::json::object& from, const context& with) {
  params in{from, with};
  actors::report_user what;
  what.user = in.user();
  if (what.user == with.user)
    in.fail("user", "is yourself");
  if (in.has("conversation"))
    what.conversation = in.conversation();
  if (in.has("seqs"))
    what.seqs = in.seqs("seqs", limits::report_seqs_max);
  if (!what.seqs.empty() && what.conversation.empty())
    in.fail("seqs", "needs the conversation");
  what.reason = in.line("reason", 1, limits::report_reason_bytes_max);
  if (in.has("text"))
    what.text = in.text_of("text", limits::report_text_bytes_max);
  what.id = report_id(with);
  return in.to_self(std::move(what));
}

constexpr std::array table{
  method{"report.create", price::of(token::message), report, write_reported},
};

} // namespace

std::span<const method> moderation_methods() {
  return table;
}

} // namespace parley::net::rpc
