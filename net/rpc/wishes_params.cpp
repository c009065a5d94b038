#include "net/rpc/wishes_params.hpp"

#include "net/rpc/params.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace parley::net::rpc {

namespace json = boost::json;

namespace {

// More than any policy takes, and little enough to look at.
constexpr std::size_t elements_max = 64;

error bad(std::string field, std::string why) {
  return {errc::bad_params, std::move(why), std::move(field)};
}

const json::value* find(const json::object& from, std::string_view name) {
  const auto* value = from.if_contains({name.data(), name.size()});
  return value == nullptr || value->is_null() ? nullptr : value;
}

bool add(const json::value& from, match::raw_value& to) {
  if (const auto* text = from.if_string())
    to.texts.emplace_back(text->data(), text->size());
  else if (auto number = whole_number(from))
    to.numbers.push_back(*number);
  else
    return false;
  return true;
}

/// One value or a list of them; null is any.
result<match::raw_value> read_value(std::string_view name,
                                    const json::value& from,
                                    const std::string& field) {
  match::raw_value out;
  out.name = name;
  out.any = from.is_null();
  const auto* list = from.if_array();
  auto good = list == nullptr || list->size() <= elements_max;
  if (list == nullptr && !out.any)
    good = add(from, out);
  for (std::size_t i = 0; good && list != nullptr && i < list->size(); ++i)
    good = add((*list)[i], out);
  if (!good)
    return bad(field, "must be a text, a whole number or a list of them");
  return out;
}

result<std::vector<match::raw_value>> read_values(const json::object& from,
                                                  std::string_view name,
                                                  const std::string& field) {
  std::vector<match::raw_value> out;
  const auto* found = find(from, name);
  if (found == nullptr)
    return out;
  const auto* object = found->if_object();
  if (object == nullptr || object->size() > elements_max)
    return bad(field, "must be an object of attributes");
  for (const auto& [key, each] : *object) {
    std::string_view attribute{key.data(), key.size()};
    auto value
      = read_value(attribute, each, field + "." + std::string{attribute});
    if (!value)
      return value.error();
    out.push_back(std::move(*value));
  }
  return out;
}

result<std::vector<match::raw_step>> read_steps(const json::value& from) {
  const auto* list = from.if_array();
  if (list == nullptr || list->size() > elements_max)
    return bad("widen", "must be a list of steps");
  std::vector<match::raw_step> out;
  for (const auto& each : *list) {
    auto field = "widen[" + std::to_string(out.size()) + "]";
    const auto* step = each.if_object();
    if (step == nullptr)
      return bad("widen", "must be a list of steps");
    const auto* after = find(*step, "after_ms");
    auto after_ms = after == nullptr ? std::nullopt : whole_number(*after);
    if (!after_ms)
      return bad(field + ".after_ms", "must be an integer");
    auto want = read_values(*step, "want", field + ".want");
    if (!want)
      return want.error();
    out.push_back({*after_ms, std::move(*want)});
  }
  return out;
}

result<std::vector<std::string>> read_interests(const json::value& from) {
  const auto* list = from.if_array();
  if (list == nullptr || list->size() > elements_max)
    return bad("interests", "must be a list of texts");
  std::vector<std::string> out;
  for (const auto& each : *list) {
    const auto* text = each.if_string();
    if (text == nullptr)
      return bad("interests", "must be a list of texts");
    out.emplace_back(text->data(), text->size());
  }
  return out;
}

} // namespace

result<match::raw_wishes> read_wishes(const json::object& from) {
  match::raw_wishes out;
  auto self = read_values(from, "self", "self");
  if (!self)
    return self.error();
  out.self = std::move(*self);
  auto want = read_values(from, "want", "want");
  if (!want)
    return want.error();
  out.want = std::move(*want);
  if (const auto* found = find(from, "interests")) {
    auto texts = read_interests(*found);
    if (!texts)
      return texts.error();
    out.interests = std::move(*texts);
  }
  if (const auto* found = find(from, "widen")) {
    auto steps = read_steps(*found);
    if (!steps)
      return steps.error();
    out.widen = std::move(*steps);
  }
  if (const auto* found = find(from, "give_up_ms")) {
    out.give_up_ms = whole_number(*found);
    if (!out.give_up_ms)
      return bad("give_up_ms", "must be an integer");
  }
  return out;
}

} // namespace parley::net::rpc
