#pragma once

#include "match/pool.hpp"

#include <string>
#include <utility>
#include <vector>

namespace parley::match {

inline raw_value says(std::string name,
                      std::initializer_list<const char*> texts) {
  return {std::move(name), false, {texts.begin(), texts.end()}, {}};
}

inline raw_value says(std::string name,
                      std::initializer_list<std::int64_t> numbers) {
  return {std::move(name), false, {}, {numbers.begin(), numbers.end()}};
}

inline raw_value does_not_mind(std::string name) {
  return {std::move(name), true, {}, {}};
}

inline policy usual_policy() {
  policy out;
  out.attributes = usual_attributes();
  return out;
}

/// A ticket of `user` who has come at `since` and says that.
inline ticket ticket_of(const policy& by, ticket_id id, std::string_view user,
                        timestamp_ms since, const raw_wishes& said) {
  ticket out;
  out.id = id;
  out.user = user_id{user};
  out.asked = check(by, said).value();
  out.since = since;
  return out;
}

inline raw_wishes man_for_woman() {
  return {.self = {says("gender", {"male"})},
          .want = {says("gender", {"female"})}};
}

inline raw_wishes woman_for_man() {
  return {.self = {says("gender", {"female"})},
          .want = {says("gender", {"male"})}};
}

} // namespace parley::match
