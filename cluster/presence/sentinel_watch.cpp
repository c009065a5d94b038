#include "cluster/presence/sentinel_watch.hpp"

#include "base/log.hpp"

#include <charconv>
#include <utility>

namespace parley::cluster::presence {

namespace {

constexpr milliseconds interval{1'000};
constexpr milliseconds retry_after{200};

} // namespace

std::optional<address> read_master(const reply& answer) {
  if (answer.what != reply::kind::list || answer.items.size() != 2)
    return std::nullopt;
  const auto& host = answer.items[0].text;
  const auto& text = answer.items[1].text;
  std::uint16_t port = 0;
  const auto* end = text.data() + text.size();
  auto [stopped, failure] = std::from_chars(text.data(), end, port);
  if (host.empty() || failure != std::errc{} || stopped != end || port == 0)
    return std::nullopt;
  return address{host, port, {}};
}

sentinel_watch::sentinel_watch(boost::asio::io_context& loop,
                               const options& opts, std::string master,
                               std::function<void(const address&)> on_master)
  : loop_(loop),
    opts_(opts),
    master_(std::move(master)),
    on_master_(std::move(on_master)) {}

void sentinel_watch::tick(steady_clock::time_point now) {
  if (connection_)
    connection_->tick(now);
  if (now < due_)
    return;
  if (!connection_)
    open(now);
  else if (connection_->up() && connection_->waiting() == 0)
    ask(now);
}

void sentinel_watch::hurry() {
  due_ = {};
}

void sentinel_watch::open(steady_clock::time_point now) {
  due_ = now + retry_after;
  const auto& where = opts_.sentinels[next_++ % opts_.sentinels.size()];
  connection_
    = connection::open(loop_, {where, opts_.sentinel_login, 0, opts_.silence},
                       {[this](const greeting&) { ask(steady_clock::now()); },
                        [this, where = to_string(where)](const auto& why) {
                          connection_.reset();
                          give_up(where + ": " + why);
                        }});
}

void sentinel_watch::ask(steady_clock::time_point now) {
  due_ = now + interval;
  connection_->send({"SENTINEL", "get-master-addr-by-name", master_},
                    [this](const reply* answer) { on_answer(answer); });
}

void sentinel_watch::on_answer(const reply* answer) {
  if (!answer)
    return;
  if (auto where = read_master(*answer)) {
    failed_ = 0;
    on_master_(*where);
    return;
  }
  if (auto held = std::exchange(connection_, nullptr))
    held->close();
  give_up(answer->is_error() ? answer->text : "knows no such master");
}

void sentinel_watch::give_up(const std::string& why) {
  due_ = steady_clock::now() + retry_after;
  if (++failed_ == opts_.sentinels.size())
    log::warning("presence_no_sentinel", {{"master", master_}, {"why", why}});
}

void sentinel_watch::close() {
  if (auto held = std::exchange(connection_, nullptr))
    held->close();
}

} // namespace parley::cluster::presence
