#include "net/rpc/params.hpp"

#include "base/handle.hpp"
#include "base/limits.hpp"
#include "base/text_rules.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cmath>

namespace parley::net::rpc {

namespace json = boost::json;

namespace {

// The last moment of the year 9999: JavaScript counts exactly so far, too.
constexpr std::uint64_t latest_time = 253'402'300'799'999;

bool is_printable_ascii(char c) {
  return c >= 0x20 && c <= 0x7e;
}

bool is_type_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'
         || c == '.' || c == '-';
}

json::string_view as_json(std::string_view text) {
  return {text.data(), text.size()};
}

std::string_view as_std(json::string_view text) {
  return {text.data(), text.size()};
}

// A number too large for a double is read as infinite, and would be written as
// what no client can read. Nests as deep as the frame may.
bool has_infinite(const json::value& x) {
  if (const auto* number = x.if_double())
    return !std::isfinite(*number);
  if (const auto* list = x.if_array())
    return std::any_of(list->begin(), list->end(), has_infinite);
  if (const auto* object = x.if_object())
    return std::any_of(object->begin(), object->end(), [](const auto& each) {
      return has_infinite(each.value());
    });
  return false;
}

std::string at_most(std::size_t most, std::string_view of_what) {
  return "at most " + std::to_string(most) + " " + std::string{of_what};
}

} // namespace

params::params(const json::object& from, context with)
  : from_(from), with_(std::move(with)) {}

std::optional<std::int64_t> whole_number(const json::value& from) {
  // Up to here a double holds each integer, and no other means the same.
  constexpr double exact_max = 9'007'199'254'740'992;
  if (const auto* x = from.if_int64())
    return *x;
  const auto* x = from.if_double();
  if (x == nullptr || !(std::abs(*x) < exact_max) || *x != std::trunc(*x))
    return std::nullopt;
  return static_cast<std::int64_t>(*x);
}

// A parameter that is null is one that is not there.
bool params::has(std::string_view name) const {
  const auto* value = from_.if_contains(as_json(name));
  return value != nullptr && !value->is_null();
}

void params::fail(std::string_view name, std::string detail, errc code) {
  if (fault_)
    fault_ = error{code, std::move(detail), std::string{name}};
}

const json::value* params::find(std::string_view name) {
  const auto* value = from_.if_contains(as_json(name));
  if (value == nullptr || value->is_null()) {
    fail(name, "missing");
    return nullptr;
  }
  return value;
}

std::string_view params::text(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr)
    return {};
  if (const auto* string = value->if_string())
    return as_std(*string);
  fail(name, "must be a string");
  return {};
}

std::optional<std::uint64_t> params::number(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  if (const auto* x = value->if_uint64())
    return *x;
  auto x = whole_number(*value);
  if (x && *x >= 0)
    return static_cast<std::uint64_t>(*x);
  fail(name, x ? "must not be negative" : "must be an integer");
  return std::nullopt;
}

conversation_id params::conversation(std::string_view name) {
  auto id = parse_conversation_id(text(name));
  if (!id)
    fail(name, "must be a conversation's id");
  return id.value_or(conversation_id{});
}

queue_name params::queue(std::string_view name) {
  if (!has(name))
    return queue_name{"default"};
  return queue_name{line(name, 1, queue_name::size_max)};
}

user_id params::user(std::string_view name) {
  auto id = parse_handle(text(name));
  if (!id)
    fail(name, "must be a user's id");
  return id.value_or(user_id{});
}

user_id params::user_of(const json::value& from, std::string_view name) {
  const auto* string = from.if_string();
  auto id = string ? parse_handle(as_std(*string)) : std::nullopt;
  if (!id)
    fail(name, "must be a list of users' ids");
  return id.value_or(user_id{});
}

std::vector<user_id> params::users(std::string_view name, std::size_t most) {
  std::vector<user_id> out;
  const auto* value = find(name);
  const auto* list = value ? value->if_array() : nullptr;
  if (list == nullptr) {
    fail(name, "must be a list of users' ids");
    return out;
  }
  if (list->size() > most) {
    fail(name, at_most(most, "users"));
    return out;
  }
  out.reserve(list->size());
  for (const auto& element : *list) {
    auto id = user_of(element, name);
    if (std::find(out.begin(), out.end(), id) == out.end())
      out.push_back(id);
  }
  return out;
}

