#include "net/api/operator_audit.hpp"

#include "actors/messages.hpp"
#include "auth/random.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "net/api/answer.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace parley::net {

namespace {

constexpr std::size_t subject_bytes_max = 64;
constexpr std::size_t shown_bytes_max = 200;

enum class nature : std::uint8_t {
  /// Shows what is private.
  reads,
  changes,
  /// Has an entry of its own.
  told_elsewhere,
};

struct audited {
  std::string_view method;
  /// The parameter that says whom or what it is about.
  std::string_view subject;
  nature what;
};

constexpr std::array table{
  audited{"conversation.show", "conversation", nature::reads},
  audited{"conversation.tail", "conversation", nature::reads},
  audited{"match.sessions", "queue", nature::reads},
  audited{"presence.show", "user", nature::reads},
  audited{"reports.show", "report", nature::reads},
  audited{"user.show", "user", nature::reads},
  audited{"keys.rotate", "", nature::changes},
  audited{"log.level", "level", nature::changes},
  audited{"node.drain", "node", nature::changes},
  audited{"node.remove", "node", nature::changes},
  audited{"node.undrain", "node", nature::changes},
  audited{"node.zone", "node", nature::changes},
  audited{"queue.drain", "queue", nature::changes},
  audited{"shard.mend", "shard", nature::changes},
  audited{"shard.move", "shard", nature::changes},
  audited{"user.logout", "user", nature::changes},
  audited{"reports.resolve", "report", nature::told_elsewhere},
  audited{"user.ban", "user", nature::told_elsewhere},
  audited{"user.mute", "user", nature::told_elsewhere},
  audited{"user.unban", "user", nature::told_elsewhere},
  audited{"user.unmute", "user", nature::told_elsewhere},
};

std::string text_of(const boost::json::object& params, std::string_view name) {
  const auto* value = params.if_contains({name.data(), name.size()});
  if (value == nullptr)
    return {};
  if (const auto* text = value->if_string())
    return {text->begin(), text->end()};
  return boost::json::serialize(*value);
}

/// What a person wrote, as one line of printable characters.
std::string plain(std::string text, std::size_t bytes_max) {
  text.resize(std::min(text.size(), bytes_max));
  std::replace_if(
    text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

/// The parameters besides those that have a place of their own, and where the
/// call comes from.
std::string details_of(const audited& kind, const boost::json::object& params,
                       std::string_view address) {
  std::string out;
  for (const auto& [key, value] : params) {
    std::string_view name{key.data(), key.size()};
    if (name == kind.subject || name == "by")
      continue;
    out.append(name).append("=").append(text_of(params, name)) += ' ';
  }
  out = plain(std::move(out), shown_bytes_max);
  return out.append("from ").append(address);
}

storage::audit_record entry_of(const audited& kind,
                               const boost::json::object& params,
                               const std::string& address) {
  storage::audit_record out;
  out.at = system_clock().now_ms();
  out.action = kind.method;
  out.by = plain(text_of(params, "by"), subject_bytes_max);
  if (out.by.empty())
    out.by = "operator";
  out.subject = plain(text_of(params, kind.subject), subject_bytes_max);
  if (out.subject.empty() && kind.subject == "queue")
    out.subject = "default";
  // A report's own entries are those about what became of it.
  if (kind.subject == "report" && !out.subject.empty())
    out.subject.insert(0, "report:");
  out.reason = details_of(kind, params, address);
  return out;
}

} // namespace

void write_down(const exchange_ptr& request, const operator_call& what,
                std::function<void()> then) {
  auto kind = std::find_if(table.begin(), table.end(), [&](auto& each) {
    return each.method == what.method;
  });
  if (kind == table.end())
    return then();
  auto entry = entry_of(*kind, what.params, request->with().peer);
  // What it is about is missing: the call is refused for that.
  if (entry.subject.empty() && !kind->subject.empty())
    return then();
  log::info("operator_call", {{"method", entry.action},
                              {"subject", entry.subject},
                              {"by", entry.by},
                              {"address", request->with().peer}});
  if (kind->what == nature::told_elsewhere)
    return then();
  actors::moderation_command record
    = actors::record_action{std::move(entry), auth::random_u64()};
  auto on_written = [request, then, reads = kind->what == nature::reads](
                      const result<actors::reply>& done) {
    if (!done)
      log::warning("operator_call_not_in_audit_log",
                   {{"why", done.error().detail}});
    if (reads && !done)
      request->answer_error(done.error());
    else if (reads)
      then();
  };
  request->with().port.call(
    an_operator(), rpc::target{cluster::moderation_desk(), std::move(record)},
    on_written);
  if (kind->what == nature::changes)
    then();
}

} // namespace parley::net
