#pragma once

#include "actors/replies.hpp"
#include "tests/sim/sim_clock.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace parley::sim {

/// What clients asked for, what they were told, and what must follow from it.
/// Keeps the first thing that must not be.
class history {
public:
  using message_key = std::pair<user_id, client_id>;

  void fail(std::string what) {
    if (failure_.empty())
      failure_ = std::move(what);
  }

  const std::string& failure() const {
    return failure_;
  }

  bool failed() const {
    return !failure_.empty();
  }

  // -- what clients do --------------------------------------------------------

  void begun_send(const conversation_id& where, const message_key& which,
                  const std::string& text, true_us now);
  void acked_send(const actors::sent& what, const message_key& which,
                  true_us now);
  /// An answer that nothing was done, to the first attempt of it.
  void refused_send(const conversation_id& where, const message_key& which);

  void begun_edit(const conversation_id& where, seq target,
                  const std::string& text);
  void acked_edit(const conversation_id& where, seq target,
                  const std::string& text, seq at);
  /// `sure`: no earlier one of the same may still come.
  void acked_reaction(const conversation_id& where, seq target,
                      const user_id& by, bool given);
  void doubtful_reaction(const conversation_id& where, seq target,
                         const user_id& by);
  void acked_change(const conversation_id& where, seq at);
  void acked_mark(const conversation_id& where, const user_id& by, seq at);

  /// What a read that begins now must show at least.
  seq floor(const conversation_id& where) const;

  void read(const actors::events_page& page, seq after, seq floor);
  void read(const actors::conversation_details& what, seq floor);

  /// What a session was told.
  void told(const actors::publication& what);

  void begun_block(const user_id& by, const user_id& whom, bool on);
  void acked_block(const user_id& by, const user_id& whom, bool on,
                   true_us now);
  /// One that was not answered may still come, at any time.
  void doubtful_block(const user_id& by, const user_id& whom);
  /// Whom the user has blocked, for sure.
  std::set<user_id> blocked_by(const user_id& by) const;

  // -- what is in the store in the end ----------------------------------------

  /// The whole log of a conversation, in order.
  void compare(const conversation_id& where,
               const std::vector<actors::durable_event>& log,
               const std::map<user_id, storage::member_record>& members);

  /// Whether someone reacted, as the store says.
  using reaction_query
    = std::function<bool(const conversation_id&, seq, const user_id&)>;
  void compare_reactions(const reaction_query& given);

  std::vector<conversation_id> conversations() const;

  /// An acknowledged message of the sender, or 0.
  seq some_message(const conversation_id& where, const user_id& by,
                   std::uint64_t luck) const;

  std::uint64_t acknowledged() const {
    return acknowledged_;
  }

private:
  struct send_note {
    std::string text;
    true_us begun = 0;
    true_us acked = -1;
    seq at = 0;
    bool refused = false;
  };

  struct edit_note {
    std::string text;
    /// 0 while it is not known.
    seq at = 0;
  };

  struct reaction_note {
    bool given = false;
    bool sure = true;
  };

  struct block_note {
    true_us acked = -1;
    bool on = false;
    bool sure = true;
  };

  struct record {
    std::map<message_key, send_note> sends;
    std::map<seq, std::vector<edit_note>> edits;
    std::map<std::pair<seq, user_id>, reaction_note> reactions;
    std::map<user_id, seq> marks;
    /// What was seen at a place, in short.
    std::map<seq, std::string> seen;
    seq acked = 0;
    /// That was told to be the end.
    seq told_end = 0;
  };

  void saw(const conversation_id& where, seq at, std::string what,
           const char* how);
  void check_text(const conversation_id& where, const actors::message& m,
                  seq floor);
  void check_order(const conversation_id& where, const record& r);
  void check_block(const actors::sent& what, const message_key& which,
                   const send_note& note);

  std::map<conversation_id, record> records_;
  std::map<std::pair<user_id, user_id>, block_note> blocks_;
  std::uint64_t acknowledged_ = 0;
  std::string failure_;
};

} // namespace parley::sim
