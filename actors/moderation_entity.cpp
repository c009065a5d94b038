#include "actors/moderation_entity.hpp"

#include "actors/command_names.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"

#include <utility>

namespace parley::actors {

namespace {

// Counters are there from the start, so that the first event is an increase.
auto& reports_made
  = metrics::counter("reports_total", "Reports that users have made.");
auto& automatic_bans = metrics::counter(
  "automatic_bans_total", "Users banned because so many reported them.");

void count_report(const decision& d, const storage::filing_record& filing,
                  bool banned) {
  if (!d.answer || d.writes.empty())
    return;
  reports_made.Increment();
  log::info("report_filed", {{"report", filing.id},
                             {"user", filing.report.user.view()},
                             {"reporter", filing.report.reporter.view()},
                             {"reason", filing.report.reason},
                             {"banned", banned}});
  if (banned)
    automatic_bans.Increment();
}

} // namespace

moderation_entity::moderation_entity(caf::actor_config& cfg, services* with,
                                     const cluster::entity_key& key,
                                     const cluster::entity_home& home)
  : entity(cfg, with, key, home) {}

caf::behavior moderation_entity::awake() {
  return caf::message_handler{[this](moderation_request& r) { handle(r); }}
    .or_else(common());
}

result<void> moderation_entity::load() {
  state_.emplace(home_.log->reader(), home_.shard_number, key_.name.view(),
                 with_->opts.moderation);
  return state_->load();
}

void moderation_entity::unload() {
  state_.reset();
  writing_ = 0;
}

outbox* moderation_entity::rows() {
  return state_ ? &state_->rows() : nullptr;
}

std::string moderation_entity::row_key(std::uint64_t number) const {
  return state_->keys().outbox(number);
}

bool moderation_entity::busy(bool) const {
  return false;
}

void moderation_entity::forget_uncommitted(std::uint64_t upto) {
  if (writing_ == 0 || upto < writing_)
    return;
  writing_ = 0;
  carry_on();
}

void moderation_entity::handle(moderation_request& r) {
  attend(name_of(r.body), r.sent_us, r.reply_to, writes(r.body),
         [&] { decide(r); });
}

void moderation_entity::decide(const moderation_request& r) {
  auto d = std::visit(
    [&](auto& m) {
      return state_->decide(asked{r.from, now(), next_ticket()}, m);
    },
    r.body);
  if (auto* filed = std::get_if<file_report>(&r.body))
    count_report(d, filed->filing, !d.outbox.empty());
  if (std::holds_alternative<erase_old_reports>(r.body) && !d.writes.empty())
    log::info("old_reports_erased");
  if (!d.writes.empty()) {
    writing_ = next_ticket();
    hold();
  }
  settle(std::move(d), r.reply_to);
}

} // namespace parley::actors
