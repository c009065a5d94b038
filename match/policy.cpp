#include "match/policy.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>
#include <utility>

namespace parley::match {

namespace {

error fault(std::string what, std::string_view field = {}) {
  return {errc::bad_config, std::move(what), std::string{field}};
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (;;) {
    auto begin = text.find_first_not_of(" ,\t");
    if (begin == std::string_view::npos)
      return out;
    text.remove_prefix(begin);
    auto end = std::min(text.find_first_of(" ,\t"), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number out = 0;
  auto end = text.data() + text.size();
  auto [rest, failure] = std::from_chars(text.data(), end, out);
  if (failure != std::errc{} || rest != end)
    return std::nullopt;
  return out;
}

/// "500ms", "20s", "5m" or "1h".
std::optional<milliseconds> duration_of(std::string_view text) {
  auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  auto count = number_of<std::int32_t>(text.substr(0, digits));
  auto unit = text.substr(digits);
  if (!count)
    return std::nullopt;
  if (unit == "ms")
    return milliseconds{*count};
  if (unit == "s")
    return std::chrono::seconds{*count};
  if (unit == "m")
    return std::chrono::minutes{*count};
  if (unit == "h")
    return std::chrono::hours{*count};
  return std::nullopt;
}

std::string duration_text(milliseconds x) {
  constexpr std::pair<std::int64_t, const char*> units[]
    = {{3'600'000, "h"}, {60'000, "m"}, {1'000, "s"}};
  for (auto& [size, unit] : units)
    if (x.count() != 0 && x.count() % size == 0)
      return std::to_string(x.count() / size) + unit;
  return std::to_string(x.count()) + "ms";
}

bool is_word(std::string_view text) {
  auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'
           || c == '-';
  };
  return !text.empty() && text.size() <= word_bytes_max
         && std::all_of(text.begin(), text.end(), fits);
}

result<void> check_one(const attribute& x) {
  if (!is_word(x.name) || x.name == "any")
    return fault("an attribute's name has 1 to 32 of a-z, 0-9, '-' and '_', "
                 "and is not 'any'",
                 x.name);
  if (x.kind == attribute_kind::number) {
    if (x.least > x.most)
      return fault("a number has a least and, not below it, a most", x.name);
    return {};
  }
  if (x.values.empty() || x.values.size() > values_max)
    return fault("an enum or set has 1 to 63 values", x.name);
  if (!std::all_of(x.values.begin(), x.values.end(), is_word))
    return fault("a value has 1 to 32 of a-z, 0-9, '-' and '_'", x.name);
  if (std::set(x.values.begin(), x.values.end()).size() != x.values.size())
    return fault("a value is there twice", x.name);
  return {};
}

result<void> check_steps(const policy& x) {
  if (x.widen.size() > steps_max)
    return fault("there are at most 8 steps", "widen");
  auto last = milliseconds{0};
  for (auto& step : x.widen) {
    if (step.after <= last)
      return fault("each step comes later than the one before", "widen");
    last = step.after;
    for (auto& change : step.changes)
      if (change.attribute >= x.attributes.size() || change.stretch < 0
          || (change.stretch > 0
              && x.attributes[change.attribute].kind != attribute_kind::number))
        return fault("a step names attributes of the queue, and only numbers "
                     "are stretched",
                     "widen");
  }
  return {};
}

} // namespace

std::optional<unsigned> attribute::bit_of(std::string_view value) const {
  auto found = std::find(values.begin(), values.end(), value);
  if (found == values.end())
    return std::nullopt;
  return static_cast<unsigned>(found - values.begin());
}

unsigned attribute::bit_of(std::int32_t number) const {
  auto span = std::int64_t{most} - least + 1;
  auto bits = static_cast<std::int64_t>(values_max);
  auto width = (span + bits - 1) / bits;
  return static_cast<unsigned>((std::int64_t{number} - least) / width);
}

std::optional<std::size_t> policy::find(std::string_view name) const {
  for (std::size_t i = 0; i < attributes.size(); ++i)
    if (attributes[i].name == name)
      return i;
  return std::nullopt;
}

std::vector<attribute> usual_attributes() {
  using enum attribute_kind;
  return {
    {"age", number, {}, 18, 99},
    {"gender", one_of, {"female", "male", "other"}},
    {"language", set, {"ar", "bn", "cs", "da", "de", "el", "en", "es",
                       "fa", "fi", "fr", "he", "hi", "hu", "id", "it",
                       "ja", "ko", "ms", "nl", "no", "pl", "pt", "ro",
                       "ru", "sv", "th", "tr", "uk", "ur", "vi", "zh"}},
  };
}

result<attribute> parse_attribute(std::string_view name,
                                  std::string_view text) {
  auto words = words_of(text);
  attribute out;
  out.name = name;
  if (words.size() == 3 && words[0] == "number") {
    auto least = number_of<std::int32_t>(words[1]);
    auto most = number_of<std::int32_t>(words[2]);
    if (!least || !most)
      return fault("write 'number LEAST MOST'", name);
    out.kind = attribute_kind::number;
    out.least = *least;
    out.most = *most;
  } else if (words.size() > 1 && (words[0] == "enum" || words[0] == "set")) {
    out.kind = words[0] == "set" ? attribute_kind::set : attribute_kind::one_of;
    out.values.assign(words.begin() + 1, words.end());
  } else {
    return fault("write 'enum VALUE …', 'set VALUE …' or 'number LEAST MOST'",
                 name);
  }
  if (auto good = check_one(out); !good)
    return good.error();
  return out;
}

result<widening> parse_widening(const std::vector<attribute>& attributes,
                                std::string_view text) {
  auto words = words_of(text);
  auto after = words.empty() ? std::nullopt : duration_of(words[0]);
  auto bad
    = fault("write 'TIME any' or 'TIME ATTRIBUTE any, ATTRIBUTE +N'", "widen");
  if (!after || words.size() < 2)
    return bad;
  widening out{*after, {}};
  if (words.size() == 2 && words[1] == "any") {
    for (std::size_t i = 0; i < attributes.size(); ++i)
      out.changes.push_back({i, 0});
    return out;
  }
  policy known;
  known.attributes = attributes;
  for (std::size_t i = 1; i < words.size(); i += 2) {
    auto at = known.find(words[i]);
    if (!at || i + 1 == words.size())
      return bad;
    auto how = words[i + 1];
    auto stretch = how == "any" ? std::optional{0}
                   : how.starts_with('+')
                     ? number_of<std::int32_t>(how.substr(1))
                     : std::nullopt;
    if (!stretch || (*stretch == 0 && how != "any"))
      return bad;
    out.changes.push_back({*at, *stretch});
  }
  return out;
}

std::string to_string(const attribute& x) {
  if (x.kind == attribute_kind::number)
    return "number " + std::to_string(x.least) + " " + std::to_string(x.most);
  std::string out = x.kind == attribute_kind::set ? "set" : "enum";
  for (auto& value : x.values)
    out += " " + value;
  return out;
}

std::string to_string(const widening& x,
                      const std::vector<attribute>& attributes) {
  auto out = duration_text(x.after);
  auto separator = " ";
  for (auto& change : x.changes) {
    out += separator + attributes.at(change.attribute).name;
    out += change.stretch == 0 ? std::string{" any"}
                               : " +" + std::to_string(change.stretch);
    separator = ", ";
  }
  return out;
}

result<void> check(const policy& x) {
  if (x.attributes.size() > attributes_max)
    return fault("a queue has at most 8 attributes", "attributes");
  std::set<std::string_view> names;
  for (auto& each : x.attributes) {
    if (auto good = check_one(each); !good)
      return good;
    if (!names.insert(each.name).second)
      return fault("an attribute is there twice", each.name);
  }
  if (x.give_up <= milliseconds{0} || x.give_up > x.give_up_max)
    return fault("give_up is above 0 and not above give_up_max", "give_up");
  if (x.met_for < milliseconds{0} || x.same_age < milliseconds{0})
    return fault("times are not below 0", "met_for");
  if (x.keep_for < milliseconds{0})
    return fault("times are not below 0", "keep_for");
  if (x.record_for < x.keep_for || x.record_for < x.met_for)
    return fault("is at least keep_for and met_for", "record_for");
  if (x.waiting_max == 0)
    return fault("somebody must be able to wait", "waiting_max");
  return check_steps(x);
}

} // namespace parley::match