client_id params::client(std::string_view name) {
  auto given = text(name);
  if (given.empty() || given.size() > limits::client_id_bytes_max
      || !std::all_of(given.begin(), given.end(), is_printable_ascii))
    fail(name, "must be 1 to 64 characters of printable ASCII");
  return client_id{given};
}

seq params::position(std::string_view name) {
  auto at = number(name).value_or(0);
  if (at == 0 || at > INT64_MAX)
    fail(name, "must be an integer of 1 or higher");
  return at;
}

seq params::position_or_start(std::string_view name) {
  auto at = number(name).value_or(0);
  if (at > INT64_MAX)
    fail(name, "is out of range");
  return at;
}

timestamp_ms params::time(std::string_view name) {
  auto at = number(name).value_or(0);
  if (at > latest_time)
    fail(name, "is beyond the year 9999");
  return static_cast<timestamp_ms>(at);
}

std::uint32_t params::limit(std::size_t standard, std::size_t most,
                            std::string_view name) {
  if (!has(name))
    return static_cast<std::uint32_t>(standard);
  auto asked = number(name).value_or(0);
  if (asked == 0)
    fail(name, "must be an integer of 1 or higher");
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(asked, most));
}

bool params::flag(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr)
    return false;
  if (const auto* on = value->if_bool())
    return *on;
  fail(name, "must be true or false");
  return false;
}

std::string params::message_text(std::string_view name) {
  auto given = text(name);
  if (given.empty())
    fail(name, "must not be empty");
  if (given.size() > limits::text_bytes_max)
    fail(name, at_most(limits::text_bytes_max, "bytes"), errc::too_large);
  return std::string{given};
}

std::string params::name(std::string_view name, std::size_t bytes_min,
                         std::size_t bytes_max) {
  auto given = line(name, bytes_min, bytes_max);
  if (const auto* fault = text::fault_in_line(given))
    fail(name, fault);
  auto kept = text::composed(given);
  if (kept.size() > bytes_max)
    fail(name, at_most(bytes_max, "bytes"));
  return kept;
}

std::string params::device(std::string_view name) {
  auto given = line(name, 1, limits::device_id_bytes_max);
  if (const auto* fault = text::fault_in_device_id(given))
    fail(name, fault);
  return given;
}

std::string params::emoji(std::string_view name) {
  auto kept = text::reaction(line(name, 1, limits::emoji_bytes_max));
  if (!kept)
    fail(name, "must be one emoji or a :name:");
  else if (kept->size() > limits::emoji_bytes_max)
    fail(name, at_most(limits::emoji_bytes_max, "bytes"));
  return std::move(kept).value_or(std::string{});
}

std::string params::line(std::string_view name, std::size_t bytes_min,
                         std::size_t bytes_max) {
  auto given = text(name);
  if (given.size() < bytes_min)
    fail(name, bytes_min == 1
                 ? "must not be empty"
                 : "at least " + std::to_string(bytes_min) + " bytes");
  if (given.size() > bytes_max)
    fail(name, at_most(bytes_max, "bytes"));
  else if (text::has_controls(given))
    fail(name, "must have no control characters");
  return std::string{given};
}

std::string params::text_of(std::string_view name, std::size_t bytes_max) {
  auto given = text(name);
  if (given.size() > bytes_max)
    fail(name, at_most(bytes_max, "bytes"), errc::too_large);
  return std::string{given};
}

std::size_t params::one_of(std::string_view name,
                           std::initializer_list<std::string_view> names) {
  auto given = text(name);
  const auto* found = std::find(names.begin(), names.end(), given);
  if (found == names.end()) {
    std::string all;
    for (auto each : names)
      all.append(all.empty() ? "must be " : " or ").append(each);
    fail(name, std::move(all));
    return 0;
  }
  return static_cast<std::size_t>(found - names.begin());
}

