#include "tests/hostile/findings.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace parley::hostile {

namespace {

constexpr std::uint64_t printed_of_a_kind = 5;
constexpr std::size_t params_shown = 400;

} // namespace

void findings::add(std::string_view kind, std::uint64_t call,
                   std::string_view what) {
  ++count_;
  auto& seen = kinds_[std::string{kind}];
  if (++seen > printed_of_a_kind)
    return;
  fmt::print("FOUND {} (seed {}, call {}): {}\n", kind, seed_, call, what);
  std::fflush(stdout);
}

void findings::add(std::string_view kind, const call& concerned,
                   std::string_view what) {
  add(kind, concerned.number,
      fmt::format("{}\n    {} by {} on {}: {} -> {} seq {}", what,
                  concerned.name, concerned.by, concerned.place_id,
                  concerned.params.substr(0, params_shown), concerned.code,
                  concerned.answered_seq));
}

} // namespace parley::hostile
