#include "cluster/presence/reply.hpp"

#include <algorithm>
#include <array>

namespace parley::cluster::presence {

std::optional<std::string> info_field(std::string_view info,
                                      std::string_view name) {
  while (!info.empty()) {
    auto end = std::min(info.find('\n'), info.size());
    auto line = info.substr(0, end);
    info.remove_prefix(std::min(end + 1, info.size()));
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    if (line.size() > name.size() && line.starts_with(name)
        && line[name.size()] == ':')
      return std::string{line.substr(name.size() + 1)};
  }
  return std::nullopt;
}

bool is_elsewhere(const reply& answer) {
  constexpr std::array<std::string_view, 4> words{"READONLY", "LOADING",
                                                  "MASTERDOWN", "NOREPLICAS"};
  return answer.is_error()
         && std::any_of(words.begin(), words.end(), [&](auto word) {
              return answer.text.starts_with(word);
            });
}

} // namespace parley::cluster::presence
