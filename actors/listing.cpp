#include "actors/listing.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <tuple>

namespace parley::actors {

namespace {

constexpr std::size_t event_overhead = 256;

std::size_t weight(const message& m) {
  return event_overhead + m.content.text.size() + m.content.attachments.size();
}

std::size_t weight(const durable_event& e) {
  if (auto m = std::get_if<message>(&e))
    return weight(*m);
  return event_overhead + std::get<log_event>(e).text.size();
}

/// "TS:ID" of the last conversation of a page.
std::string cursor_at(const conversation_summary& last) {
  return std::to_string(last.last_ts) + ':' + last.id.str();
}

bool comes_before(const conversation_summary& a,
                  const conversation_summary& b) {
  return std::tie(b.last_ts, a.id) < std::tie(a.last_ts, b.id);
}

/// The conversation that the cursor stands at, as far as the order goes.
std::optional<conversation_summary> place_of(std::string_view cursor) {
  conversation_summary last;
  auto* behind = cursor.data() + cursor.size();
  auto [end, failed] = std::from_chars(cursor.data(), behind, last.last_ts);
  if (failed != std::errc{} || end == behind || *end != ':')
    return std::nullopt;
  auto id = parse_conversation_id({end + 1, behind});
  if (!id)
    return std::nullopt;
  last.id = *id;
  return last;
}

} // namespace

bool all_answered(const gathers::answers& got) {
  return std::all_of(got.begin(), got.end(), [](auto& each) {
    return each
           && (*each
               || (each->error().code != errc::unavailable
                   && each->error().code != errc::internal));
  });
}

error late() {
  return {errc::unavailable, "not all could be asked in time", {}, 1'000};
}

error with_field(error why, std::string_view field) {
  if (why.field.empty())
    why.field = field;
  return why;
}

result<conversation_list> list_page(std::vector<conversation_summary> all,
                                    const list_conversations& wish) {
  if (!wish.cursor.empty()) {
    auto last = place_of(wish.cursor);
    if (!last)
      return error{errc::bad_params, "no such cursor", "cursor"};
    std::erase_if(all, [&](auto& c) { return !comes_before(*last, c); });
  }
  std::sort(all.begin(), all.end(), comes_before);
  conversation_list page;
  std::size_t bytes = 0;
  for (auto& c : all) {
    if (page.conversations.size() == wish.limit
        || bytes >= limits::page_bytes_max) {
      page.cursor = cursor_at(page.conversations.back());
      break;
    }
    bytes += event_overhead + (c.last_message ? weight(*c.last_message) : 0);
    page.conversations.push_back(std::move(c));
  }
  return page;
}

std::map<conversation_id, conversation_command>
plan_sync(const std::vector<conversation_id>& belongs_to, const sync& wish) {
  std::map<conversation_id, conversation_command> plan;
  for (auto& id : belongs_to) {
    if (wish.seen)
      plan.emplace(id, summarise{});
    else
      plan.emplace(id, read_events{{}, wish.limit});
  }
  if (wish.seen)
    for (auto& [id, at] : *wish.seen)
      if (auto i = plan.find(id); i != plan.end())
        i->second = read_events{at, wish.limit};
  return plan;
}

void bound_sync(sync_result& all) {
  std::erase_if(all.pages, [](auto& page) { return page.events.empty(); });
  std::size_t bytes = 0;
  for (auto& page : all.pages) {
    auto end
      = std::find_if(page.events.begin(), page.events.end(), [&](auto& e) {
          bytes += weight(e);
          return bytes > limits::sync_bytes_max;
        });
    if (end == page.events.end())
      continue;
    page.events.erase(end, page.events.end());
    page.has_more = true;
  }
  for (auto& c : all.fresh) {
    bytes += event_overhead + (c.last_message ? weight(*c.last_message) : 0);
    if (bytes > limits::sync_bytes_max)
      c.last_message.reset();
  }
}

} // namespace parley::actors
