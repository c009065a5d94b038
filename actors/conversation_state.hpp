#pragma once

#include "actors/asked.hpp"
#include "actors/conversation_log.hpp"
#include "actors/decision.hpp"
#include "actors/outbox.hpp"
#include "actors/rights.hpp"
#include "base/clock.hpp"

#include <map>
#include <set>
#include <unordered_map>
#include <vector>

namespace parley::actors {

/// The rules of one conversation: who may do what, and what it does to the log.
///
/// Each `decide` checks the command and applies it to memory, or refuses it and
/// changes nothing; the decision's writes make the store follow. One instance
/// is the only writer of its conversation.
class conversation_state {
public:
  conversation_state(const storage::store& db, storage::shard_id shard,
                     const conversation_id& id);

  /// Reads what the store knows. A conversation that is not there is one that
  /// does not exist yet.
  result<void> load();

  bool exists() const {
    return exists_;
  }

  /// Whether there are rows of members who have never joined.
  bool has_stray_rows() const {
    return !strays_.empty();
  }
  /// Erases them.
  decision erase_stray_rows();

  decision decide(const asked& by, send_message m);
  decision decide(const asked& by, const edit_message& m);

  /// What the decision is where nothing depends on the text: what was sent
  /// before, or may not be.
  std::optional<decision> foregone(const asked& by, const send_message& m);
  std::optional<decision> foregone(const asked& by, const edit_message& m);

  decision decide(const asked& by, const delete_message& m);
  decision decide(const asked& by, const react& m);
  decision decide(const asked& by, const update_group& m);
  decision decide(const asked& by, const invite& m);
  decision decide(const asked& by, const remove_member& m);
  decision decide(const asked& by, const join& m);
  decision decide(const asked& by, const leave& m);
  decision decide(const asked& by, const set_role& m);
  decision decide(const asked& by, const mute& m);
  decision decide(const asked& by, const mark& m);
  decision decide(const asked& by, const set_typing& m);
  decision decide(const asked& by, const create_group& m);
  decision decide(const asked& by, const block_changed& m);
  decision decide(const asked& by, const list_reactions& m);
  decision decide(const asked& by, const read_history& m);
  decision decide(const asked& by, const read_events& m);
  decision decide(const asked& by, const show_conversation& m);
  decision decide(const asked& by, const summarise& m);
  decision decide(const asked& by, const announce_position& m);
  decision decide(const asked& by, const take_evidence& m);
  decision decide(const asked& by, const send_signal& m);
  decision decide(const asked& by, const open_match& m);
  decision decide(const asked& by, const close_match& m);
  decision decide(const asked& by, const erase_match& m);

  /// Receipts that wait to be told, and whether there are any.
  decision flush_receipts();
  bool receipts_wait() const {
    return !receipts_.empty();
  }
  /// In a large conversation only a count of readers is told.
  bool large() const;

  /// Who has stopped typing by now; and when the next one will have, if any.
  /// By the clock of `asked::steady`.
  decision expire_typing(timestamp_ms now);
  std::optional<timestamp_ms> typing_until() const;

  void outbox_delivered(std::uint64_t number);
  void committed(std::uint64_t upto) {
    log_.committed(upto);
  }

  outbox& rows() {
    return outbox_;
  }

  const storage::conversation_keys& keys() const {
    return log_.keys();
  }

  /// Events between two checkpoints at most: what a load has to count.
  static constexpr seq checkpoint_interval = 256;

private:
  using member = storage::member_record;

  result<void> load_members();
  void take_row(const user_id& user, const member& row);
  result<void> load_outbox();

  // Who may.
  /// The caller as a member where the table of rights lets the caller do that;
  /// null where it lets who is no member.
  result<member*> authorize(const asked& by, method_id method);
  relation relation_of(const user_id& user, const member& row) const;
  /// Whether one of the two of a direct conversation has blocked the other:
  /// neither is told what the other does.
  bool is_silent() const;
  void hide_from_others(const user_id& user, publication& p) const;
  result<relation> relation_of_outsider(const user_id& user) const;
  /// Whom a signal is for: one other member, or all where `only` is empty.
  result<std::vector<user_id>> others_of(const asked& by,
                                         const user_id& only) const;
  /// The message that an edit, deletion or reaction is about.
  result<message> target_of(const asked& by, seq target, method_id method);
  /// The message that a sender wants to change.
  result<message> own_message(const asked& by, seq at);
  /// Whether it opens the direct conversation of the sender and `to`.
  bool opens(const asked& by, const send_message& m) const;
  std::optional<decision> foregone(const asked& by, const send_message& m,
                                   const std::string& dedup);
  /// What was answered where the row says that it was sent before.
  result<std::optional<sent>> sent_before(const asked& by,
                                          const std::string& dedup) const;
  /// Whether the user is one of two who were matched, until it is erased.
  result<bool> has_met(const user_id& user) const;
  /// The messages of those places that are not in `into` already.
  result<void> add_named(const std::vector<seq>& seqs, seq visible_from,
                         std::vector<message>& into) const;

  // What it does.
  seq append_event(storage::event_record event, const asked& by, decision& d,
                   std::string text = {});
  /// Members who may not see what was said there.
  std::vector<user_id> members_after(seq target) const;
  void open_direct(const user_id& other, const asked& by, decision& d);
  void add_member(const user_id& user, storage::member_role role, seq at,
                  const asked& by, decision& d);
  void drop_member(const user_id& user, bool removed, seq at, const asked& by,
                   decision& d);

  void notify(const user_id& user, bool joined, seq at, const user_id& by,
              decision& d);
  void publish(conversation_event what, const asked& by, decision& d);
  void put_member(const user_id& user, const member& m, decision& d) const;
  void put_head(decision& d) const;
  void checkpoint(decision& d);
  void pass_ownership(const asked& by, decision& d);
  result<std::uint64_t> own_unread_from(const user_id& user, const member& me,
                                        seq at) const;
  void take_back_typing(const user_id& user, decision& d);

  // What it looks like.
  /// To a member, or to an operator where `me` is null.
  result<std::size_t>
  own_kinds(seq target, const std::vector<storage::reaction_count>& kinds,
            const user_id& by) const;
  conversation_summary view_of(const user_id& viewer, const member* me) const;
  /// To whoever created the group and is in it no more: that it is there.
  conversation_summary bare_view() const;

  const conversation_id id_;
  const storage::store& db_;
  conversation_log log_;
  bool exists_ = false;
  storage::conversation_record head_;
  /// Added to by `add_member` and `open_direct` alone.
  std::map<user_id, member> members_;
  /// Who has blocked the other of a direct conversation, perhaps before the two
  /// have ever talked.
  std::set<user_id> blocking_;
  std::vector<user_id> strays_;
  /// From where those see the conversation who joined last.
  seq newest_join_ = 1;
  /// Messages of each sender since the checkpoint.
  std::unordered_map<user_id, std::uint64_t> sent_since_checkpoint_;
  outbox outbox_;
  /// Former members whose own entity has not said yet that it knows.
  std::map<std::uint64_t, user_id> leaving_;
  std::map<user_id, receipt> receipts_;
  std::map<user_id, timestamp_ms> typing_;
  /// When each was last told of as typing.
  std::map<user_id, timestamp_ms> typing_told_;
};

} // namespace parley::actors
