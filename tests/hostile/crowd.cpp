#include "tests/hostile/crowd.hpp"

#include "bench/load/clock_us.hpp"
#include "bench/load/http_client.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <utility>

namespace parley::hostile {

namespace json = boost::json;

namespace {

constexpr std::size_t sessions_of_one = 2;
constexpr std::int64_t patience_us = 10'000'000;

sockaddr_in here() {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return out;
}

result<json::object> post(const sockaddr_in& to, std::string_view path,
                          const json::object& body) {
  bench::http_client client{here(), to};
  auto answer = client.post(path, json::serialize(body));
  if (!answer)
    return answer.error();
  boost::system::error_code failed;
  auto parsed = json::parse(answer->body, failed);
  if (answer->status >= 300 || failed || !parsed.is_object())
    return error{errc::unavailable, answer->body};
  return parsed.as_object();
}

} // namespace

crowd::sockets& crowd::of(std::uint32_t user) {
  while (sockets_.size() <= user) {
    auto index = static_cast<std::uint32_t>(sockets_.size());
    auto& fresh = sockets_.emplace_back();
    for (std::size_t i = 0; i < sessions_of_one - index % 2; ++i)
      fresh.sessions.push_back(
        std::make_unique<session_client>(loop_, told_, index));
    fresh.http = std::make_unique<http_caller>(loop_, told_, index);
  }
  return sockets_[user];
}

void crowd::learn(std::uint32_t user, const json::object& answer) {
  auto& who = seen_.people()[user];
  if (const auto* token = answer.if_contains("token")) {
    who.old_tokens.push_back(std::move(who.token));
    who.token = token->as_string();
  }
  if (const auto* refresh = answer.if_contains("refresh_token"))
    who.refresh = refresh->as_string();
  who.exists = true;
  of(user).http->token = who.token;
  of(user).needs_sign_in = false;
}

result<std::uint32_t> crowd::sign_up(const std::string& handle) {
  person who;
  who.is_guest = handle.empty();
  who.handle = handle;
  who.password = "correct horse " + handle;
  json::object body;
  if (!who.is_guest)
    body = {{"handle", who.handle}, {"password", who.password}};
  auto index = static_cast<std::uint32_t>(seen_.people().size());
  auto answer = post(node_of(index).client(),
                     who.is_guest ? "/v1/auth/guest" : "/v1/auth/signup", body);
  if (!answer)
    return answer.error();
  who.handle = answer->at("user").at("id").as_string();
  index = seen_.add_person(std::move(who));
  learn(index, *answer);
  return index;
}

void crowd::sign_in(std::uint32_t user) {
  auto& who = seen_.people()[user];
  if (who.is_guest || !who.exists)
    return;
  auto answer = post(node_of(user).client(), "/v1/auth/login",
                     {{"handle", who.handle}, {"password", who.password}});
  if (answer)
    learn(user, *answer);
}

void crowd::open(session_client& which) {
  const auto& who = seen_.people()[which.user()];
  auto header = "Authorization: Bearer " + who.token + "\r\n";
  if (which.connect(here(), node_of(which.user()).client(),
                    bench::upgrade_request("/v1/ws", header)))
    fresh_.insert(&which);
}

void crowd::gather() {
  fresh_.clear();
  for (std::uint32_t user = 0; user < seen_.people().size(); ++user) {
    auto& mine = of(user);
    if (seen_.people()[user].token.empty())
      continue;
    if (mine.needs_sign_in && !judge_.is_banned(user))
      sign_in(user);
    for (auto& session : mine.sessions)
      if (session->is_idle() && !mine.needs_sign_in && !judge_.is_banned(user))
        open(*session);
    if (mine.http->is_idle())
      mine.http->connect(here(), node_of(user).client(), {});
  }
  // Its first answer says that a session has been let in.
  std::vector<std::pair<session_client*, call>> pings;
  pings.reserve(fresh_.size());
  std::uint64_t number = std::uint64_t{1} << 50;
  for (auto* session : fresh_) {
    auto& [_, ping] = pings.emplace_back(session, call{});
    ping.number = ++number;
    ping.by = session->user();
    ping.name = "session.ping";
    ping.params = "{}";
    session->submit(ping, 0);
  }
  auto deadline = bench::now_us() + patience_us;
  auto waits
    = [](const auto& each) { return each.second.ended == outcome::waiting; };
  while (bench::now_us() < deadline
         && std::any_of(pings.begin(), pings.end(), waits))
    loop_.round(bench::now_us() + 2'000);
  for (auto& [session, ping] : pings) {
    if (ping.ended == outcome::done) {
      judge_.opened(*session);
      continue;
    }
    session->drop();
    session->give_up();
  }
  fresh_.clear();
}

bool crowd::submit(call& what, std::uint64_t batch) {
  auto& mine = of(what.by);
  if (what.over_http) {
    if (mine.http->is_idle()
        && !mine.http->connect(here(), node_of(what.by).client(), {}))
      return false;
    mine.http->submit(what, batch);
    return true;
  }
  auto& session = mine.sessions[what.session % mine.sessions.size()];
  if (!session->is_open())
    return false;
  session->submit(what, batch);
  return true;
}

void crowd::closed(client& which, int code) {
  constexpr int no_good_token = 4501;
  if (which.is_session() && code == no_good_token)
    of(which.user()).needs_sign_in = true;
}

void crowd::forget_token(std::uint32_t user) {
  of(user).needs_sign_in = true;
}

void crowd::drop_all() {
  for (auto& each : sockets_) {
    for (auto& session : each.sessions)
      session->drop();
    each.http->drop();
  }
}

} // namespace parley::hostile
