#pragma once

#include "base/error.hpp"
#include "match/wishes.hpp"

#include <boost/json/object.hpp>

namespace parley::net::rpc {

/// What `match.enqueue` says of its caller: `self`, `want`, `interests`,
/// `widen` and `give_up_ms`. Checks the JSON only; whether a queue takes it,
/// the queue says.
result<match::raw_wishes> read_wishes(const boost::json::object& from);

} // namespace parley::net::rpc
