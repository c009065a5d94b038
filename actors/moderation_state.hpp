#pragma once

#include "actors/asked.hpp"
#include "actors/decision.hpp"
#include "actors/outbox.hpp"
#include "actors/services.hpp"
#include "storage/moderation_keys.hpp"
#include "storage/store.hpp"

#include <string_view>

namespace parley::actors {

/// The rules of moderation: what is kept of reports, when they add up to a
/// ban, what is written down of what operators do, and which addresses are kept
/// out. All of it is in the store: a decision is right only once the one before
/// it is committed.
class moderation_state {
public:
  moderation_state(const storage::store& db, storage::shard_id shard,
                   std::string_view name, const moderation_rules& rules);

  /// Reads what is still to be told.
  result<void> load();

  decision decide(const asked& by, const file_report& m);
  decision decide(const asked& by, const list_reports& m) const;
  decision decide(const asked& by, const show_report& m) const;
  decision decide(const asked& by, const resolve_report& m) const;
  decision decide(const asked& by, const record_action& m) const;
  decision decide(const asked& by, const read_audit& m) const;
  decision decide(const asked& by, const set_address_ban& m) const;
  decision decide(const asked& by, const check_address& m) const;
  decision decide(const asked& by, const erase_old_reports& m) const;

  outbox& rows() {
    return outbox_;
  }

  const storage::moderation_keys& keys() const {
    return keys_;
  }

private:
  result<storage::report_record> find_report(const std::string& id) const;
  /// Adds a ban to the decision where there are reporters enough with the one
  /// of the filing.
  result<void> judge(const asked& by, const storage::filing_record& filing,
                     decision& d);
  result<std::size_t> reporters_of(const storage::filing_record& filing,
                                   timestamp_ms since) const;
  void ban(const asked& by, const user_id& user,
           storage::verdict_record verdict, std::size_t reporters, decision& d);
  result<void> list(const list_reports& m, report_list& into) const;

  const storage::store& db_;
  const storage::moderation_keys keys_;
  const moderation_rules rules_;
  outbox outbox_;
};

} // namespace parley::actors
