#include "bench/load/heard.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <array>
#include <utility>

namespace parley::bench {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t depth_max = 16;

enum class key : std::uint8_t {
  other,
  id,
  method,
  seq,
  client_id,
  code,
  retry_after_ms,
  detail,
  has_more,
  duplicate,
  token,
  conversation,
  state,
};

constexpr std::array names{
  std::pair{"id"sv, key::id},
  std::pair{"method"sv, key::method},
  std::pair{"seq"sv, key::seq},
  std::pair{"client_id"sv, key::client_id},
  std::pair{"code"sv, key::code},
  std::pair{"retry_after_ms"sv, key::retry_after_ms},
  std::pair{"detail"sv, key::detail},
  std::pair{"has_more"sv, key::has_more},
  std::pair{"duplicate"sv, key::duplicate},
  std::pair{"token"sv, key::token},
  std::pair{"conversation"sv, key::conversation},
  std::pair{"state"sv, key::state},
};

key key_of(std::string_view name) {
  for (const auto& [text, what] : names)
    if (text == name)
      return what;
  return key::other;
}

class handler
  : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, handler> {
public:
  explicit handler(heard& out) : out_(out) {}

  bool StartObject() {
    if (++depth_ >= levels_.size())
      return false;
    levels_[depth_] = {};
    return true;
  }

  bool EndObject(rapidjson::SizeType) {
    if (levels_[depth_].seq != 0)
      out_.entries.push_back(levels_[depth_]);
    --depth_;
    return true;
  }

  bool Key(const char* text, rapidjson::SizeType size, bool) {
    key_ = key_of({text, size});
    return true;
  }

  bool String(const char* text, rapidjson::SizeType size, bool) {
    std::string_view value{text, size};
    switch (key_) {
      case key::method:
        if (depth_ == 1)
          out_.method = value;
        break;
      case key::client_id: levels_[depth_].mark = parse_mark(value); break;
      case key::id: out_.text_id = value; break;
      case key::detail: out_.detail = value; break;
      case key::token: out_.token = value; break;
      case key::conversation: out_.conversation = value; break;
      case key::state: out_.state = value; break;
      default: break;
    }
    return true;
  }

  bool Bool(bool value) {
    if (key_ == key::has_more)
      out_.has_more = out_.has_more || value;
    else if (key_ == key::duplicate)
      out_.duplicate = value;
    return true;
  }

  bool Int(int value) {
    if (key_ == key::code)
      out_.error_code = value;
    return true;
  }

  bool Uint(unsigned value) {
    return Uint64(value);
  }

  bool Uint64(std::uint64_t value) {
    switch (key_) {
      case key::id:
        if (depth_ == 1)
          out_.id = value;
        break;
      case key::seq: levels_[depth_].seq = value; break;
      case key::code: out_.error_code = static_cast<int>(value); break;
      case key::retry_after_ms:
        out_.retry_after_ms = static_cast<std::uint32_t>(value);
        break;
      default: break;
    }
    return true;
  }

private:
  heard& out_;
  key key_ = key::other;
  std::size_t depth_ = 0;
  std::array<log_entry, depth_max> levels_{};
};

void clear(heard& out) {
  out.id.reset();
  out.method.clear();
  out.entries.clear();
  out.error_code = 0;
  out.retry_after_ms = 0;
  out.detail.clear();
  out.has_more = false;
  out.duplicate = false;
  out.text_id.clear();
  out.token.clear();
  out.conversation.clear();
  out.state.clear();
}

} // namespace

bool read_heard(std::string_view json, heard& out) {
  clear(out);
  handler into{out};
  rapidjson::MemoryStream stream{json.data(), json.size()};
  rapidjson::Reader reader;
  return !reader.Parse(stream, into).IsError();
}

} // namespace parley::bench
