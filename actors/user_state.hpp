#pragma once

#include "actors/asked.hpp"
#include "actors/decision.hpp"
#include "actors/outbox.hpp"
#include "actors/user_sessions.hpp"
#include "storage/keys.hpp"
#include "storage/store.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace parley::actors {

/// The rules of one user: the account, its tokens, whom it knows and where it
/// belongs. `decide` as in conversation_state. The sessions are the entity's,
/// for they outlive what is read from the store.
class user_state {
public:
  user_state(const storage::store& db, storage::shard_id shard,
             const user_id& id, user_sessions& sessions,
             std::chrono::milliseconds address_ban = std::chrono::hours{24},
             std::chrono::milliseconds refresh_grace = std::chrono::minutes{1},
             std::chrono::milliseconds ban_account_age
             = std::chrono::hours{24});

  /// Reads what the store knows. A user that is not there has not signed up.
  result<void> load();

  decision decide(const asked& by, const sign_up& m);
  decision decide(const asked& by, const load_credentials& m);
  decision decide(const asked& by, const sign_in& m);
  decision decide(const asked& by, const refresh_family& m);
  decision decide(const asked& by, const sign_out& m);
  decision decide(const asked& by, const check_family& m);
  decision decide(const asked& by, const attach& m);
  decision decide(const asked& by, const reattach& m);
  decision decide(const asked& by, const detach& m);
  decision decide(const asked& by, const show_user& m);
  decision decide(const asked& by, const update_profile& m);
  decision decide(const asked& by, const set_presence& m);
  decision decide(const asked& by, const show_presence& m);
  decision decide(const asked& by, const vet& m);
  decision decide(const asked& by, const check_room& m);
  decision decide(const asked& by, const membership_changed& m);
  decision decide(const asked& by, const blocked_by& m);
  decision decide(const asked& by, const inspect_user& m);
  decision decide(const asked& by, const set_ban& m);
  decision decide(const asked& by, const sign_out_everywhere& m);
  decision decide(const asked& by, const erase_guest& m);
  decision decide(const asked& by, const list_blocked& m);

  /// Ends the sessions of the sign-ins that have expired.
  decision end_expired_sessions(timestamp_ms now);

  /// When the next sign-in expires that has a session; nothing where none has.
  std::optional<timestamp_ms> next_expiry() const;

  decision decide(const asked& by, const seek_match& m);
  decision decide(const asked& by, const quit_match& m);
  decision decide(const asked& by, const ticket_over& m);
  decision decide(const asked& by, const tell_session& m);

  /// Where the user waits or is in a match, if anywhere.
  const storage::place_record& place() const {
    return place_;
  }

  decision decide(const asked& by, const sanction& m);

  /// The evidence was taken, and the other user is known to exist.
  decision decide(const asked& by, const report_user& m,
                  const std::vector<message>& evidence);

  /// What another report about the user is called that is young enough to be
  /// the same; an error where the user has made too many.
  result<std::optional<std::string>> earlier_report(const user_id& about,
                                                    timestamp_ms now) const;

  /// The other user is known to exist.
  decision decide(const asked& by, const set_contact& m);
  decision decide(const asked& by, const set_block& m);

  /// The absence that began at `since` is long enough to be told.
  decision note_absence(timestamp_ms since);

  /// How the user looks to someone who may see it.
  presence_view presence() const;

  /// The same to the user, who knows what is hidden from others.
  presence_view own_presence() const;

  /// Users who must not see whether this one is there.
  std::vector<user_id> hidden_from() const;
  bool is_hidden_from(const user_id& other) const;

  std::vector<conversation_id> conversations() const;
  bool belongs_to(const conversation_id& id) const;
  /// Also where it has left, some days ago at most.
  bool has_been_in(const conversation_id& id) const {
    return memberships_.contains(id);
  }
  std::vector<user_id> contacts() const;

  /// Whether the user may come into one more conversation.
  result<void> has_room() const;

  outbox& rows() {
    return outbox_;
  }

  const storage::user_keys& keys() const {
    return keys_;
  }

private:
  result<void> load_rows();
  void say_its_kind(storage::outbox_record& row) const;
  result<void> load_place();
  bool is_banned(timestamp_ms now) const;
  result<void> load_standing();
  result<void> may_sign_in(timestamp_ms now) const;
  result<storage::family_record*> live_family(const family_id& id,
                                              timestamp_ms now);
  storage::family_record* find_family(const family_id& id, timestamp_ms now);
  bool exchange(storage::family_record& family, const refresh_family& m,
                timestamp_ms now) const;
  void open_family(const grant& g, const asked& by, decision& d);
  void drop_family(const family_id& id, decision& d);
  void put_user(decision& d) const;
  void put_relation(const user_id& other, decision& d) const;
  /// For the user's other sessions.
  settings_change& tell_settings(settings_change::subject what, const asked& by,
                                 decision& d) const;
  /// Tells somebody who watches the user and was blocked, or is no more.
  void show_again(const user_id& other, bool was_hidden, decision& d) const;
  void add_row(storage::outbox_record row, decision& d);
  void list_handle_again(decision& d);
  profile profile_of() const;
  account account_for(const family_id& family) const;
  /// In order: whom the user has blocked or reported.
  std::vector<user_id> avoided() const;
  /// The two are never matched again, and a match that they are in ends as
  /// reported. `where` they met may be empty.
  void shun(const user_id& other, const conversation_id& where, decision& d);
  /// Tells the queue where the user may wait that it is never to meet the
  /// other.
  void avoid_in_queue(const user_id& other, bool reported,
                      const conversation_id& where, decision& d);
  void leave_queue(decision& d);
  void drop_left_matches(decision& d);
  /// Whether somebody may bring the user into one more conversation.
  result<void> may_be_brought(const user_id& by, timestamp_ms now) const;
  bool is_contact(const user_id& other) const;
  void drop_old_rows(timestamp_ms now, decision& d);
  void put_standing(decision& d) const;
  void set_ban_until(const sanction& m, const asked& by, decision& d);
  void set_mute_until(const sanction& m, decision& d);
  void ban_address(const asked& by, decision& d);
  /// Whether it may add to a ban: not from guests, nor from accounts that were
  /// made for it, nor about somebody whom the user has never met.
  bool has_weight(const report_user& m, const std::vector<message>& evidence,
                  timestamp_ms now) const;
  void write_down(const sanction& m, const asked& by, decision& d);

  const user_id id_;
  const storage::store& db_;
  const storage::user_keys keys_;
  user_sessions& sessions_;
  const std::chrono::milliseconds address_ban_;
  const std::chrono::milliseconds refresh_grace_;
  const std::chrono::milliseconds ban_account_age_;
  bool exists_ = false;
  storage::user_record user_;
  storage::standing_record standing_;
  std::map<family_id, storage::family_record> families_;
  std::map<conversation_id, storage::membership_record> memberships_;
  std::map<user_id, storage::relation_record> relations_;
  std::set<user_id> reported_;
  storage::place_record place_;
  outbox outbox_;
};

} // namespace parley::actors
