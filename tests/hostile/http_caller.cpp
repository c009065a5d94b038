#include "bench/load/clock_us.hpp"
#include "tests/hostile/client.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

namespace parley::hostile {

namespace json = boost::json;

namespace {

std::size_t length_of(std::string_view head) {
  std::string lower{head};
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  constexpr std::string_view name = "content-length: ";
  std::size_t out = 0;
  if (auto at = lower.find(name); at != std::string::npos)
    std::from_chars(lower.data() + at + name.size(),
                    lower.data() + lower.size(), out);
  return out;
}

int status_of(std::string_view head) {
  int out = 0;
  if (auto at = head.find(' '); at != std::string_view::npos)
    std::from_chars(head.data() + at + 1, head.data() + head.size(), out);
  return out;
}

} // namespace

void http_caller::write(const std::vector<call*>& calls, bool as_batch) {
  std::string body;
  auto is_rpc = calls.front()->method != nullptr;
  for (auto* each : calls) {
    body += body.empty() ? (as_batch ? "[" : "") : ",";
    body += is_rpc ? frame_of(*each) : each->params;
  }
  if (as_batch)
    body += "]";
  auto path = is_rpc ? std::string{"/v1/rpc"} : calls.front()->name;
  std::string authorization;
  if (!token.empty())
    authorization = "Authorization: Bearer " + token + "\r\n";
  requests_.push_back(calls);
  send(fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\n"
                   "Content-Type: application/json\r\nContent-Length: {}\r\n"
                   "{}\r\n{}",
                   path, body.size(), authorization, body));
}

void http_caller::drop_under_way() {
  for (auto& request : std::exchange(requests_, {}))
    for (auto* each : request)
      end_unknown(*each);
}

void http_caller::on_closed(int code) {
  in_.clear();
  client::on_closed(code);
}

void http_caller::on_text(std::string_view bytes) {
  told_.on_bytes(*this, bytes);
  in_ += bytes;
  while (take_answer())
    pump();
}

bool http_caller::take_answer() {
  auto end = in_.find("\r\n\r\n");
  if (end == std::string::npos)
    return false;
  auto head = std::string_view{in_}.substr(0, end);
  auto length = length_of(head);
  if (in_.size() < end + 4 + length)
    return false;
  auto status = status_of(head);
  auto body = in_.substr(end + 4, length);
  in_.erase(0, end + 4 + length);
  on_body(status, body);
  return true;
}

void http_caller::on_body(int status, std::string_view body) {
  if (requests_.empty())
    return told_.on_nonsense(*this, "an HTTP answer to no request");
  auto calls = std::move(requests_.front());
  requests_.pop_front();
  boost::system::error_code failed;
  auto parsed
    = body.empty() ? json::value(json::object{}) : json::parse(body, failed);
  if (failed || !(parsed.is_object() || parsed.is_array()))
    return told_.on_nonsense(*this, "a body that is no JSON");
  if (const auto* all = parsed.if_array()) {
    for (const auto& each : *all)
      for (auto* what : calls)
        if (const auto* object = each.if_object();
            object && object->contains("id")
            && object->at("id") == json::value(what->number))
          settle(*what, 200, each);
  } else {
    for (auto* what : calls)
      settle(*what, status, parsed);
  }
  for (auto* what : calls)
    if (what->ended == outcome::waiting)
      told_.on_nonsense(*this, "a batch whose answer leaves out a call");
}

// Those that are no JSON-RPC are given the shape of one.
void http_caller::settle(call& what, int status, const json::value& body) {
  what.answered_us = bench::now_us();
  const auto& object = body.as_object();
  if (object.contains("error") || object.contains("result"))
    return told_.on_answer(*this, what, object);
  json::object made;
  if (status < 300)
    made["result"] = body;
  else
    made["error"] = json::object{{"code", status}};
  told_.on_answer(*this, what, made);
}

} // namespace parley::hostile
