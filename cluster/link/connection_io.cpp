#include "cluster/link/connection.hpp"
#include "storage/big_endian.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstring>

namespace parley::cluster::link {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{128} << 10;
/// Above it the buffer is given back once it is empty.
constexpr std::size_t buffer_kept_bytes = std::size_t{1} << 20;
/// Read or written for one connection before others have their turn.
constexpr std::size_t turn_bytes = std::size_t{1} << 20;
/// Encrypted ahead of the socket.
constexpr std::size_t wire_bytes_max = std::size_t{128} << 10;

std::uint64_t stamp(steady_clock::time_point now) {
  return static_cast<std::uint64_t>(now.time_since_epoch().count());
}

} // namespace

void connection::wait_read() {
  if (reading_ || stage_ == stage::gone)
    return;
  reading_ = true;
  socket_.raw().async_wait(boost::asio::socket_base::wait_read,
                           [self = shared_from_this()](auto why) {
                             self->reading_ = false;
                             if (!why && self->stage_ != stage::gone)
                               self->on_readable();
                           });
}

void connection::wait_write() {
  if (writing_ || stage_ == stage::gone)
    return;
  writing_ = true;
  socket_.raw().async_wait(boost::asio::socket_base::wait_write,
                           [self = shared_from_this()](auto why) {
                             self->writing_ = false;
                             if (!why && self->stage_ != stage::gone)
                               self->push();
                           });
}

void connection::on_readable() {
  if (stage_ == stage::proving)
    return handshake();
  more_ = false;
  if (!pull())
    return;
  if (!more_)
    return wait_read();
  boost::asio::post(shared_.io, [self = shared_from_this()] {
    if (self->stage_ != stage::gone && self->more_)
      self->on_readable();
  });
}

// False if the connection is gone.
bool connection::pull() {
  auto self = shared_from_this();
  std::size_t total = 0;
  auto state = io_state::done;
  while (state == io_state::done && total < turn_bytes) {
    make_room();
    std::size_t count = 0;
    state = socket_.read({in_.data() + end_, in_.size() - end_}, count);
    end_ += count;
    total += count;
    // A batch is what there is at once, or what fits.
    if (end_ == in_.size() && !deliver())
      return false;
  }
  if (total > 0)
    heard_ = steady_clock::now();
  if (!deliver())
    return false;
  if (state == io_state::closed) {
    fail("closed_by_peer");
    return false;
  }
  more_ = state == io_state::done;
  // Pongs, or what TLS itself has to answer.
  if (socket_.unsent() > 0 && !writing_)
    push();
  return stage_ != stage::gone;
}

void connection::make_room() {
  if (end_ < in_.size())
    return;
  auto held = end_ - begin_;
  auto whole = whole_size({in_.data() + begin_, held});
  auto size = std::max({buffer_bytes, in_.size(), whole});
  if (begin_ > 0)
    std::memmove(in_.data(), in_.data() + begin_, held);
  begin_ = 0;
  end_ = held;
  in_.resize(size);
}

// False if the connection is gone.
bool connection::deliver() {
  std::string_view bytes{in_.data() + begin_, end_ - begin_};
  auto before = bytes.size();
  frames_.clear();
  auto sound = split_frames(bytes, frames_);
  auto taken = before - bytes.size();
  if (taken > 0)
    shared_.counts.received(taken, frames_.size());
  if (carried_ != nullptr) {
    carried_->bytes_in += taken;
    carried_->frames_in += frames_.size();
  }
  std::erase_if(frames_, [this](const frame& x) { return keep_alive(x); });
  if (!frames_.empty() && events_ != nullptr)
    events_->received(*this, frames_);
  if (stage_ == stage::gone)
    return false;
  begin_ = end_ - bytes.size();
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (in_.size() > buffer_kept_bytes)
      std::vector<char>(buffer_bytes).swap(in_);
  }
  if (!sound)
    fail("oversized");
  return sound;
}

bool connection::keep_alive(const frame& one) {
  if (one.channel == own::ping) {
    send_now(own::pong, one.payload.substr(0, sizeof(std::uint64_t)));
    return true;
  }
  if (one.channel != own::pong)
    return false;
  if (carried_ != nullptr && one.payload.size() == sizeof(std::uint64_t)
      && storage::read_big_endian<std::uint64_t>(one.payload)
           == stamp(pinged_)) {
    auto time = std::chrono::duration_cast<std::chrono::microseconds>(
      steady_clock::now() - pinged_);
    auto last = carried_->round_trip_us.load();
    carried_->round_trip_us = last == 0
                                ? std::max<std::int64_t>(1, time.count())
                                : last + (time.count() - last) / 8;
  }
  return true;
}

void connection::beat() {
  auto now = steady_clock::now();
  // Where bytes wait, a ping would only wait with them.
  auto due = now - spoke_ >= shared_.opts.ping_every
             || now - pinged_ >= 4 * shared_.opts.ping_every;
  if (due && socket_.unsent() == 0) {
    pinged_ = now;
    std::string payload;
    storage::append_big_endian(payload, stamp(now));
    send_now(own::ping, payload);
    flush();
  } else if (due) {
    spoke_ = pinged_ = now;
  }
  if (stage_ != stage::gone)
    arm();
}

void connection::send_now(channel_id channel, std::string_view payload) {
  if (stage_ != stage::open)
    return;
  std::string bytes;
  bytes.reserve(frame_header_bytes + payload.size());
  append_header(bytes, channel, payload.size());
  bytes.append(payload);
  if (!socket_.encrypt(bytes))
    return fail("tls_failed");
}

// False if the connection cannot be used any more.
bool connection::fill() {
  while (carried_ != nullptr && socket_.unsent() < wire_bytes_max
         && carried_->queue.take(block_)) {
    carried_->bytes_out += block_.size();
    shared_.counts.sent(block_.size());
    if (!socket_.encrypt(block_))
      return false;
  }
  return true;
}

void connection::push() {
  std::size_t total = 0;
  while (total < turn_bytes) {
    if (!fill())
      return fail("tls_failed");
    auto size = socket_.unsent();
    auto state = io_state::done;
    if (size > 0) {
      state = socket_.flush();
      spoke_ = steady_clock::now();
    }
    if (state == io_state::closed)
      return fail("closed_by_peer");
    if (state == io_state::again)
      return wait_write();
    if (size == 0) {
      boost::system::error_code ignored;
      if (stage_ == stage::ending)
        socket_.raw().shutdown(boost::asio::socket_base::shutdown_send,
                               ignored);
      return;
    }
    total += size;
  }
  wait_write();
}

} // namespace parley::cluster::link
