#pragma once

#include "actors/gather.hpp"
#include "actors/page_weight.hpp"
#include "actors/replies.hpp"
#include "base/limits.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

/// What is made of many entities' answers, without I/O.
namespace parley::actors {

/// The answers that came, were no errors and are of this kind.
template <class Reply>
std::vector<Reply> take_all(gathers::answers& got) {
  std::vector<Reply> all;
  for (auto& each : got)
    if (each && *each)
      if (auto wanted = std::get_if<Reply>(&**each))
        all.push_back(std::move(*wanted));
  return all;
}

/// Whether everybody answered who could, now or a moment later: what is made
/// without one who may have had something to say would hide that.
bool all_answered(const gathers::answers& got);

/// What is answered when others did not answer in time.
error late();

error with_field(error why, std::string_view field);

/// Makes the page of a list of conversations that begins at the cursor, latest
/// activity first, from summaries in any order. Holds no more of them than one
/// page has.
class list_pager {
public:
  /// Fails where nobody was given that cursor.
  static result<list_pager> begin(const list_conversations& wish);

  void add(conversation_summary c);

  conversation_list finish();

private:
  struct order {
    bool operator()(const conversation_summary& a,
                    const conversation_summary& b) const;
  };

  std::size_t limit_ = 0;
  std::optional<conversation_summary> after_;
  std::set<conversation_summary, order> page_;
  std::size_t bytes_ = 0;
  bool more_ = false;
};

/// One `sync`, from its first question to its answer: asks a few conversations
/// at a time and for no more than still fits, and when the answer is full names
/// the others with `has_more` instead of asking them. Those that the client
/// knows come first, so that calling again comes on.
class sync_pager {
public:
  struct question {
    conversation_id to;
    conversation_command what;
  };

  sync_pager(const std::vector<conversation_id>& belongs_to, const sync& wish);

  /// Whom to ask next; nobody when it is time to finish.
  std::vector<question> next();

  /// The answers, in the order of the questions.
  void take(gathers::answers got);

  sync_result finish();

private:
  struct entry {
    conversation_id id;
    /// The events after that, or after what was read.
    std::optional<seq> after;
    /// How it looks, not its events.
    bool fresh = false;
  };

  question ask(const entry& x) const;
  bool fits(std::size_t bytes);
  void take_page(events_page page);
  void take_summary(conversation_summary c);

  std::vector<entry> plan_;
  std::size_t asked_ = 0;
  std::uint32_t limit_ = 0;
  page_budget room_{limits::sync_bytes_max};
  bool full_ = false;
  sync_result found_;
};

} // namespace parley::actors
