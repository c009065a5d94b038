#pragma once

#include "base/error.hpp"
#include "net/api/exchange.hpp"

#include <boost/json/object.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace parley::net {

/// An operator's call; `by` in its parameters says whose.
struct operator_call {
  std::string_view method;
  const boost::json::object& params;
};

/// Writes down in the audit log that an operator looks at what is private to
/// users, or changes something, and then has `then` carry it out. Sanctions and
/// resolved reports write their own entries.
///
/// Nothing private is shown before the entry is durable: where it can't be
/// made, the request is answered with why. What changes a node or the cluster
/// is carried out all the same, for it may be what mends the cluster; the log
/// has it in any case.
void write_down(const exchange_ptr& request, const operator_call& what,
                std::function<void()> then);

} // namespace parley::net
