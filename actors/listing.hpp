#pragma once

#include "actors/gather.hpp"
#include "actors/replies.hpp"

#include <map>
#include <string_view>
#include <utility>
#include <vector>

/// What is made of many entities' answers. Pure functions.
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

/// The page of a list of conversations that begins at the cursor: latest
/// activity first.
result<conversation_list> list_page(std::vector<conversation_summary> all,
                                    const list_conversations& wish);

/// What each conversation is to be asked: its events, or, where the client does
/// not know it yet, how it looks.
std::map<conversation_id, conversation_command>
plan_sync(const std::vector<conversation_id>& belongs_to, const sync& wish);

/// Drops pages without events, and cuts what is more than `sync_bytes_max`:
/// the rest of those pages says `has_more`. Beyond that, new conversations are
/// shown without their last message.
void bound_sync(sync_result& all);

} // namespace parley::actors
