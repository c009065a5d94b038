#include "match/wishes.hpp"

#include "base/text_rules.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace parley::match {

namespace {

error bad(std::string field, std::string what) {
  return {errc::bad_params, std::move(what), std::move(field)};
}

/// The bits of the numbers from `least` to `most`.
std::uint64_t bits_between(const attribute& a, std::int32_t least,
                           std::int32_t most) {
  auto low = a.bit_of(least);
  auto count = a.bit_of(most) - low + 1;
  static_assert(values_max < 64);
  return ((std::uint64_t{1} << count) - 1) << low;
}

result<std::uint64_t> bits_of(const attribute& a, const raw_value& said,
                              const std::string& field) {
  if (said.texts.empty() || !said.numbers.empty())
    return bad(field, "takes one or more of the queue's values");
  std::uint64_t out = 0;
  for (auto& text : said.texts) {
    auto bit = a.bit_of(text);
    if (!bit)
      return bad(field, "has a value that the queue does not know: \""
                          + text.substr(0, word_bytes_max) + "\"");
    out |= std::uint64_t{1} << *bit;
  }
  return out;
}

class checker {
public:
  explicit checker(const policy& by) : by_(by) {}

  result<profile> self(const std::vector<raw_value>& said) const {
    profile out;
    for (auto& each : said) {
      auto field = "self." + each.name;
      auto at = attribute_of(each, field);
      if (!at)
        return at.error();
      if (out.mask[*at] != not_said)
        return bad(field, "is there twice");
      if (each.any)
        continue;
      if (auto good = set_self(out, *at, each, field); !good)
        return good.error();
    }
    return out;
  }

  /// The wishes, as changes of those that are none.
  result<std::vector<step::change>> want(const std::vector<raw_value>& said,
                                         const std::string& prefix) const {
    std::vector<step::change> out;
    for (auto& each : said) {
      auto field = prefix + each.name;
      auto at = attribute_of(each, field);
      if (!at)
        return at.error();
      if (std::any_of(out.begin(), out.end(),
                      [&](auto& c) { return c.attribute == *at; }))
        return bad(field, "is there twice");
      auto change = want_one(*at, each, field);
      if (!change)
        return change.error();
      out.push_back(*change);
    }
    return out;
  }

  result<std::vector<step>> steps(const std::vector<raw_step>& said,
                                  const wish& first,
                                  milliseconds give_up) const {
    if (said.size() > steps_max)
      return error{errc::too_large, "there are at most 8 steps", "widen"};
    std::vector<step> out;
    auto present = first;
    for (std::size_t i = 0; i < said.size(); ++i) {
      auto field = "widen[" + std::to_string(i) + "].";
      milliseconds after{said[i].after_ms};
      auto last = out.empty() ? milliseconds{0} : out.back().after;
      if (after <= last || after >= give_up)
        return bad(field + "after_ms",
                   "must lie behind the step before and before give_up_ms");
      auto changes = want(said[i].want, field + "want.");
      if (!changes)
        return changes.error();
      step next{after, std::move(*changes)};
      if (auto narrow = narrowed(next, present))
        return bad(field + "want." + by_.attributes[*narrow].name,
                   "takes back what was accepted before");
      apply(next, present);
      out.push_back(std::move(next));
    }
    return out;
  }

  std::vector<step> default_steps(wish present, milliseconds give_up) const {
    std::vector<step> out;
    for (auto& each : by_.widen) {
      if (each.after >= give_up)
        break;
      step next{each.after, {}};
      for (auto& change : each.changes)
        if (!present.any(change.attribute))
          next.changes.push_back(stretched(change, present));
      apply(next, present);
      if (!next.changes.empty())
        out.push_back(std::move(next));
    }
    return out;
  }

private:
  result<std::size_t> attribute_of(const raw_value& said,
                                   const std::string& field) const {
    auto at = by_.find(said.name);
    if (!at)
      return bad(field.substr(0, 64), "is not an attribute of this queue");
    return *at;
  }

  result<void> set_self(profile& out, std::size_t at, const raw_value& said,
                        const std::string& field) const {
    auto& a = by_.attributes[at];
    if (a.kind == attribute_kind::number) {
      if (said.numbers.size() != 1 || !said.texts.empty()
          || said.numbers[0] < a.least || said.numbers[0] > a.most)
        return bad(field, "must be a whole number from "
                            + std::to_string(a.least) + " to "
                            + std::to_string(a.most));
      out.number[at] = static_cast<std::int32_t>(said.numbers[0]);
      out.mask[at] = std::uint64_t{1} << a.bit_of(out.number[at]);
      return {};
    }
    auto bits = bits_of(a, said, field);
    if (!bits)
      return bits.error();
    if (a.kind == attribute_kind::one_of && said.texts.size() != 1)
      return bad(field, "can only be one value");
    out.mask[at] = *bits;
    return {};
  }

