#pragma once

#include "actors/messages.hpp"
#include "match/queue.hpp"
#include "storage/records.hpp"

#include <string>
#include <string_view>
#include <vector>

/// A queue's tickets and meetings as records, and what its outbox rows say.
namespace parley::actors {

/// What a ticket carries besides what matching looks at: match::ticket::said.
struct said_words {
  std::string display_name = {};
  match::raw_wishes wishes = {};
};

std::string encode(const said_words& x);
result<said_words> decode_said(std::string_view bytes);

/// "age=25 language=en,de want age=20..30 interests tea", for operators.
std::string text_of(const match::raw_wishes& said);

storage::ticket_record row_of(const match::ticket& t);
storage::meeting_record row_of(const match::meeting& m);

/// The ticket again, with its wishes as the policy has them now. Fails where
/// it does not take them any more.
result<match::ticket> ticket_of(match::ticket_id id,
                                const storage::ticket_record& row,
                                const match::policy& by);

/// The same of two who are together. Wishes that are not taken any more are
/// anybody's.
match::meeting meeting_of(const conversation_id& id,
                          const storage::meeting_record& row,
                          const match::policy& by);

/// What a queue tells the conversation of two, in this order.
enum class match_step : std::uint64_t { open = 1, close, erase, forget };

/// `about` may be empty but for the first two steps.
storage::outbox_record step_row(match_step what, const conversation_id& id,
                                storage::session_record about);

/// The command that delivers such a row; `corrupt` where it can't be read.
result<conversation_command> command_of_step(const storage::outbox_record& row);

/// What the two are told when it was delivered.
std::vector<match_notice> notices_of(const storage::outbox_record& row);

/// That two have met, for one of them.
match_notice found_for(const user_id& user, const conversation_id& id,
                       const storage::meeting_record& met);

/// What a user tells its queue of another, and that again as a command.
storage::outbox_record shun_row(const queue_name& to, const user_id& other,
                                bool reported, const conversation_id& where);
note_shunned shunned_by(const user_id& user, const storage::outbox_record& row);

} // namespace parley::actors
