#include "bench/load/other_loads.hpp"

#include "bench/load/clock_us.hpp"
#include "bench/load/match_load.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace parley::bench {

// -- storm
// ----------------------------------------------------------------------

bool storm_load::is_own_doing() const {
  return site_.opts.command.empty() && site_.opts.kill_pids.empty();
}

void storm_load::on_phase(phase next) {
  if (next == phase::warm_up && is_own_doing())
    for (auto& one : circles_) {
      one.all.back()->leave();
      for (unsigned i = 0; i < site_.opts.missed; ++i)
        one.all.front()->say(now_us());
    }
  if (next == phase::measure && is_own_doing()) {
    for (auto& who : sessions_)
      who->leave();
    auto now = now_us();
    for (auto& who : sessions_)
      who->open(now);
  }
  if (next != phase::warm_up)
    chat_load::on_phase(next);
}

std::int64_t storm_load::tick(std::int64_t now_us) {
  return now_us + look_again_us;
}

bool storm_load::is_done(phase what) const {
  if (what == phase::measure)
    return everybody_is_here();
  return chat_load::is_done(what);
}

// -- history
// --------------------------------------------------------------------

void history_load::on_phase(phase next) {
  if (next == phase::warm_up)
    for (auto& one : circles_)
      for (unsigned i = 1; i < site_.opts.depth; ++i)
        one.all.front()->say(now_us());
  if (next == phase::measure) {
    is_asking_ = true;
    for (auto& who : sessions_)
      for (unsigned i = 0; i < site_.opts.window; ++i)
        ask(*who);
  }
  if (next == phase::drain)
    is_asking_ = false;
  if (next != phase::warm_up)
    chat_load::on_phase(next);
}

void history_load::ask(session& who) {
  auto depth = std::max(site_.opts.depth, 2u);
  auto before = std::uniform_int_distribution<unsigned>{2, depth}(random_);
  who.call(call_kind::page, "message.history",
           fmt::format(R"({{"conversation":"{}","before":{},"limit":{}}})",
                       who.conversation(), before, site_.opts.page));
}

void history_load::on_answer(session& who, call_kind kind, const heard& what) {
  if (kind == call_kind::page && is_asking_)
    return ask(who);
  chat_load::on_answer(who, kind, what);
}

bool history_load::is_done(phase what) const {
  if (what == phase::warm_up)
    return chat_load::is_done(phase::drain);
  return chat_load::is_done(what);
}

// -- mixed
// ----------------------------------------------------------------------

void mixed_load::act(session& who, std::int64_t intended_us) {
  auto what = std::uniform_int_distribution<int>{0, 99}(random_);
  const auto& conversation = who.conversation();
  if (what < 25)
    return who.say(intended_us);
  if (!who.is_here())
    return;
  if (what < 65)
    who.call(call_kind::other, "typing.set",
             fmt::format(R"({{"conversation":"{}","on":{}}})", conversation,
                         what % 2 == 0));
  else if (what < 90)
    who.call(call_kind::other, "message.read",
             fmt::format(R"({{"conversation":"{}","seq":{}}})", conversation,
                         std::max<std::uint64_t>(who.received().upto(), 1)));
  else if (what < 95)
    who.call(call_kind::other, "message.history",
             fmt::format(R"({{"conversation":"{}","limit":{}}})", conversation,
                         site_.opts.page));
  else
    who.call(call_kind::other, "presence.set",
             what % 2 == 0 ? R"({"status":"online"})" : R"({"status":"away"})");
}

// ------------------------------------------------------------------------------

std::unique_ptr<workload> make_workload(site& where,
                                        std::span<const circle> circles,
                                        std::span<const person> everybody) {
  const auto& name = where.opts.workload;
  if (name == "storm")
    return std::make_unique<storm_load>(where, circles, everybody);
  if (name == "history")
    return std::make_unique<history_load>(where, circles, everybody);
  if (name == "match")
    return std::make_unique<match_load>(where, circles, everybody);
  if (name == "mixed")
    return std::make_unique<mixed_load>(where, circles, everybody);
  return std::make_unique<chat_load>(where, circles, everybody);
}

} // namespace parley::bench
