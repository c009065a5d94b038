#include "cluster/link/peer.hpp"

#include "base/log.hpp"

#include <algorithm>

namespace parley::cluster::link {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_delay{20};
constexpr std::size_t past_max = 16;

} // namespace

peer::peer(connection_context& shared, const hello& ours, link_record& at,
           link_listener& to)
  : shared_(shared),
    ours_(ours),
    at_(at),
    to_(to),
    redial_(shared.io),
    delay_(first_delay),
    random_(static_cast<std::uint32_t>(ours.incarnation) ^ at.node) {}

peer::~peer() {
  if (connection_)
    connection_->close();
}

void peer::set_address(const std::string& address) {
  if (address == address_)
    return;
  address_ = address;
  delay_ = first_delay;
  if (up_)
    return;
  if (ours_.node < at_.node)
    dial();
  else if (!connection_)
    wait_to_dial();
}

void peer::dial() {
  redial_.cancel();
  if (connection_)
    connection_->close();
  connection_ = std::make_shared<connection>(
    shared_, connection::tcp::socket{shared_.io});
  connection_->dial(*this, address_);
}

void peer::dial_later(std::string_view why) {
  if (last_why_ != why) {
    last_why_ = why;
    log::warning("link_not_made",
                 {{"peer", at_.node}, {"address", address_}, {"reason", why}});
  }
  wait_to_dial();
}

void peer::wait_to_dial() {
  // Half of it is chance, or all nodes would come back at the same time.
  auto half = delay_.count() / 2;
  auto wait = milliseconds{
    half + std::uniform_int_distribution<std::int64_t>{0, half}(random_)};
  // Two that dial each other at once close what the other has dialled.
  if (ours_.node > at_.node)
    wait += shared_.opts.redial_max;
  delay_ = std::min(2 * delay_, shared_.opts.redial_max);
  redial_.expires_after(wait);
  // The wait may be over, and its handler queued, when the peer goes.
  redial_.async_wait([weak = weak_from_this()](auto aborted) {
    auto self = weak.lock();
    if (!aborted && self && !self->up_)
      self->dial();
  });
}

void peer::secured(connection& from) {
  auto mine = ours_;
  mine.meant = at_.node;
  mine.living = shared_.living;
  from.send_now(own::hello, encode(mine));
}

void peer::received(connection& from, std::span<const frame> frames) {
  if (!up_) {
    const auto& first = frames.front();
    auto theirs = first.channel == own::hello ? decode_hello(first.payload)
                                              : std::nullopt;
    auto why = theirs ? greeted(*theirs) : refusal::malformed;
    if (why != refusal::none) {
      if (first.channel == own::refusal)
        why = decode_refusal(first.payload);
      from.close();
      connection_.reset();
      dial_later(to_string(why));
      if (why == refusal::removed)
        to_.expelled_by(at_.node);
      return;
    }
    frames = frames.subspan(1);
    go_up(connection_, *theirs);
  }
  if (up_ && !frames.empty())
    to_.received(at_.node, frames);
}

refusal peer::greeted(const hello& theirs) {
  auto why = objection(ours_, theirs);
  if (why != refusal::none)
    return why;
  if (theirs.node != at_.node)
    return refusal::wrong_node;
  return is_past(theirs.incarnation) ? refusal::superseded : refusal::none;
}

bool peer::is_past(std::uint64_t incarnation) const {
  return std::find(past_.begin(), past_.end(), incarnation) != past_.end();
}

void peer::adopt(const std::shared_ptr<connection>& from, const hello& theirs,
                 std::span<const frame> frames) {
  if (is_past(theirs.incarnation)) {
    shared_.counts.refused(to_string(refusal::superseded), from->remote());
    from->send_now(own::refusal, encode(refusal::superseded));
    return from->finish();
  }
  from->hand_to(*this);
  from->send_now(own::hello, encode(ours_));
  if (!from->usable())
    return;
  if (up_)
    go_down("replaced");
  else if (connection_)
    connection_->close();
  redial_.cancel();
  go_up(from, theirs);
  if (up_ && !frames.empty())
    to_.received(at_.node, frames);
}

void peer::go_up(std::shared_ptr<connection> by, const hello& theirs) {
  connection_ = std::move(by);
  auto known = at_.incarnation.exchange(theirs.incarnation);
  if (known != 0 && known != theirs.incarnation) {
    past_.push_back(known);
    if (past_.size() > past_max)
      past_.pop_front();
  }
  link_terms terms{theirs.incarnation, common_version(ours_, theirs)};
  up_ = true;
  up_since_ = steady_clock::now();
  last_why_.clear();
  at_.version = terms.version;
  at_.round_trip_us = 0;
  at_.up = true;
  at_.queue.open();
  shared_.counts.peer_up(at_.node, true);
  log::info("link_up", {{"peer", at_.node},
                        {"remote", connection_->remote()},
                        {"new_process", known != theirs.incarnation},
                        {"version", terms.version}});
  to_.up(at_.node, terms);
  connection_->carry(at_);
}

void peer::go_down(std::string_view why) {
  up_ = false;
  at_.up = false;
  at_.queue.close();
  auto gone = std::move(connection_);
  if (gone)
    gone->close();
  if (steady_clock::now() - up_since_ >= shared_.opts.redial_max)
    delay_ = first_delay;
  shared_.counts.peer_up(at_.node, false);
  shared_.counts.went_down();
  log::warning("link_down", {{"peer", at_.node}, {"reason", why}});
  to_.down(at_.node);
}

void peer::closed(connection& from, std::string_view why) {
  if (connection_.get() != &from)
    return;
  if (up_) {
    go_down(why);
    last_why_ = why;
  }
  connection_.reset();
  dial_later(why);
}

void peer::flush() {
  if (up_)
    connection_->flush();
}

void peer::leave() {
  redial_.cancel();
  if (up_)
    go_down("left");
  if (connection_)
    connection_->close();
  connection_.reset();
}

} // namespace parley::cluster::link
