#include "tests/hostile/planted.hpp"

#include "storage/records.hpp"
#include "storage/store.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace parley::hostile {

namespace json = boost::json;

namespace {

constexpr std::array names{
  "none",
  "event_to_stranger",
  "event_lost",
  "event_twice",
  "events_swapped",
  "event_after_leaving",
  "answer_to_stranger",
  "stranger_let_in",
  "mute_forgotten",
  "internal_answer",
  "result_cut",
  "answer_lost",
  "message_lost",
  "third_member",
  "member_lost",
  "row_lost",
  "text_made_up",
};

static_assert(names.size() == static_cast<std::size_t>(planted::last) + 1);

bool is_message(const json::object& event) {
  return event.at("method") == "event.message";
}

std::string id_in(const json::object& event) {
  const auto* params = event.if_contains("params");
  const auto* object = params ? params->if_object() : nullptr;
  const auto* id = object ? object->if_contains("conversation") : nullptr;
  return id && id->is_string() ? std::string{id->as_string()} : std::string{};
}

} // namespace

std::span<const char* const> planted_names() {
  return names;
}

std::optional<planted> parse_planted(std::string_view name) {
  auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    return std::nullopt;
  return static_cast<planted>(found - names.begin());
}

bool planted_fault::due(std::uint64_t every) {
  return ++count_ % every == 0;
}

bool planted_fault::takes_answer(client& from, call& to,
                                 const json::object& answer) {
  auto failed = answer.contains("error");
  if (is(planted::answer_lost) && ++count_ == 5000)
    return true;
  auto other = answer;
  if (is(planted::internal_answer) && due(5000))
    other = {{"error", json::object{{"code", -32603}}}};
  else if (is(planted::result_cut) && !failed && to.is("message.history")
           && due(50))
    other["result"].as_object().erase("has_more");
  else if (is(planted::stranger_let_in) && failed && to.is("message.history")
           && to.place != nobody)
    other = {{"result",
              json::object{{"messages", json::array{}}, {"has_more", false}}}};
  else if (is(planted::mute_forgotten) && failed && to.is("typing.set"))
    other = {{"result", json::object{}}};
  else
    return false;
  judge_.answered(from, to, other);
  return true;
}

void planted_fault::after_answer(call& what) {
  if (is(planted::message_lost) && what.ended == outcome::done
      && what.is("message.send") && due(500))
    what.answered_seq += 1'000;
}

bool planted_fault::takes_event(client& from, const json::object& event) {
  if (is(planted::event_twice) && is_message(event) && due(500))
    judge_.told(from, event);
  if (is(planted::event_lost) && is_message(event) && due(500))
    return true;
  if (is(planted::event_after_leaving) && due(20)) {
    auto copy = event;
    for (const auto& place : seen_.conversations())
      for (const auto& [user, stays] : place.stays)
        if (place.kind == 'g' && user == from.user() && stays.back().upto != 0
            && place.known_upto > stays.back().upto) {
          copy["method"] = "event.reaction";
          copy["params"] = json::object{{"conversation", place.id},
                                        {"seq", place.known_upto}};
          judge_.told(from, copy);
          return false;
        }
  }
  if (is(planted::events_swapped) && is_message(event)) {
    if (held_ && held_for_ == &from && id_in(*held_) == id_in(event)) {
      judge_.told(from, event);
      judge_.told(from, *std::exchange(held_, std::nullopt));
      return true;
    }
    if (!held_ && due(200)) {
      held_ = event;
      held_for_ = &from;
      return true;
    }
  }
  return false;
}

void planted_fault::after_bytes(client& from, std::string_view bytes) {
  auto other = (from.user() + 7)
               % static_cast<std::uint32_t>(
                 std::max<std::size_t>(seen_.people().size(), 8));
  auto is_event = bytes.find("event.message") != std::string_view::npos;
  if (is(planted::event_to_stranger) && is_event && due(50))
    judge_.saw(other, bytes);
  if (is(planted::answer_to_stranger) && !is_event
      && bytes.find("\"messages\":[{") != std::string_view::npos && due(20))
    judge_.saw(other, bytes);
}

void planted_fault::change_store(const std::filesystem::path& dir) {
  auto is_of_store = is(planted::third_member) || is(planted::member_lost)
                     || is(planted::row_lost) || is(planted::text_made_up);
  if (!is_of_store)
    return;
  storage::options opts;
  opts.dir = dir;
  opts.reserve_bytes = std::uint64_t{64} << 20;
  auto db = storage::store::open(opts);
  if (!db)
    return;
  auto direct = is(planted::third_member);
  auto wanted = is(planted::row_lost) || is(planted::text_made_up) ? 'm' : 'p';
  std::string key;
  std::string record;
  // A row of a conversation: shard, 'c', its id, 0, the kind.
  constexpr std::size_t id_at = 3;
  constexpr std::size_t kind_at = id_at + 28 + 1;
  auto seen = (*db)->scan({}, [&](auto found, auto value) {
    auto fits = found.size() > kind_at && found[2] == 'c'
                && found[id_at] == (direct ? 'd' : 'g')
                && found[kind_at] == wanted;
    if (fits) {
      key = found;
      record = value;
    }
    return !fits;
  });
  if (!seen || key.empty())
    return;
  storage::write_batch batch;
  if (direct) {
    batch.put(key.substr(0, kind_at + 1) + "user-0third", record);
  } else if (is(planted::text_made_up)) {
    auto message = storage::decode<storage::message_record>(record);
    message->sender = user_id{"user-0"};
    message->text = "zqzt7fffffffq";
    batch.put(key, storage::encode(*message));
  } else {
    batch.erase(key);
  }
  (void)(*db)->write(batch, storage::durability::synced);
}

} // namespace parley::hostile
