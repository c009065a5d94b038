#include "cluster/link/switchboard.hpp"

#include "cluster/link/host_port.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <random>
#include <utility>

namespace parley::cluster::link {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds accept_pause{100};
constexpr milliseconds report_every{1000};
constexpr int backlog = 128;

std::uint64_t random_incarnation() {
  std::random_device source;
  // Zero is nobody.
  return (std::uint64_t{source()} << 32 | source()) | 1;
}

error cannot_listen(const std::string& where,
                    const boost::system::error_code& why) {
  return {errc::io_failed, "cannot listen on " + where + ": " + why.message(),
          "cluster.listen"};
}

} // namespace

switchboard::switchboard(std::shared_ptr<boost::asio::io_context> io,
                         const link_options& opts,
                         std::unique_ptr<psk_context> keys)
  : io_(std::move(io)),
    opts_(opts),
    keys_(std::move(keys)),
    shared_{*io_, opts_, *keys_, counts_},
    acceptor_(*io_),
    accept_again_(*io_),
    report_(*io_) {
  ours_.speaks_min = opts_.speaks_min;
  ours_.speaks_max = opts_.speaks_max;
  ours_.incarnation = random_incarnation();
}

switchboard::~switchboard() = default;

result<std::string> switchboard::listen() {
  auto where = parse_host_port(opts_.listen);
  boost::system::error_code why;
  auto host = boost::asio::ip::make_address(where ? where->host : "", why);
  if (!where || why)
    return error{errc::bad_config, "not a numeric HOST:PORT: " + opts_.listen,
                 "cluster.listen"};
  auto port = static_cast<std::uint16_t>(std::stoul(where->port));
  tcp::endpoint at{host, port};
  acceptor_.open(at.protocol(), why);
  if (!why)
    acceptor_.set_option(tcp::acceptor::reuse_address{true}, why);
  if (!why)
    acceptor_.bind(at, why);
  if (!why)
    acceptor_.listen(backlog, why);
  if (!why)
    at = acceptor_.local_endpoint(why);
  if (why)
    return cannot_listen(opts_.listen, why);
  accept();
  return to_string(host_port{where->host, std::to_string(at.port())});
}

void switchboard::accept() {
  acceptor_.async_accept([this](auto why, tcp::socket raw) {
    if (stopped_ || why == boost::asio::error::operation_aborted)
      return;
    if (!why) {
      accepted(std::move(raw));
      return accept();
    }
    // Out of descriptors, most likely: trying at once would only burn time.
    accept_again_.expires_after(accept_pause);
    accept_again_.async_wait([this](auto aborted) {
      if (!aborted && !stopped_)
        accept();
    });
  });
}

void switchboard::accepted(tcp::socket raw) {
  // The oldest goes, not the newest: a node needs milliseconds, while those
  // who only hold places would keep it out for seconds.
  if (unproved_.size() >= opts_.unproved_max) {
    auto oldest = std::move(unproved_.front());
    unproved_.pop_front();
    oldest->close();
    counts_.refused("too_many", oldest->remote());
  }
  auto made = std::make_shared<connection>(shared_, std::move(raw));
  unproved_.push_back(made);
  made->accept(*this);
}

std::shared_ptr<connection> switchboard::release(held& from,
                                                 connection& which) {
  auto found = std::find_if(from.begin(), from.end(),
                            [&](auto& x) { return x.get() == &which; });
  if (found == from.end())
    return nullptr;
  auto out = std::move(*found);
  from.erase(found);
  return out;
}

// The dialling side speaks first.
void switchboard::secured(connection&) {}

void switchboard::received(connection& from, std::span<const frame> frames) {
  auto whose = release(unproved_, from);
  if (!whose)
    return asked(from, frames);
  const auto& first = frames.front();
  auto theirs
    = first.channel == own::hello ? decode_hello(first.payload) : std::nullopt;
  if (!theirs)
    return refuse(whose, refusal::malformed);
  if (auto why = objection_to(*theirs); why != refusal::none)
    return refuse(whose, why);
  greeted(whose, *theirs, frames.subspan(1));
}

refusal switchboard::objection_to(const hello& theirs) {
  // One of the addresses that this node asks may be its own.
  if (theirs.incarnation == ours_.incarnation)
    return refusal::wrong_node;
  auto why = objection(ours_, theirs);
  if (why == refusal::other_cluster && to_ != nullptr
      && theirs.what_for == purpose::link)
    to_->claimed({theirs.node, theirs.cluster, theirs.living});
  if (why == refusal::none && to_ == nullptr)
    why = refusal::busy;
  return why;
}

