#include "actors/listing.hpp"

#include "actors/page_weight.hpp"
#include "base/answer_limits.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <string>
#include <tuple>

namespace parley::actors {

namespace {

// An answer with less room than that is full.
constexpr std::size_t least_room = 1024;

// What the pages that are on their way may come to together.
constexpr std::size_t asked_bytes_max = 8 * limits::sync_bytes_max;
constexpr std::size_t asked_max = 64;

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

bool list_pager::order::operator()(const conversation_summary& a,
                                   const conversation_summary& b) const {
  return comes_before(a, b);
}

result<list_pager> list_pager::begin(const list_conversations& wish) {
  list_pager made;
  made.limit_ = wish.limit;
  if (wish.cursor.empty())
    return made;
  made.after_ = place_of(wish.cursor);
  if (!made.after_)
    return error{errc::bad_params, "no such cursor", "cursor"};
  return made;
}

void list_pager::add(conversation_summary c) {
  if (after_ && !comes_before(*after_, c))
    return;
  auto bytes = weight(c);
  if (!page_.insert(std::move(c)).second)
    return;
  bytes_ += bytes;
  while (page_.size() > limit_
         || (bytes_ > limits::page_bytes_max && page_.size() > 1)) {
    auto last = std::prev(page_.end());
    bytes_ -= weight(*last);
    page_.erase(last);
    more_ = true;
  }
}

conversation_list list_pager::finish() {
  conversation_list page;
  if (more_ && !page_.empty())
    page.cursor = cursor_at(*std::prev(page_.end()));
  page.conversations.reserve(page_.size());
  while (!page_.empty())
    page.conversations.push_back(
      std::move(page_.extract(page_.begin()).value()));
  return page;
}

sync_pager::sync_pager(const std::vector<conversation_id>& belongs_to,
                       const sync& wish)
  : limit_(wish.limit) {
  std::set<conversation_id> own{belongs_to.begin(), belongs_to.end()};
  std::set<conversation_id> named;
  if (wish.seen)
    for (const auto& [id, at] : *wish.seen)
      if (own.contains(id) && named.insert(id).second)
        plan_.push_back({id, at, false});
  for (const auto& id : own)
    if (!named.contains(id) && wish.after < id)
      plan_.push_back({id, std::nullopt, wish.seen.has_value()});
}

sync_pager::question sync_pager::ask(const entry& x) const {
  if (x.fresh)
    return {x.id, summarise{}};
  return {x.id, read_events{x.after, limit_,
                            static_cast<std::uint32_t>(room_.left())}};
}

std::vector<sync_pager::question> sync_pager::next() {
  std::vector<question> window;
  if (full_)
    return window;
  auto most = std::min(asked_bytes_max / room_.left(), asked_max);
  auto count = std::min(most, plan_.size() - asked_);
  window.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    window.push_back(ask(plan_[asked_++]));
  return window;
}

bool sync_pager::fits(std::size_t bytes) {
  if (!room_.take(bytes))
    full_ = true;
  return !full_;
}

// Pages without events are counted by `sync_pages_max` and not in bytes.
void sync_pager::take_page(events_page page) {
  if (page.events.empty() && !page.has_more)
    return;
  auto over = std::find_if(page.events.begin(), page.events.end(),
                           [&](auto& e) { return !fits(weight(e)); });
  if (over != page.events.end()) {
    page.events.erase(over, page.events.end());
    page.has_more = true;
  }
  found_.pages.push_back(std::move(page));
}

void sync_pager::take_summary(conversation_summary c) {
  if (fits(weight(c)))
    found_.fresh.push_back(std::move(c));
  else
    found_.pages.push_back({c.id, {}, true});
}

void sync_pager::take(gathers::answers got) {
  for (auto& each : got) {
    if (!each || !*each)
      continue;
    if (auto* page = std::get_if<events_page>(&**each))
      take_page(std::move(*page));
    else if (auto* summary = std::get_if<conversation_summary>(&**each))
      take_summary(std::move(*summary));
  }
  full_ = full_ || room_.left() < least_room;
}

sync_result sync_pager::finish() {
  found_.asked = static_cast<std::uint32_t>(asked_);
  for (; asked_ < plan_.size(); ++asked_) {
    const auto& rest = plan_[asked_];
    if (found_.pages.size() >= limits::sync_pages_max) {
      found_.cursor = plan_[asked_ - 1].id;
      break;
    }
    found_.pages.push_back({rest.id, {}, true});
  }
  return std::move(found_);
}

} // namespace parley::actors
