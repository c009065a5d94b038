#pragma once

#include "tests/hostile/call.hpp"
#include "tests/hostile/canary.hpp"
#include "tests/hostile/spec.hpp"
#include "tests/hostile/world.hpp"
#include "tests/sim/dice.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace parley::hostile {

/// Makes calls out of what the specification says and of what has been seen by
/// anybody: most are as they should be, by somebody who may or may not; the
/// others are wrong in one thing.
class generator {
public:
  generator(const spec& rules, world& seen, canary_book& canaries,
            sim::dice& random);

  /// The next call, by whom it likes.
  call make(std::uint64_t number);

  /// What no client says: a ban, a mute, a sign-out by an operator.
  call make_operator_call(std::uint64_t number);

  /// Signing up, in, out, and renewing tokens.
  call make_auth_call(std::uint64_t number);

  std::string mark(secret kind, call& what, std::uint32_t addressee = nobody);

  /// Users known to be banned or muted, for operators to let off.
  std::vector<std::uint32_t> sanctioned = {};

private:
  const method_spec& pick_method();
  void pick_place(call& what);
  std::uint32_t recent_place();
  std::uint32_t pick_person();
  std::uint32_t pick_user();
  boost::json::value value_of(const param_spec& param, call& what);
  boost::json::value schema_value(const boost::json::value& schema);
  boost::json::value users(call& what, std::int64_t most);
  boost::json::value text(call& what);
  std::uint64_t pick_seq(const call& what);
  void fill_send(call& what, boost::json::object& params);
  void fill_wishes(call& what, boost::json::object& params);
  void note_meaning(call& what, const boost::json::object& params);
  void spoil(call& what, boost::json::object& params);

  const spec& rules_;
  world& seen_;
  canary_book& canaries_;
  sim::dice& random_;
  std::vector<std::uint32_t> lots_ = {};
};

} // namespace parley::hostile