std::string params::type(std::string_view name) {
  auto given = text(name);
  if (given.empty() || given.size() > limits::type_bytes_max
      || given.front() < 'a' || given.front() > 'z'
      || !std::all_of(given.begin(), given.end(), is_type_char))
    fail(name, "must match ^[a-z][a-z0-9_.-]{0,31}$");
  return std::string{given};
}

std::string params::attachments(std::string_view name) {
  const auto* value = find(name);
  const auto* list = value ? value->if_array() : nullptr;
  if (list == nullptr) {
    fail(name, "must be a list of objects");
    return {};
  }
  if (list->empty())
    return {};
  if (list->size() > limits::attachments_max) {
    fail(name, at_most(limits::attachments_max, "attachments"),
         errc::too_large);
    return {};
  }
  std::string out = "[";
  for (const auto& each : *list) {
    if (!each.is_object())
      fail(name, "must be a list of objects");
    if (has_infinite(each))
      fail(name, "has a number that is out of range");
    auto text = json::serialize(each);
    if (text.size() > limits::attachment_bytes_max)
      fail(name, at_most(limits::attachment_bytes_max, "bytes each"),
           errc::too_large);
    out.append(out.size() > 1 ? "," : "").append(text);
  }
  return out.append("]");
}

std::string params::json(std::string_view name, std::size_t bytes_max) {
  if (!has(name))
    return "null";
  const auto* value = find(name);
  if (has_infinite(*value))
    fail(name, "has a number that is out of range");
  auto out = json::serialize(*value);
  if (out.size() > bytes_max)
    fail(name, at_most(bytes_max, "bytes"), errc::too_large);
  return out;
}

std::vector<std::pair<conversation_id, seq>>
params::positions(std::string_view name) {
  std::vector<std::pair<conversation_id, seq>> out;
  const auto* value = find(name);
  const auto* map = value ? value->if_object() : nullptr;
  if (map == nullptr) {
    fail(name, "must be an object of conversations' ids and positions");
    return out;
  }
  if (map->size() > limits::sync_conversations_max) {
    fail(name, at_most(limits::sync_conversations_max, "conversations"));
    return out;
  }
  out.reserve(map->size());
  for (const auto& [key, at] : *map) {
    auto id = parse_conversation_id(as_std(key));
    auto seen = whole_number(at);
    if (!id || !seen || *seen < 0) {
      fail(name, "must be an object of conversations' ids and positions");
      return out;
    }
    out.emplace_back(*id, static_cast<seq>(*seen));
  }
  return out;
}

std::vector<seq> params::seqs(std::string_view name, std::size_t most) {
  std::vector<seq> out;
  const auto* value = find(name);
  const auto* list = value ? value->if_array() : nullptr;
  if (list == nullptr) {
    fail(name, "must be a list of positions");
    return out;
  }
  if (list->size() > most)
    fail(name, at_most(most, "positions"), errc::too_large);
  for (const auto& each : *list) {
    auto at = whole_number(each);
    if (!at || *at < 1)
      fail(name, "must be a list of positions");
    if (!fault_)
      return out;
    out.push_back(static_cast<seq>(*at));
  }
  return out;
}

result<target> params::to_conversation(const conversation_id& id,
                                       actors::conversation_command what) {
  if (!fault_)
    return fault_.error();
  if (with_.guest && kind_of(id) != conversation_kind::match)
    return error{errc::forbidden, "guests may only talk in their matches"};
  return target{cluster::key_of(id), std::move(what)};
}

result<target> params::to_user(const user_id& id, actors::user_command what) {
  if (!fault_)
    return fault_.error();
  return target{cluster::key_of(id), std::move(what)};
}

result<target> params::to_self(actors::user_command what) {
  return to_user(with_.user, std::move(what));
}

result<target> params::to_directory(std::string_view handle,
                                    actors::directory_command what) {
  if (!fault_)
    return fault_.error();
  return target{cluster::directory_of(handle), std::move(what)};
}

result<target> params::to_moderation(actors::moderation_command what) {
  if (!fault_)
    return fault_.error();
  return target{cluster::moderation_desk(), std::move(what)};
}

} // namespace parley::net::rpc
