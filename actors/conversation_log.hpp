#pragma once

#include "actors/replies.hpp"
#include "actors/uncommitted.hpp"
#include "base/limits.hpp"
#include "storage/keys.hpp"
#include "storage/store.hpp"
#include "storage/write_set.hpp"

#include <functional>
#include <optional>

namespace parley::actors {

/// The log of one conversation: gives events their places and finds them
/// again. Appending changes what is in memory at once and the store when the
/// write set is committed; pages show what is committed.
class conversation_log {
public:
  conversation_log(const storage::store& db, storage::shard_id shard,
                   const conversation_id& id);

  /// Finds the end. `replay` gets the messages after the checkpoint.
  result<void>
  load(const storage::conversation_record& head,
       const std::function<void(seq, const storage::message_record&)>& replay);

  /// Sets `ordinal` and `ts` (never before the last event's) and takes the next
  /// place.
  seq append(storage::message_record record, timestamp_ms now,
             storage::write_set& into);
  seq append(storage::event_record record, timestamp_ms now,
             storage::write_set& into);

  /// Replaces a message by what it is after an edit, deletion or reaction.
  void replace(seq at, const storage::message_record& record,
               std::uint64_t ticket, storage::write_set& into);

  /// Puts or erases (`record` none) another record of the conversation.
  void write(std::string key, std::optional<std::string> record,
             std::uint64_t ticket, storage::write_set& into);

  /// What decisions up to now have left under `key`.
  result<std::optional<std::string>> read(const std::string& key) const;

  /// The message at a place; none where there is another event or nothing.
  result<std::optional<storage::message_record>> message_at(seq at) const;

  /// How many messages there are up to a place.
  result<std::uint64_t> ordinal_at(seq at) const;

  /// How many messages of `sender` are in (after, upto].
  result<std::uint64_t> count_own(const user_id& sender, seq after,
                                  seq upto) const;

  /// How many messages of others are deleted in (after, upto], of the last
  /// `unread_looked_at_max` there.
  result<std::uint64_t> count_deleted(const user_id& viewer, seq after,
                                      seq upto) const;

  /// Messages in ascending order. `from` is the first place that the reader may
  /// see. A page ends before its JSON would exceed `bytes_max`, but not before
  /// its first message. What `reader` has reacted with is looked up, where
  /// there is one.
  result<history_page> history(const read_history& what, seq from,
                               std::size_t bytes_max = limits::page_bytes_max,
                               const user_id& reader = {}) const;

  /// All durable events after a place, bounded in the same way. What was said
  /// before `visible_from` is not quoted.
  result<events_page> events(seq after, std::size_t limit, seq visible_from = 1,
                             std::size_t bytes_max = limits::page_bytes_max,
                             const user_id& reader = {}) const;

  /// The emoji with which that user has reacted to a message.
  result<std::vector<std::string>> own_reactions(const message& to,
                                                 const user_id& by) const;

  /// Who has reacted to a message: pages end between users.
  result<reaction_list> reactions(const list_reactions& what) const;

  void committed(std::uint64_t upto) {
    uncommitted_.committed(upto);
  }

  /// It was erased.
  void forget_last_message() {
    last_message_.reset();
  }

  seq last_seq() const {
    return last_seq_;
  }

  timestamp_ms last_ts() const {
    return last_ts_;
  }

  std::uint64_t messages() const {
    return messages_;
  }

  const std::optional<message>& last_message() const {
    return last_message_;
  }

  const storage::conversation_keys& keys() const {
    return keys_;
  }

private:
  struct part {
    std::vector<durable_event> events;
    /// There is more after the last of `events`.
    bool cut = false;
  };

  result<part> messages_after(seq after, std::size_t limit,
                              std::size_t bytes_max,
                              const user_id& reader) const;
  result<part> events_after(seq after, std::size_t limit,
                            std::size_t bytes_max) const;
  result<void> fill(events_page& page, seq visible_from,
                    std::size_t bytes_max) const;
  result<void> load_last();
  timestamp_ms next_ts(timestamp_ms now);

  const storage::store& db_;
  const conversation_id id_;
  const storage::conversation_keys keys_;
  seq last_seq_ = 0;
  timestamp_ms last_ts_ = 0;
  std::uint64_t messages_ = 0;
  std::optional<message> last_message_;
  uncommitted uncommitted_;
};

} // namespace parley::actors
