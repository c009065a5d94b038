#include "tests/hostile/generator.hpp"
#include "tests/hostile/oddities.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <iterator>
#include <utility>

// What goes into the parameters of each call.
namespace parley::hostile {

namespace json = boost::json;

json::value generator::value_of(const param_spec& param, call& what) {
  const auto& name = param.name;
  if (name == "conversation")
    return json::value(what.place_id);
  if (name == "user" || name == "to") {
    what.subject = pick_person();
    // Often one of those who are there.
    if (what.place != nobody && random_.one_in(2)) {
      const auto& there = seen_.conversations()[what.place].members;
      if (!there.empty())
        what.subject
          = std::next(
              there.begin(),
              random_.between(0, static_cast<std::int64_t>(there.size()) - 1))
              ->first;
    }
    return json::value(seen_.people()[what.subject].handle);
  }
  if (name == "users" || name == "members")
    return users(what, 5);
  if (name == "mentions")
    return users(what, 3);
  if (name == "members_after" || name == "prefix")
    return json::value(seen_.people()[pick_person()].handle);
  if (name == "seq" || name == "reply_to" || name == "before"
      || name == "after") {
    auto seq = pick_seq(what);
    if (name == "seq")
      what.seq = seq;
    return seq;
  }
  if (name == "seqs")
    return json::array{pick_seq(what), pick_seq(what)};
  if (name == "text" && what.is("presence.set"))
    return json::value(mark(secret::status, what));
  if (name == "text" && what.is("report.create"))
    return json::value(mark(secret::report, what));
  if (name == "reason" && what.is("report.create"))
    return json::value(mark(secret::report, what));
  if (name == "text")
    return text(what);
  if (name == "title")
    return json::value(mark(secret::title, what));
  if (name == "data")
    return json::object{{"sdp", mark(secret::signal, what, what.subject)}};
  if (name == "device_id")
    return json::value(mark(secret::device, what));
  if (name == "token")
    return json::value(
      seen_.people()[random_.one_in(3) ? pick_person() : what.by].token);
  if (name == "client_id")
    return json::value(random_.one_in(12)
                         ? fmt::format("c{}", random_.between(1, 5))
                         : fmt::format("n{}", what.number));
  if (name == "attachments")
    return json::array{json::object{{"url", mark(secret::attachment, what)}}};
  if (name == "emoji")
    return random_.one_in(8) ? json::value(odd_text(random_).substr(0, 4))
                             : json::value("\U0001F44D");
  if (name == "conversations") {
    json::object positions;
    for (auto left = random_.between(0, 4); left > 0; --left)
      if (auto place = recent_place(); place != nobody)
        positions[seen_.conversations()[place].id] = random_.between(0, 60);
    return positions;
  }
  return schema_value(*param.schema);
}

void generator::fill_send(call& what, json::object& params) {
  if (random_.one_in(4)) {
    params.erase("conversation");
    what.subject = pick_person();
    params["to"] = seen_.people()[what.subject].handle;
    what.is_valid = what.is_valid && what.subject != what.by;
    what.place_id = what.subject == what.by
                      ? std::string{}
                      : seen_.direct(what.by, what.subject);
    what.place = seen_.find(what.place_id);
  } else {
    params.erase("to");
    params["conversation"] = what.place_id;
  }
  // Its place may be another than when these were made.
  for (auto each : what.marks)
    canaries_.at(each).place = what.place;
  params["text"] = text(what);
  if (!random_.one_in(6))
    params.erase("type");
  else
    params["type"] = "note";
}

void generator::fill_wishes(call& what, json::object& params) {
  json::object self{{"age", random_.between(18, 60)}, {"gender", "other"}};
  if (random_.one_in(3))
    self["language"] = json::array{"en", "de"};
  params["self"] = std::move(self);
  params.erase("queue");
  params.erase("widen");
  if (random_.one_in(6))
    params["want"] = json::object{{"age", json::array{18, 60}}};
  else
    params.erase("want");
  params["interests"] = json::array{"chess", "go"};
  params["give_up_ms"] = random_.between(500, 20'000);
  what.is_valid = true;
}

// What the parameters will mean, if they are taken as they are.
void generator::note_meaning(call& what, const json::object& params) {
  auto flag = [&](std::string_view name) {
    const auto* found = params.if_contains(name);
    return found && found->is_bool() && found->as_bool();
  };
  what.sets_public = params.contains("public");
  what.on = flag("public") || flag("remove") || flag("on");
  if (const auto* id = params.if_contains("client_id"); id && id->is_string())
    what.client_id = id->as_string();
  // What was spoiled may still be a position.
  if (const auto* seq = params.if_contains("seq"); seq && seq->is_number()) {
    boost::system::error_code failed;
    auto at = seq->to_number<std::uint64_t>(failed);
    what.seq = failed ? 0 : at;
  }
}

void generator::spoil(call& what, json::object& params) {
  auto lot = random_.between(0, 99);
  if (lot < 80)
    return;
  if (lot < 82) {
    params["surplus"] = odd_value(random_);
    return;
  }
  what.is_valid = false;
  if (params.empty())
    return;
  auto at = random_.between(0, static_cast<std::int64_t>(params.size()) - 1);
  auto* victim = params.begin() + at;
  if (lot < 86)
    params.erase(victim);
  else
    victim->value() = odd_value(random_);
}

call generator::make(std::uint64_t number) {
  call what;
  what.number = number;
  what.by = pick_user();
  what.method = &pick_method();
  what.name = what.method->name;
  what.over_http = random_.one_in(6);
  what.session = static_cast<std::size_t>(random_.between(0, 3));
  pick_place(what);
  json::object params;
  for (const auto& param : what.method->params)
    if (param.required || random_.one_in(3))
      params[param.name] = value_of(param, what);
  if (what.is("message.send"))
    fill_send(what, params);
  if (what.is("match.enqueue"))
    fill_wishes(what, params);
  if (what.is("message.history") && params.contains("before"))
    params.erase("after");
  spoil(what, params);
  note_meaning(what, params);
  what.params = json::serialize(params);
  if (!what.is_valid && random_.one_in(6))
    what.params = odd_spelling(std::move(what.params), random_);
  return what;
}

call generator::make_operator_call(std::uint64_t number) {
  call what;
  what.number = number;
  json::object params;
  if (!sanctioned.empty() && !random_.one_in(4)) {
    what.subject = random_.pick(sanctioned);
    what.name = random_.one_in(2) ? "user.unban" : "user.unmute";
  } else {
    what.subject = pick_person();
    auto lot = random_.between(0, 3);
    what.name = lot == 0 ? "user.ban" : lot == 1 ? "user.logout" : "user.mute";
  }
  params["user"] = seen_.people()[what.subject].handle;
  what.params = json::serialize(params);
  return what;
}

call generator::make_auth_call(std::uint64_t number) {
  call what;
  what.number = number;
  what.by = pick_user();
  what.over_http = true;
  const auto& me = seen_.people()[what.by];
  const auto& other = seen_.people()[pick_person()];
  json::object params;
  switch (random_.between(0, 7)) {
    case 0: {
      constexpr std::size_t people_max = 90;
      if (seen_.people().size() > people_max)
        return make(number);
      // A name that looks like something else.
      what.name = "/v1/auth/signup";
      auto place = recent_place();
      auto lot = random_.between(0, 3);
      params["handle"] = lot == 0 && place != nobody
                           ? seen_.conversations()[place].id
                         : lot == 1 ? seen_.direct(0, 1 + what.by % 7)
                         : lot == 2 ? other.handle
                                    : fmt::format("late-{}", number);
      params["password"] = mark(secret::password, what);
      break;
    }
    case 1:
      what.name = "/v1/auth/login";
      params["handle"] = other.handle;
      params["password"] = me.password;
      break;
    case 2:
    case 3:
      what.name = "/v1/auth/refresh";
      params["refresh_token"] = me.refresh;
      break;
    case 4:
      what.name = "/v1/auth/refresh";
      params["refresh_token"] = odd_value(random_);
      break;
    case 5:
      what.name = "/v1/messages";
      pick_place(what);
      what.is_valid = !what.place_id.empty();
      params["conversation"] = what.place_id;
      params["client_id"] = what.client_id = fmt::format("n{}", number);
      params["text"] = text(what);
      break;
    case 6:
      if (random_.one_in(2))
        return make(number);
      what.name = "/v1/auth/guest";
      params["display_name"] = odd_text(random_);
      break;
    default:
      what.name = random_.one_in(3) ? "/v1/auth/logout" : "/v1/auth/login";
      params["handle"] = me.handle;
      params["password"] = me.password;
  }
  what.params = json::serialize(params);
  return what;
}

} // namespace parley::hostile