void switchboard::greeted(const std::shared_ptr<connection>& from,
                          const hello& theirs, std::span<const frame> frames) {
  if (theirs.what_for == purpose::request) {
    if (asking_.size() >= opts_.requests_max)
      return refuse(from, refusal::busy);
    asking_.push_back(from);
    from->limit(opts_.answer_timeout);
    return asked(*from, frames);
  }
  auto found = peers_.find(theirs.node);
  if (found == peers_.end())
    return refuse(from, removed_.contains(theirs.node) ? refusal::removed
                                                       : refusal::not_a_peer);
  found->second.second->adopt(from, theirs, frames);
}

void switchboard::refuse(const std::shared_ptr<connection>& whom, refusal why) {
  counts_.refused(to_string(why), whom->remote());
  whom->send_now(own::refusal, encode(why));
  whom->finish();
}

void switchboard::closed(connection& from, std::string_view why) {
  if (release(unproved_, from))
    counts_.refused(why, from.remote());
  else
    release(asking_, from);
}

void switchboard::asked(connection& from, std::span<const frame> frames) {
  if (frames.empty())
    return;
  auto whose = from.shared_from_this();
  if (frames.front().channel != own::request) {
    release(asking_, from);
    return refuse(whose, refusal::malformed);
  }
  // One request a connection: what else it says is not read.
  to_->asked(std::string{frames.front().payload}, reply(whose));
}

reply_to switchboard::reply(const std::shared_ptr<connection>& to) {
  // Whoever answers may do so when all of this is gone.
  return [io = io_, weak = std::weak_ptr{to}, this](result<std::string> with) {
    boost::asio::post(*io, [this, weak, with = std::move(with)] {
      if (auto alive = weak.lock())
        answered(*alive, with);
    });
  };
}

void switchboard::answered(connection& to, const result<std::string>& with) {
  auto whose = release(asking_, to);
  if (!whose)
    return;
  if (with && with->size() > frame_bytes_max)
    to.send_now(own::failure, encode(error{errc::too_large, "answer"}));
  else if (with)
    to.send_now(own::answer, *with);
  else
    to.send_now(own::failure, encode(with.error()));
  to.finish();
}

void switchboard::start(const identity& self, link_listener& to) {
  ours_.node = self.node;
  ours_.cluster = self.cluster;
  to_ = &to;
  report();
}

void switchboard::set_peers(const std::map<node_id, placed>& peers) {
  for (auto i = peers_.begin(); i != peers_.end();) {
    if (peers.contains(i->first)) {
      ++i;
      continue;
    }
    i->second.second->leave();
    i = peers_.erase(i);
  }
  auto mine = ours_;
  mine.what_for = purpose::link;
  for (const auto& [node, at] : peers) {
    auto& entry = peers_[node];
    if (!entry.second) {
      entry.first = at.record;
      entry.second = std::make_shared<peer>(shared_, mine, *at.record, *to_);
    }
    entry.second->set_address(at.address);
  }
}

void switchboard::set_removed(std::set<node_id> nodes) {
  removed_ = std::move(nodes);
}

void switchboard::set_living(std::uint32_t nodes) {
  shared_.living = nodes;
}

void switchboard::flush(node_id node) {
  auto found = peers_.find(node);
  if (found != peers_.end())
    found->second.second->flush();
}

void switchboard::request(const std::string& address, std::string bytes,
                          milliseconds deadline, reply_to then) {
  auto mine = ours_;
  mine.what_for = purpose::request;
  auto made = std::make_unique<request_call>(
    shared_, mine, std::move(bytes), std::move(then),
    [this](request_call& over) { calls_.erase(&over); });
  auto& call = *made;
  calls_.emplace(&call, std::move(made));
  call.start(address, deadline);
}

void switchboard::report() {
  for (auto& [node, entry] : peers_) {
    counts_.peer_queue(node, entry.first->queue.bytes());
    counts_.peer_round_trip(
      node, std::chrono::microseconds{entry.first->round_trip_us});
  }
  report_.expires_after(report_every);
  report_.async_wait([this](auto aborted) {
    if (!aborted && !stopped_)
      report();
  });
}

void switchboard::stop() {
  stopped_ = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  accept_again_.cancel();
  report_.cancel();
  for (auto& whose : std::exchange(unproved_, {}))
    whose->close();
  for (auto& whose : std::exchange(asking_, {}))
    whose->close();
  while (!calls_.empty())
    calls_.begin()->second->give_up("stopped");
  peers_.clear();
}

} // namespace parley::cluster::link
