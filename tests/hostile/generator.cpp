#include "tests/hostile/generator.hpp"

#include "tests/hostile/oddities.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace parley::hostile {

namespace json = boost::json;

namespace {

constexpr std::size_t hot_conversations = 160;
constexpr std::size_t text_bytes_max = 8192;

// How often, compared to the others; a method that is not here has two.
const std::map<std::string_view, std::uint32_t>& weights() {
  static const std::map<std::string_view, std::uint32_t> all{
    {"message.send", 60},
    {"message.edit", 12},
    {"message.delete", 6},
    {"message.react", 10},
    {"message.history", 16},
    {"message.delivered", 6},
    {"message.read", 10},
    {"typing.set", 6},
    {"sync", 8},
    {"conversation.get", 8},
    {"conversation.list", 3},
    {"conversation.create", 6},
    {"conversation.update", 4},
    {"conversation.invite", 6},
    {"conversation.accept", 6},
    {"conversation.remove", 4},
    {"conversation.join", 5},
    {"conversation.leave", 3},
    {"conversation.set_role", 4},
    {"user.block", 4},
    {"user.unblock", 5},
    {"signal.send", 8},
    {"match.enqueue", 4},
    {"match.next", 2},
    {"match.leave", 2},
    {"match.cancel", 1},
    {"session.open", 1},
    {"presence.get", 3},
    {"presence.watch", 2},
    {"report.create", 3},
  };
  return all;
}

} // namespace

generator::generator(const spec& rules, world& seen, canary_book& canaries,
                     sim::dice& random)
  : rules_(rules), seen_(seen), canaries_(canaries), random_(random) {
  for (std::uint32_t i = 0; i < rules_.methods().size(); ++i) {
    auto found = weights().find(rules_.methods()[i].name);
    lots_.insert(lots_.end(), found == weights().end() ? 2 : found->second, i);
  }
}

std::string generator::mark(secret kind, call& what, std::uint32_t addressee) {
  canary made;
  made.kind = kind;
  made.writer = what.by;
  made.place = what.place;
  made.addressee = addressee;
  made.call = what.number;
  auto text = canaries_.make(made);
  what.mark = static_cast<std::uint32_t>(canaries_.size() - 1);
  what.marks.push_back(what.mark);
  return text;
}

const method_spec& generator::pick_method() {
  return rules_.methods()[random_.pick(lots_)];
}

std::uint32_t generator::pick_person() {
  return static_cast<std::uint32_t>(
    random_.between(0, static_cast<std::int64_t>(seen_.people().size()) - 1));
}

// One who can call.
std::uint32_t generator::pick_user() {
  for (auto left = 20; left > 0; --left)
    if (auto user = pick_person(); !seen_.people()[user].token.empty())
      return user;
  return 0;
}

std::uint32_t generator::recent_place() {
  auto all = static_cast<std::int64_t>(seen_.conversations().size());
  if (all == 0)
    return nobody;
  auto first = std::max<std::int64_t>(0, all - std::int64_t{hot_conversations});
  return static_cast<std::uint32_t>(random_.between(first, all - 1));
}

void generator::pick_place(call& what) {
  auto lot = random_.between(0, 99);
  auto place = recent_place();
  // Mostly one's own: a few tries find one.
  for (auto left = 12; lot < 72 && left > 0 && place != nobody; --left) {
    if (seen_.conversations()[place].rank_of(what.by) != rank::none)
      break;
    place = recent_place();
  }
  if (lot >= 88 || place == nobody) {
    auto one = lot < 96 ? what.by : pick_person();
    auto other = pick_person();
    what.place_id = one == other ? "d.00000000000000000000000000"
                                 : seen_.direct(one, other);
    what.place = seen_.find(what.place_id);
    return;
  }
  what.place = place;
  what.place_id = seen_.conversations()[place].id;
}

std::uint64_t generator::pick_seq(const call& what) {
  std::int64_t last = 0;
  if (what.place != nobody)
    last
      = static_cast<std::int64_t>(seen_.conversations()[what.place].log.size());
  // Mostly a recent message, of one's own if possible.
  for (auto left = 8; left > 0 && last > 0; --left) {
    auto at = random_.between(std::max<std::int64_t>(1, last - 40), last);
    const auto& found
      = seen_.conversations()[what.place].log[static_cast<std::size_t>(at - 1)];
    if (found.kind == entry_kind::message && (left < 4 || found.by == what.by))
      return static_cast<std::uint64_t>(at);
  }
  return static_cast<std::uint64_t>(
    random_.between(1, std::max<std::int64_t>(1, last + 1)));
}

json::value generator::users(call& what, std::int64_t most) {
  json::array out;
  for (auto left = random_.between(1, most); left > 0; --left) {
    auto user = pick_person();
    what.subjects.push_back(user);
    out.emplace_back(seen_.people()[user].handle);
  }
  return out;
}

json::value generator::text(call& what) {
  auto kind = what.is("message.edit") ? secret::edit : secret::text;
  auto out = mark(kind, what) + " " + odd_text(random_);
  if (random_.one_in(60)) {
    auto size = static_cast<std::size_t>(
      random_.between(1, std::int64_t{text_bytes_max} + 1));
    what.is_valid = what.is_valid && size <= text_bytes_max;
    out.resize(std::max(size, canary_book::size_of_text), '.');
  }
  return json::value(out);
}

json::value generator::schema_value(const json::value& schema) {
  const auto* rules = rules_.resolve(schema).if_object();
  if (!rules)
    return nullptr;
  if (const auto* words = rules->if_contains("enum")) {
    const auto& all = words->as_array();
    return all[static_cast<std::size_t>(
      random_.between(0, static_cast<std::int64_t>(all.size()) - 1))];
  }
  const auto* type = rules->if_contains("type");
  if (!type)
    return json::object{{"a", random_.between(0, 9)}};
  if (*type == "integer")
    return random_.between(1, 210);
  if (*type == "boolean")
    return random_.one_in(2);
  if (*type == "array")
    return json::array{};
  if (*type == "object")
    return json::object{};
  return json::value(odd_text(random_));
}

} // namespace parley::hostile
