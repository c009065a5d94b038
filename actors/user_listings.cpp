#include "actors/listing.hpp"
#include "actors/page_weight.hpp"
#include "actors/user_entity.hpp"
#include "base/answer_limits.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>
#include <variant>

// Lists that are made of what many entities answer. They are asked a few at a
// time and only what the list shows is kept, so that what a user holds at once
// does not grow with how many there are.
namespace parley::actors {

/// What one of those is asked.
struct listing_question {
  cluster::entity_key to;
  std::variant<conversation_command, user_command> what;
};

namespace {

// Entities that are asked at once, for one list.
constexpr std::size_t window_max = 32;

// Whoever asked has given up by then.
constexpr std::int64_t listing_us_max = 9'000'000;

// The next of `all`, each asked the same.
template <class Id, class Command>
std::vector<listing_question>
window_of(const std::vector<Id>& all, std::size_t& asked, const Command& what) {
  std::vector<listing_question> window;
  auto end = std::min(asked + window_max, all.size());
  for (; asked < end; ++asked)
    window.push_back({cluster::key_of(all[asked]), what});
  return window;
}

std::vector<user_id> contacts_after(std::vector<user_id> all,
                                    const list_contacts& wish) {
  std::erase_if(all, [&](auto& each) { return each <= wish.after; });
  return all;
}

} // namespace

struct user_entity::listing {
  reply_address to;
  std::int64_t until_us = 0;
  /// None where it is time to finish.
  std::function<std::vector<listing_question>()> next;
  std::function<void(gathers::answers)> take;
  std::function<reply()> finish;
  /// What somebody did not answer would be missed.
  bool needs_all = true;
};

void user_entity::begin(const std::shared_ptr<listing>& what) {
  what->until_us = steady_us() + listing_us_max;
  if (listings_ < limits::listings_max) {
    ++listings_;
    return go_on(what);
  }
  if (waiting_.size() < limits::listings_waiting_max)
    waiting_.push_back(what);
  else
    answer(what->to,
           error{errc::rate_limited, "too many lists at once", {}, 1'000});
}

void user_entity::go_on(const std::shared_ptr<listing>& what) {
  if (steady_us() > what->until_us)
    return end(*what, late());
  auto window
    = std::make_shared<const std::vector<listing_question>>(what->next());
  if (window->empty())
    return end(*what, what->finish());
  std::vector<cluster::entity_key> keys;
  keys.reserve(window->size());
  for (const auto& each : *window)
    keys.push_back(each.to);
  auto put = [this, window](std::size_t place, std::uint64_t token) {
    const auto& each = (*window)[place];
    std::visit(
      [&](const auto& command) { ask(each.to, caller{id_}, command, token); },
      each.what);
  };
  ask_keys(std::move(keys), std::move(put), [this, what](gathers::answers got) {
    if (what->needs_all && !all_answered(got))
      return end(*what, late());
    what->take(std::move(got));
    go_on(what);
  });
}

void user_entity::end(const listing& what, result<reply> answered) {
  answer(what.to, std::move(answered));
  --listings_;
  if (waiting_.empty())
    return;
  auto next = std::move(waiting_.front());
  waiting_.pop_front();
  ++listings_;
  go_on(next);
}

void user_entity::carry_out(const user_request& r,
                            const list_conversations& m) {
  auto begun = list_pager::begin(m);
  if (!begun)
    return answer(r.reply_to, begun.error());
  struct progress {
    list_pager page;
    std::vector<conversation_id> all;
    std::size_t asked = 0;
  };
  auto so_far = std::make_shared<progress>(
    progress{std::move(*begun), state_->conversations()});
  auto made = std::make_shared<listing>();
  made->to = r.reply_to;
  made->next
    = [so_far] { return window_of(so_far->all, so_far->asked, summarise{}); };
  made->take = [so_far](gathers::answers got) {
    for (auto& each : take_all<conversation_summary>(got))
      so_far->page.add(std::move(each));
  };
  made->finish = [so_far] {
    auto page = so_far->page.finish();
    page.asked = static_cast<std::uint32_t>(so_far->asked);
    return reply{std::move(page)};
  };
  begin(made);
}

void user_entity::carry_out(const user_request& r, const sync& m) {
  auto pager = std::make_shared<sync_pager>(state_->conversations(), m);
  auto made = std::make_shared<listing>();
  made->to = r.reply_to;
  made->next = [pager] {
    std::vector<listing_question> window;
    for (auto& each : pager->next())
      window.push_back({cluster::key_of(each.to), std::move(each.what)});
    return window;
  };
  made->take = [pager](gathers::answers got) { pager->take(std::move(got)); };
  made->finish = [pager] { return reply{pager->finish()}; };
  begin(made);
}

void user_entity::carry_out(const user_request& r, const list_contacts& m) {
  struct progress {
    contact_list page;
    std::vector<user_id> all;
    std::size_t limit;
    page_budget room{limits::page_bytes_max};
    std::size_t asked = 0;
  };
  auto limit = m.limit == 0 ? limits::contacts_max : std::size_t{m.limit};
  auto so_far = std::make_shared<progress>(
    progress{{}, contacts_after(state_->contacts(), m), limit});
  auto made = std::make_shared<listing>();
  made->to = r.reply_to;
  made->needs_all = false;
  made->next = [so_far] {
    if (!so_far->page.cursor.empty())
      return std::vector<listing_question>{};
    return window_of(so_far->all, so_far->asked, show_user{});
  };
  made->take = [so_far](gathers::answers got) {
    auto& shown = so_far->page.contacts;
    for (auto& each : take_all<profile>(got)) {
      if (shown.size() == so_far->limit || !so_far->room.take(weight(each))) {
        so_far->page.cursor = shown.back().id;
        return;
      }
      shown.push_back(std::move(each));
    }
  };
  made->finish = [so_far] { return reply{std::move(so_far->page)}; };
  begin(made);
}

} // namespace parley::actors
