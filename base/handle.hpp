#pragma once

#include "base/ids.hpp"

#include <optional>
#include <string_view>

namespace parley {

/// A user's id as a person gives it. Phones capitalise the first letter, so
/// ASCII capitals count as the small letters that ids are made of. What
/// machines keep and give back (tokens, rows, links) is read by
/// `parse_user_id`, which knows one spelling.
std::optional<user_id> parse_handle(std::string_view text);

} // namespace parley
