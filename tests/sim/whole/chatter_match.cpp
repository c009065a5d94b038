#include "tests/sim/whole/chatter.hpp"

#include <utility>

// How users meet strangers.
namespace parley::sim {

namespace {

constexpr std::int64_t widen_after_ms = 300;

match::raw_value taste(const char* is) {
  match::raw_value out;
  out.name = "taste";
  if (is == nullptr)
    out.any = true;
  else
    out.texts = {is};
  return out;
}

match::raw_wishes some_wishes(dice& d) {
  match::raw_wishes out;
  out.self = {taste(d.one_in(2) ? "plain" : "sweet")};
  if (d.one_in(2))
    out.want = {taste(d.one_in(2) ? "plain" : "sweet")};
  if (!out.want.empty() && d.one_in(2))
    out.widen = {{widen_after_ms, {taste(nullptr)}}};
  if (d.one_in(2))
    out.interests = {"boats"};
  return out;
}

} // namespace

bool chatter::cancels() const {
  if (!current_)
    return false;
  const auto* q = command_of<actors::quit_match>(*current_);
  return q && q->how == actors::quitting::cancel;
}

void chatter::out_of_touch() {
  session_ = 0;
  if (finishing_ && !current_)
    think();
}

void chatter::told(const actors::match_event& what) {
  using state = actors::match_event::state;
  if (what.what == state::found) {
    match_ = what.conversation;
    partner_ = what.partner;
  } else if (what.conversation == match_) {
    match_ = {};
  }
}

operation chatter::meet() {
  if (session_ == 0)
    return attach();
  auto luck = random_.between(0, 99);
  if (luck < 50)
    return seek();
  if (luck < 64)
    return quit(actors::quitting::cancel);
  if (luck < 74)
    return quit(actors::quitting::leave);
  if (luck < 88)
    return quit(actors::quitting::next);
  if (luck < 91)
    return report();
  return luck < 96 ? attach() : detach();
}

operation chatter::attach() {
  actors::attach what;
  what.family
    = family_id{"0000000000000000000000000" + std::to_string(number_)};
  operation o;
  o.command = actors::user_command{what};
  return o;
}

operation chatter::detach() {
  operation o;
  o.command = actors::user_command{actors::detach{node_, session_}};
  session_ = 0;
  return o;
}

operation chatter::seek() {
  actors::seek_match what;
  what.queue = random_.pick(encounters::queues());
  what.said = some_wishes(random_);
  operation o;
  o.queue = what.queue;
  o.avoided = all_.blocked_by(user_);
  o.avoided.insert(reported_.begin(), reported_.end());
  o.command = actors::user_command{std::move(what)};
  return o;
}

operation chatter::quit(actors::quitting how) {
  operation o;
  o.command = actors::user_command{actors::quit_match{how}};
  if (how == actors::quitting::cancel)
    met_.begun_cancel(user_);
  return o;
}

operation chatter::report() {
  if (match_.empty())
    return seek();
  actors::report_user what;
  what.user = partner_;
  what.conversation = match_;
  what.reason = "spam";
  auto id = base32_128(number_, ++last_report_);
  what.id.assign(id.begin(), id.end());
  operation o;
  o.command = actors::user_command{std::move(what)};
  return o;
}

void chatter::done_with_match(const operation& o, const actors::reply& what) {
  if (const auto* waits = std::get_if<actors::enqueued>(&what)) {
    if (!o.queue.empty())
      met_.acked_seek(user_, o.queue, waits->ticket, o.avoided);
  } else if (const auto* a = command_of<actors::attach>(o)) {
    session_ = a->session;
    node_ = a->node;
  } else if (const auto* r = command_of<actors::report_user>(o)) {
    reported_.insert(r->user);
  } else if (cancels()) {
    met_.acked_cancel(user_);
  }
}

/// Who was told of a match finds its conversation, open or over.
void chatter::failed_in_match(const operation& o, const error& why) {
  auto is_match
    = !o.where.empty() && kind_of(o.where) == conversation_kind::match;
  if (is_match && why.code == errc::not_found && met_.keeps_all())
    all_.fail("told: " + user_.str() + " of " + o.where.str()
              + ", which is not there");
}

} // namespace parley::sim