  result<step::change> want_one(std::size_t at, const raw_value& said,
                                const std::string& field) const {
    auto& a = by_.attributes[at];
    step::change out;
    out.attribute = static_cast<std::uint8_t>(at);
    if (said.any)
      return out;
    if (a.kind != attribute_kind::number) {
      auto bits = bits_of(a, said, field);
      if (!bits)
        return bits.error();
      out.mask = *bits;
      return out;
    }
    auto& n = said.numbers;
    if (n.size() != 2 || !said.texts.empty() || n[0] > n[1] || n[1] < a.least
        || n[0] > a.most)
      return bad(field, "must be [least, most] within "
                          + std::to_string(a.least) + " to "
                          + std::to_string(a.most));
    out.least
      = static_cast<std::int32_t>(std::max<std::int64_t>(n[0], a.least));
    out.most = static_cast<std::int32_t>(std::min<std::int64_t>(n[1], a.most));
    out.mask = bits_between(a, out.least, out.most);
    return out;
  }

  static std::optional<std::size_t> narrowed(const step& next,
                                             const wish& present) {
    for (auto& c : next.changes)
      if ((present.mask[c.attribute] & ~c.mask) != 0
          || c.least > present.least[c.attribute]
          || c.most < present.most[c.attribute])
        return c.attribute;
    return std::nullopt;
  }

  step::change stretched(const widening::change& by,
                         const wish& present) const {
    auto& a = by_.attributes[by.attribute];
    step::change out;
    out.attribute = static_cast<std::uint8_t>(by.attribute);
    if (by.stretch == 0)
      return out;
    auto least = std::int64_t{present.least[by.attribute]} - by.stretch;
    auto most = std::int64_t{present.most[by.attribute]} + by.stretch;
    out.least
      = static_cast<std::int32_t>(std::max<std::int64_t>(least, a.least));
    out.most = static_cast<std::int32_t>(std::min<std::int64_t>(most, a.most));
    out.mask = bits_between(a, out.least, out.most);
    return out;
  }

  const policy& by_;
};

/// Without case, single blanks inside and none around, no '#' first.
std::string normal(std::string_view text) {
  std::string out;
  for (char c : text::caseless(text)) {
    auto blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (blank || (c == '#' && out.empty())) {
      if (!out.empty() && out.back() != ' ')
        out += ' ';
      continue;
    }
    out += c;
  }
  if (!out.empty() && out.back() == ' ')
    out.pop_back();
  return out;
}

result<std::vector<std::string>>
check_interests(const std::vector<std::string>& said) {
  if (said.size() > interests_max)
    return error{errc::too_large, "there are at most 10 interests",
                 "interests"};
  std::vector<std::string> out;
  for (std::size_t i = 0; i < said.size(); ++i) {
    out.push_back(normal(said[i]));
    if (out.back().empty() || out.back().size() > interest_bytes_max)
      return bad("interests[" + std::to_string(i) + "]",
                 "must have 1 to 32 bytes");
    if (const auto* fault = text::fault_in_line(out.back()))
      return bad("interests[" + std::to_string(i) + "]", fault);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

} // namespace

bool accepts(const wish& w, const profile& whom) {
  for (std::size_t i = 0; i < attributes_max; ++i)
    if (!accepts(w, whom, i))
      return false;
  return true;
}

void apply(const step& s, wish& w) {
  for (auto& c : s.changes) {
    w.mask[c.attribute] = c.mask;
    w.least[c.attribute] = c.least;
    w.most[c.attribute] = c.most;
  }
}

result<wishes> check(const policy& by, const raw_wishes& said) {
  checker with{by};
  wishes out;
  out.give_up = said.give_up_ms ? milliseconds{*said.give_up_ms} : by.give_up;
  if (out.give_up <= milliseconds{0} || out.give_up > by.give_up_max)
    return bad("give_up_ms",
               "must be from 1 to " + std::to_string(by.give_up_max.count()));
  auto self = with.self(said.self);
  if (!self)
    return self.error();
  out.self = *self;
  auto want = with.want(said.want, "want.");
  if (!want)
    return want.error();
  apply(step{{}, std::move(*want)}, out.want);
  auto interests = check_interests(said.interests);
  if (!interests)
    return interests.error();
  out.interests = std::move(*interests);
  if (!said.widen) {
    out.steps = with.default_steps(out.want, out.give_up);
    return out;
  }
  auto steps = with.steps(*said.widen, out.want, out.give_up);
  if (!steps)
    return steps.error();
  out.steps = std::move(*steps);
  return out;
}

std::vector<std::string> shared(const std::vector<std::string>& a,
                                const std::vector<std::string>& b) {
  std::vector<std::string> out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                        std::back_inserter(out));
  return out;
}

} // namespace parley::match
