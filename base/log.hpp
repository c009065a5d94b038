#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace parley::log {

enum class level : std::uint8_t { debug, info, warning, error, off };

/// "debug", "info", "warning", "error" or "off".
std::string_view to_string(level at);

/// What `to_string` says, or nothing.
std::optional<level> parse_level(std::string_view text);

/// One named value of a log line. Never a message's text, a password or a
/// token; views must live until the call returns.
struct field {
  using value_type = std::variant<std::string_view, std::int64_t, double, bool>;

  template <class T>
  field(std::string_view field_name, const T& x) : name(field_name) {
    if constexpr (std::is_same_v<T, bool>)
      value = x;
    else if constexpr (std::is_integral_v<T>)
      value = static_cast<std::int64_t>(x);
    else if constexpr (std::is_floating_point_v<T>)
      value = static_cast<double>(x);
    else
      value = std::string_view{x};
  }

  std::string_view name;
  value_type value;
};

/// Writes one line of JSON, `{"ts","level","event",FIELDS…}`, to standard
/// error, on a thread of its own. Safe from any thread; when its bounded queue
/// is full the oldest lines are dropped rather than the caller delayed. A child
/// of fork() has no such thread, and must exec before it logs.
void write(level at, std::string_view event,
           std::initializer_list<field> fields = {});

inline void debug(std::string_view event,
                  std::initializer_list<field> fields = {}) {
  write(level::debug, event, fields);
}

inline void info(std::string_view event,
                 std::initializer_list<field> fields = {}) {
  write(level::info, event, fields);
}

inline void warning(std::string_view event,
                    std::initializer_list<field> fields = {}) {
  write(level::warning, event, fields);
}

inline void error(std::string_view event,
                  std::initializer_list<field> fields = {}) {
  write(level::error, event, fields);
}

/// Drops lines below `least`. The default is `info`.
void set_level(level least);

/// Writes out what is queued, waiting at most two seconds for it. Call before
/// the process ends.
void flush();

/// How many lines were dropped so far because the queue was full.
std::uint64_t dropped();

} // namespace parley::log
