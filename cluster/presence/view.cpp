#include "cluster/presence/view.hpp"

#include <array>

namespace parley::cluster::presence {

namespace {

constexpr std::array<std::string_view, 4> status_names{"online", "away", "busy",
                                                       "offline"};

} // namespace

std::string_view to_string(status x) {
  return status_names[static_cast<std::size_t>(x)];
}

std::optional<status> parse_status(std::string_view text) {
  for (std::size_t i = 0; i < status_names.size(); ++i)
    if (status_names[i] == text)
      return static_cast<status>(i);
  return std::nullopt;
}

} // namespace parley::cluster::presence
