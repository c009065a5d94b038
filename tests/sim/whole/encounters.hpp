#pragma once

#include "actors/match_messages.hpp"
#include "match/policy.hpp"
#include "storage/records.hpp"
#include "tests/sim/whole/history.hpp"

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace parley::sim {

/// What the owner of a queue has stored of it.
struct queue_view {
  queue_name name = {};
  match::ticket_id last_ticket = 0;
  std::map<match::ticket_id, storage::ticket_record> waiting = {};
  std::map<conversation_id, storage::meeting_record> present = {};
  std::map<conversation_id, storage::session_record> over = {};
};

/// Who wanted to meet strangers, what they were told of it, what the owners of
/// the queues had stored at each look, and what must follow from it.
class encounters {
public:
  /// All queues are alike.
  encounters(history& all, match::policy rules)
    : all_(all), rules_(std::move(rules)) {}

  static const std::vector<queue_name>& queues();

  /// Nobody loses a ticket but by their own wish.
  bool calm() const {
    return rules_.give_up >= far_off && rules_.away_grace >= far_off;
  }

  /// What strangers have said is there in the end.
  bool keeps_all() const {
    return rules_.keep_for >= far_off;
  }

  /// Matches that anybody was told of.
  std::uint64_t count() const {
    return found_.size();
  }

  // -- what users do ---------------------------------------------------------

  /// `avoided` were so before it was asked for, for sure.
  void acked_seek(const user_id& by, const queue_name& where,
                  match::ticket_id ticket, const std::set<user_id>& avoided);
  /// The queues were looked at since the answer came, not sooner.
  void acked_cancel(const user_id& by);
  void begun_cancel(const user_id& by);
  /// One that was not answered may still come, at any time.
  void doubtful_cancel(const user_id& by) {
    doubtful_.insert(by);
  }

  /// What a session was told.
  void told(const actors::match_notice& what);

  // -- what is stored --------------------------------------------------------

  /// Of each queue that has an owner who may answer, what is committed now.
  void look(std::vector<queue_view> views);

  /// Who waits in vain, or has not been told; empty if nobody. `views` are of
  /// all queues, and everybody is there.
  std::string unrest(const std::vector<queue_view>& views);

  /// In the end, when all is at rest.
  void compare(const std::vector<queue_view>& views);

private:
  using ticket_key = std::pair<queue_name, match::ticket_id>;

  struct ticket_note {
    user_id by = {};
    std::set<user_id> avoided = {};
    /// Its user may have given it up.
    bool may_go = false;
    /// Its user has, before it was matched.
    bool gone = false;
  };

  struct told_note {
    user_id partner = {};
    bool polite = false;
  };

  static constexpr auto far_off = std::chrono::minutes{10};

  void look_at(const queue_view& q);
  void look_at(const queue_view& q, const conversation_id& id,
               const storage::meeting_record& met);
  void look_at_ticket(const queue_view& q, const user_id& user,
                      match::ticket_id ticket, const user_id& partner);
  void check_places(const std::vector<queue_view>& views);
  std::string who_waits_in_vain(const queue_view& q) const;
  void compare_told(const std::vector<queue_view>& views);
  void compare_tickets(const queue_view& q);
  void compare_pairs(const queue_view& q);

  history& all_;
  const match::policy rules_;
  std::map<ticket_key, ticket_note> tickets_;
  std::map<conversation_id, std::map<user_id, told_note>> found_;
  /// How a match that was told to be over has ended.
  std::map<conversation_id, std::uint32_t> ended_;
  std::set<ticket_key> matched_;
  std::set<user_id> doubtful_;
  std::set<conversation_id> looked_at_;
  std::vector<queue_view> last_look_;
};

} // namespace parley::sim
