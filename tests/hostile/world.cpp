#include "tests/hostile/world.hpp"

#include "base/ids.hpp"

#include <algorithm>
#include <utility>

namespace parley::hostile {

rank conversation::rank_of(std::uint32_t user) const {
  auto found = members.find(user);
  return found == members.end() ? rank::none : found->second;
}

bool conversation::was_there(std::uint32_t user, std::uint64_t seq) const {
  auto found = stays.find(user);
  return found != stays.end()
         && std::any_of(found->second.begin(), found->second.end(),
                        [seq](const stay& each) { return each.has(seq); });
}

entry& conversation::at(std::uint64_t seq) {
  if (log.size() < seq)
    log.resize(seq);
  return log[seq - 1];
}

const entry* conversation::find(std::uint64_t seq) const {
  return seq == 0 || seq > log.size() ? nullptr : &log[seq - 1];
}

std::uint32_t world::add_person(person who) {
  auto index = static_cast<std::uint32_t>(people_.size());
  by_handle_.emplace(who.handle, index);
  people_.push_back(std::move(who));
  for (std::uint32_t other = 0; other < index; ++other)
    note_pair(index, other);
  return index;
}

std::uint32_t world::find_person(std::string_view handle) const {
  auto found = by_handle_.find(std::string{handle});
  return found == by_handle_.end() ? nobody : found->second;
}

std::uint32_t world::meet(std::string_view id) {
  if (auto known = find(id); known != nobody)
    return known;
  if (!parse_conversation_id(id))
    return nobody;
  auto index = static_cast<std::uint32_t>(conversations_.size());
  conversation fresh;
  fresh.id = id;
  fresh.kind = id.front();
  if (auto [a, b] = pair_of(id); fresh.kind == 'd' && a != nobody)
    for (auto user : {a, b}) {
      fresh.members[user] = rank::member;
      fresh.stays[user].push_back({1, 0, 1});
    }
  conversations_.push_back(std::move(fresh));
  by_id_.emplace(std::string{id}, index);
  return index;
}

std::uint32_t world::find(std::string_view id) const {
  auto found = by_id_.find(std::string{id});
  return found == by_id_.end() ? nobody : found->second;
}

std::string world::direct(std::uint32_t a, std::uint32_t b) const {
  return direct_conversation(user_id{people_[a].handle},
                             user_id{people_[b].handle})
    .str();
}

std::pair<std::uint32_t, std::uint32_t>
world::pair_of(std::string_view id) const {
  auto found = pairs_.find(std::string{id});
  return found == pairs_.end() ? std::pair{nobody, nobody} : found->second;
}

void world::note_pair(std::uint32_t a, std::uint32_t b) {
  if (a != b && parse_user_id(people_[a].handle)
      && parse_user_id(people_[b].handle))
    pairs_.emplace(direct(a, b), std::pair{a, b});
}

} // namespace parley::hostile
