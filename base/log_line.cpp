#include "base/log_line.hpp"

#include <fmt/chrono.h>
#include <rapidjson/encodings.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>

namespace parley::log {

namespace {

using json_writer = rapidjson::Writer<rapidjson::StringBuffer>;

/// `text` with U+FFFD in the place of what is not UTF-8.
std::string repaired(std::string_view text) {
  using utf8 = rapidjson::UTF8<>;
  constexpr unsigned replacement = 0xFFFD;
  rapidjson::MemoryStream in{text.data(), text.size()};
  rapidjson::StringBuffer out;
  while (in.Tell() < text.size()) {
    unsigned code_point = 0;
    bool valid = utf8::Decode(in, &code_point);
    utf8::Encode(out, valid ? code_point : replacement);
  }
  return {out.GetString(), out.GetSize()};
}

bool is_ascii(std::string_view text) {
  for (char c : text)
    if (static_cast<unsigned char>(c) >= 0x80)
      return false;
  return true;
}

void put(json_writer& out, std::string_view text) {
  if (!is_ascii(text)) {
    auto valid = repaired(text);
    out.String(valid.data(), static_cast<unsigned>(valid.size()));
    return;
  }
  out.String(text.data(), static_cast<unsigned>(text.size()));
}

struct value_writer {
  void operator()(std::string_view x) const {
    put(out, x);
  }

  void operator()(std::int64_t x) const {
    out.Int64(x);
  }

  void operator()(double x) const {
    if (std::isfinite(x))
      out.Double(x);
    else
      out.Null();
  }

  void operator()(bool x) const {
    out.Bool(x);
  }

  json_writer& out;
};

std::string time_text(std::chrono::system_clock::time_point now) {
  auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  auto ms = std::chrono::floor<std::chrono::milliseconds>(now - seconds);
  auto whole = fmt::gmtime(std::chrono::system_clock::to_time_t(seconds));
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", whole, ms.count());
}

} // namespace

std::string format_line(std::chrono::system_clock::time_point now, level at,
                        std::string_view event,
                        std::initializer_list<field> fields) {
  rapidjson::StringBuffer buffer;
  json_writer out{buffer};
  out.StartObject();
  put(out, "ts");
  put(out, time_text(now));
  put(out, "level");
  put(out, to_string(at));
  put(out, "event");
  put(out, event);
  for (const auto& x : fields) {
    put(out, x.name);
    std::visit(value_writer{out}, x.value);
  }
  out.EndObject();
  buffer.Put('\n');
  return {buffer.GetString(), buffer.GetSize()};
}

} // namespace parley::log
