#include "bench/load/peers/floor_dialect.hpp"

#include "bench/load/connection.hpp"

#include <fmt/format.h>

#include <charconv>

namespace parley::bench {

std::string floor_dialect::upgrade() const {
  return upgrade_request("/", "");
}

void floor_dialect::greet(dialect_listener& to) {
  to.write("h" + user_.conversation);
}

void floor_dialect::say(const message_mark& mark, dialect_listener& to) {
  to.write(fmt::format("s{} {}", mark.counter, marked(mark, user_.words)));
}

void floor_dialect::read(std::string_view frame, dialect_listener& to) {
  std::uint64_t counter = 0;
  auto rest = frame.substr(std::min<std::size_t>(frame.size(), 1));
  if (frame.starts_with('d'))
    return to.on_message(rest);
  if (frame == "h")
    return to.on_greeted();
  if (frame.starts_with('a')) {
    std::from_chars(rest.data(), rest.data() + rest.size(), counter);
    return to.on_acknowledged(counter);
  }
  to.on_nonsense(frame);
}

} // namespace parley::bench
