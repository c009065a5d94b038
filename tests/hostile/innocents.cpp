#include "tests/hostile/innocents.hpp"

#include "bench/load/clock_us.hpp"
#include "bench/load/connection.hpp"
#include "bench/load/http_client.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <arpa/inet.h>
#include <utility>

namespace parley::hostile {

namespace {

constexpr std::int64_t pause_us = 15'000;
constexpr std::int64_t patience_us = 10'000'000;

sockaddr_in here() {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return out;
}

result<std::string> token_of(const sockaddr_in& node, const char* handle) {
  bench::http_client client{here(), node};
  auto answer = client.post(
    "/v1/auth/signup",
    fmt::format(R"({{"handle":"{}","password":"correct horse"}})", handle));
  if (!answer || answer->status != 201)
    return error{errc::unavailable, "an innocent can't sign up"};
  boost::system::error_code failed;
  auto parsed = boost::json::parse(answer->body, failed);
  return std::string{parsed.at("token").as_string()};
}

class talker : public bench::connection {
public:
  using connection::connection;
  /// The number of the last message that came.
  std::uint64_t heard = 0;
  bool is_lost = false;

private:
  void on_opened() override {}
  void on_text(std::string_view text) override {
    constexpr std::string_view mark = "\"client_id\":\"i";
    auto at = text.find(mark);
    if (at != std::string_view::npos
        && text.find("event.message") != std::string_view::npos)
      heard = std::strtoull(
        std::string{text.substr(at + mark.size(), 20)}.c_str(), nullptr, 10);
  }
  void on_closed(int) override {
    is_lost = true;
  }
};

std::string upgrade_with(const std::string& token) {
  return bench::upgrade_request("/v1/ws",
                                "Authorization: Bearer " + token + "\r\n");
}

} // namespace

result<std::unique_ptr<innocents>> innocents::begin(const sockaddr_in& node) {
  auto ann = token_of(node, first);
  auto ben = token_of(node, second);
  if (!ann || !ben)
    return ann ? ben.error() : ann.error();
  std::unique_ptr<innocents> out{new innocents};
  out->thread_ = std::thread{&innocents::talk, out.get(), node, std::move(*ann),
                             std::move(*ben)};
  return out;
}

innocents::~innocents() {
  over_ = true;
  thread_.join();
}

void innocents::talk(sockaddr_in node, std::string token,
                     std::string other_token) {
  auto loop = bench::poller::open();
  if (!loop)
    return;
  talker ann{*loop};
  talker ben{*loop};
  ann.connect(here(), node, upgrade_with(token));
  ben.connect(here(), node, upgrade_with(other_token));
  for (std::uint64_t number = 1; !over_; ++number) {
    auto sent = bench::now_us();
    while (!over_ && !(ann.is_open() && ben.is_open())
           && bench::now_us() < sent + patience_us)
      loop->round(bench::now_us() + 10'000);
    sent = bench::now_us();
    ann.send(
      fmt::format(R"({{"jsonrpc":"2.0","id":{0},"method":"message.send",)"
                  R"("params":{{"to":"{1}","client_id":"i{0}",)"
                  R"("text":"hello"}}}})",
                  number, second));
    while (!over_ && ben.heard < number && bench::now_us() < sent + patience_us)
      loop->round(bench::now_us() + 10'000);
    auto now = bench::now_us();
    if (ben.heard >= number)
      took_.record(static_cast<std::uint64_t>(now - sent));
    else if (!over_)
      ++lost_;
    while (!over_ && bench::now_us() < sent + pause_us)
      loop->round(sent + pause_us);
  }
}

innocents::measure innocents::take() {
  auto now = took_.snapshot();
  auto since = now;
  since.subtract(taken_);
  taken_ = now;
  return {since.count(), since.at(0.99), since.max(), lost_.exchange(0)};
}

} // namespace parley::hostile
