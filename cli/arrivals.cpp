#include "cli/arrivals.hpp"

#include <boost/json/parse.hpp>

#include <fstream>
#include <utility>

namespace parley::cli {

namespace json = boost::json;

namespace {

constexpr std::size_t line_bytes_max = 64 * 1024;
/// In the year 33658: sums of times stay within what they are counted in.
constexpr timestamp_ms at_max = 1'000'000'000'000'000;

error bad(std::string what) {
  return {errc::bad_params, std::move(what)};
}

/// One value or a list of them.
result<match::raw_value> value_of(std::string_view name, const json::value& x) {
  match::raw_value out;
  out.name = name;
  auto add = [&](const json::value& each) {
    if (const auto* text = each.if_string())
      out.texts.emplace_back(text->data(), text->size());
    else if (const auto* number = each.if_int64())
      out.numbers.push_back(*number);
    else
      return false;
    return true;
  };
  if (x.is_null()) {
    out.any = true;
    return out;
  }
  const auto* list = x.if_array();
  if (list == nullptr && !add(x))
    return bad(out.name + " has no text, whole number or list of them");
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i)
    if (!add((*list)[i]))
      return bad(out.name + " has no text, whole number or list of them");
  return out;
}

result<std::vector<match::raw_value>> values_of(const json::object& from,
                                                std::string_view name) {
  std::vector<match::raw_value> out;
  const auto* found = from.if_contains(name);
  if (found == nullptr)
    return out;
  if (!found->is_object())
    return bad(std::string{name} + " is no object");
  for (const auto& [key, x] : found->get_object()) {
    auto value = value_of({key.data(), key.size()}, x);
    if (!value)
      return value.error();
    out.push_back(std::move(*value));
  }
  return out;
}

result<std::vector<match::raw_step>> steps_of(const json::value& from) {
  if (!from.is_array())
    return bad("widen is no list");
  std::vector<match::raw_step> out;
  for (const auto& each : from.get_array()) {
    const auto* step = each.if_object();
    const auto* after = step ? step->if_contains("after_ms") : nullptr;
    if (after == nullptr || !after->is_int64())
      return bad("a step of widen has no after_ms");
    auto want = values_of(*step, "want");
    if (!want)
      return want.error();
    out.push_back({after->get_int64(), std::move(*want)});
  }
  return out;
}

result<match::raw_wishes> wishes_of(const json::object& from) {
  match::raw_wishes out;
  auto self = values_of(from, "self");
  if (!self)
    return self.error();
  out.self = std::move(*self);
  auto want = values_of(from, "want");
  if (!want)
    return want.error();
  out.want = std::move(*want);
  if (const auto* found = from.if_contains("interests")) {
    auto texts = value_of("interests", *found);
    if (!texts)
      return texts.error();
    if (!texts->numbers.empty())
      return bad("interests has a number");
    out.interests = std::move(texts->texts);
  }
  if (const auto* found = from.if_contains("widen")) {
    auto steps = steps_of(*found);
    if (!steps)
      return steps.error();
    out.widen = std::move(*steps);
  }
  if (const auto* found = from.if_contains("give_up_ms")) {
    if (!found->is_int64())
      return bad("give_up_ms is no whole number");
    out.give_up_ms = found->get_int64();
  }
  return out;
}

} // namespace

result<match::arrival> read_arrival(std::string_view line) {
  json::error_code failure;
  auto parsed = json::parse({line.data(), line.size()}, failure);
  const auto* object = failure ? nullptr : parsed.if_object();
  if (object == nullptr)
    return bad("is no JSON object");
  const auto* at = object->if_contains("at");
  const auto* who = object->if_contains("who");
  if (at == nullptr || !at->is_int64() || at->get_int64() < 0
      || at->get_int64() > at_max)
    return bad("has no `at`, in milliseconds");
  if (who == nullptr || !who->is_int64() || who->get_int64() < 0)
    return bad("has no `who`, a number");
  match::arrival out;
  out.at = at->get_int64();
  out.who = static_cast<std::uint64_t>(who->get_int64());
  const auto* enqueue = object->if_contains("enqueue");
  if ((enqueue != nullptr) == object->contains("cancel"))
    return bad("has either `enqueue` or `cancel`");
  if (enqueue == nullptr)
    return out;
  if (!enqueue->is_object())
    return bad("has an `enqueue` that is no object");
  auto said = wishes_of(enqueue->get_object());
  if (!said)
    return said.error();
  out.said = std::move(*said);
  return out;
}

result<void> read_arrivals(const std::string& file,
                           const std::function<void(match::arrival)>& take) {
  std::ifstream in{file};
  if (!in)
    return bad(file + ": cannot be read");
  timestamp_ms last = 0;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.empty())
      continue;
    auto place = file + ":" + std::to_string(number) + ": ";
    if (line.size() > line_bytes_max)
      return bad(place + "is longer than 64 KiB");
    auto next = read_arrival(line);
    if (!next)
      return bad(place + next.error().detail);
    if (next->at < last)
      return bad(place + "is earlier than the line before");
    last = next->at;
    take(std::move(*next));
  }
  return {};
}

} // namespace parley::cli
