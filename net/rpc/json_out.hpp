#pragma once

// Lets RapidJSON look for characters to escape sixteen at a time. Every x86-64
// has SSE2.
#if defined(__x86_64__) && !defined(RAPIDJSON_SSE2)
#define RAPIDJSON_SSE2
#endif

#include "base/check.hpp"
#include "base/ids.hpp"
#include "base/text_id.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::net::rpc {

/// Writes JSON, value by value. What it is given must be UTF-8.
class json_out {
public:
  explicit json_out(rapidjson::StringBuffer& into) : writer_(into) {}

  /// Forgets what was written before.
  void restart(rapidjson::StringBuffer& into) {
    writer_.Reset(into);
  }

  void begin_object() {
    writer_.StartObject();
  }
  void end_object() {
    writer_.EndObject();
  }
  void begin_array() {
    writer_.StartArray();
  }
  void end_array() {
    writer_.EndArray();
  }

  void key(std::string_view name) {
    writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  }
  void value(std::string_view text) {
    writer_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  }
  void value(const char* text) {
    value(std::string_view{text});
  }
  template <class Tag, std::size_t Max>
  void value(const text_id<Tag, Max>& id) {
    value(id.view());
  }
  void value(std::same_as<bool> auto on) {
    writer_.Bool(on);
  }
  void value(std::unsigned_integral auto number) requires(
    !std::same_as<decltype(number), bool>) {
    writer_.Uint64(number);
  }
  void value(std::signed_integral auto number) {
    writer_.Int64(number);
  }
  void value(std::floating_point auto number) {
    writer_.Double(number);
  }
  /// A value that is JSON already.
  void raw(std::string_view json) {
    writer_.RawValue(json.data(), json.size(), rapidjson::kNullType);
  }

  template <class T>
  void member(std::string_view name, const T& x) {
    key(name);
    value(x);
  }
  /// Nothing where `x` is empty or 0.
  template <class T>
  void member_if(std::string_view name, const T& x) {
    if (x != T{})
      member(name, x);
  }
  void list_member(std::string_view name, const auto& values) {
    key(name);
    begin_array();
    for (const auto& each : values)
      value(each);
    end_array();
  }
  void raw_member(std::string_view name, std::string_view json) {
    key(name);
    raw(json);
  }

private:
  rapidjson::Writer<rapidjson::StringBuffer> writer_;
};

/// Calls `write(json_out&)` and appends what it wrote to `out`, leaving room
/// for what goes around it. The buffer is kept by the thread, so `write` must
/// not come here again.
template <class Write>
void append_json(std::string& out, Write&& write) {
  constexpr std::size_t keep_bytes_max = 256 * 1024;
  constexpr std::size_t room_bytes = 16;
  thread_local rapidjson::StringBuffer buffer;
  thread_local json_out to{buffer};
  thread_local bool busy = false;
  PARLEY_CHECK(!busy);
  busy = true;
  to.restart(buffer);
  write(to);
  out.reserve(out.size() + buffer.GetSize() + room_bytes);
  out.append(buffer.GetString(), buffer.GetSize());
  auto size = buffer.GetSize();
  buffer.Clear();
  if (size > keep_bytes_max)
    buffer.ShrinkToFit();
  busy = false;
}

} // namespace parley::net::rpc
