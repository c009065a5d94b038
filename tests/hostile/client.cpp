#include "tests/hostile/client.hpp"

#include "bench/load/clock_us.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <array>
#include <utility>

namespace parley::hostile {

namespace json = boost::json;

namespace {

constexpr std::size_t window = 24;

} // namespace

std::string frame_of(const call& what) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"{}","params":{}}})",
                     what.number, what.name, what.params);
}

void client::submit(call& what, std::uint64_t batch) {
  waiting_.push_back({&what, batch});
  pump();
}

void client::pump() {
  while (is_open() && !waiting_.empty() && under_way() < window) {
    std::vector<call*> together{waiting_.front().what};
    auto batch = waiting_.front().batch;
    waiting_.pop_front();
    while (batch != 0 && !waiting_.empty() && waiting_.front().batch == batch) {
      together.push_back(waiting_.front().what);
      waiting_.pop_front();
    }
    for (auto* each : together)
      each->sent_us = bench::now_us();
    write(together, batch != 0);
  }
}

void client::end_unknown(call& what) {
  if (what.ended != outcome::waiting)
    return;
  what.ended = what.sent_us == 0 ? outcome::unsent : outcome::unknown;
}

void client::give_up() {
  drop_under_way();
  for (auto& each : std::exchange(waiting_, {}))
    end_unknown(*each.what);
}

void client::on_opened() {
  pump();
}

void client::on_closed(int code) {
  give_up();
  told_.on_closed(*this, code);
}

void session_client::write(const std::vector<call*>& calls, bool as_batch) {
  std::string frame;
  for (auto* each : calls) {
    calls_.emplace(each->number, each);
    frame += frame.empty() ? (as_batch ? "[" : "") : ",";
    frame += frame_of(*each);
  }
  if (as_batch)
    frame += "]";
  send(frame);
}

void session_client::drop_under_way() {
  for (auto& [number, what] : std::exchange(calls_, {}))
    end_unknown(*what);
}

void session_client::on_text(std::string_view text) {
  told_.on_bytes(*this, text);
  std::array<unsigned char, 16384> room;
  json::monotonic_resource memory{room.data(), room.size()};
  boost::system::error_code failed;
  auto frame = json::parse(text, failed, &memory);
  if (failed)
    return told_.on_nonsense(*this, "a frame that is no JSON");
  on_frame(frame);
  pump();
}

void session_client::on_frame(const json::value& frame) {
  if (const auto* all = frame.if_array())
    for (const auto& each : *all)
      on_frame(each);
  else if (const auto* object = frame.if_object())
    on_object(*object);
  else
    told_.on_nonsense(*this, "a frame that is neither object nor array");
}

void session_client::on_object(const json::object& frame) {
  if (frame.contains("method"))
    return told_.on_event(*this, frame);
  const auto* id = frame.if_contains("id");
  auto number = id && id->is_int64()
                  ? static_cast<std::uint64_t>(id->as_int64())
                  : std::uint64_t{0};
  auto found = calls_.find(number);
  if (found == calls_.end())
    return told_.on_nonsense(*this, "an answer to no call");
  auto* what = found->second;
  calls_.erase(found);
  what->answered_us = bench::now_us();
  told_.on_answer(*this, *what, frame);
}

} // namespace parley::hostile
