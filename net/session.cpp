#include "net/session.hpp"

#include "base/log.hpp"
#include "net/rpc/print.hpp"
#include "net/worker.hpp"

#include <boost/json/monotonic_resource.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace parley::net {

namespace {

constexpr std::uint8_t bad_frames_max = 3;
constexpr std::size_t pieces_max = 64;
constexpr std::size_t params_bytes = 4096;
// How long a peer may take to answer our close.
constexpr std::int64_t close_timeout_ms = 3000;
// How long a session that should go may wait for its last answers.
constexpr std::int64_t last_answers_ms = 2000;

// Ends that say something of the client, not of everyday life.
bool worth_telling(std::uint16_t code) {
  constexpr std::array<std::uint16_t, 8> codes{1002, 1003, 1007, 1009,
                                               4008, 4029, 4500, 4503};
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

} // namespace

session::session(worker& home, session_id id, session_start& from)
  : home_(home),
    id_(id),
    socket_(std::move(from.socket)),
    sockets_(&home.newcomers()),
    reader_(home.env().opts.frame_bytes_max),
    queue_(home.env().opts.outbound_bytes_max),
    place_(std::move(from.place)),
    peer_(std::move(from.peer)),
    born_ms_(home.now_ms()),
    heard_ms_(born_ms_),
    pinged_ms_(born_ms_),
    progress_ms_(born_ms_) {
  home_.env().metrics.sessions.Increment();
  ++home_.env().sessions;
}

session::~session() {
  leave();
  socket_.close(*sockets_, *this);
  home_.env().metrics.sessions.Decrement();
  home_.env().metrics.session_closed(code_);
  --home_.env().sessions;
}

void session::begin(session_start& from) {
  send(std::make_shared<const std::string>(std::move(from.handshake)));
  if (from.refused != 0) {
    close(from.refused, "too many connections from this address");
    return;
  }
  if (!from.token.empty()) {
    auto who = verify(from.token);
    if (!who) {
      close(4501, who.error().detail);
      return;
    }
    session_call made;
    made.session = id_;
    attach(*who, from.device_id, std::move(made));
  }
  take(from.rest);
  if (socket_.has_more() && !holds_input())
    read_socket();
  update_interest();
}

void session::on_ready(bool readable, bool writable) {
  if (phase_ == phase::closed)
    return;
  if (writable)
    home_.flush_later(*this);
  if (readable && !holds_input())
    read_socket();
}

void session::read_socket() {
  do {
    auto buffer = home_.scratch();
    auto got = socket_.read(buffer);
    if (got.what == io_outcome::kind::closed) {
      end();
      return;
    }
    if (got.what == io_outcome::kind::again)
      break;
    heard_ms_ = home_.now_ms();
    take(buffer.first(got.bytes));
  } while (socket_.has_more() && !holds_input() && phase_ != phase::closed);
  update_interest();
}

void session::take(std::span<char> bytes) {
  while (phase_ != phase::closed) {
    if (holds_input()) {
      held_.append(bytes.data(), bytes.size());
      return;
    }
    auto found = reader_.next(bytes);
    if (found.what == frame_event::kind::need_more)
      return;
    on_event(found);
  }
}

void session::on_event(const frame_event& what) {
  switch (what.what) {
    case frame_event::kind::text:
      if (phase_ != phase::closing)
        on_message(what.payload);
      break;
    case frame_event::kind::ping:
      if (phase_ != phase::closing)
        send(control_frame(opcode::pong, what.payload));
      break;
    case frame_event::kind::close:
      peer_closed_ = true;
      if (phase_ == phase::closing)
        home_.flush_later(*this);
      else
        close(what.code, {});
      // Clients choose from two thousand: too many to count apart.
      if (what.code >= 3000 && code_ == what.code)
        code_ = 1000;
      break;
    case frame_event::kind::violation: close(what.code, {}); break;
    case frame_event::kind::pong:
    case frame_event::kind::need_more: break;
  }
}

void session::on_message(std::string_view text) {
  // The parameters of most frames fit, and none outlives its frame.
  std::array<unsigned char, params_bytes> room;
  boost::json::monotonic_resource memory{room.data(), room.size()};
  auto frame = rpc::parse_frame(text, home_.env().opts.json_depth, &memory);
  if (!frame) {
    on_bad_frame(frame.error());
    return;
  }
  if (!frame->batch) {
    for (auto& call : frame->calls)
      perform(call, nullptr);
    return;
  }
  auto batch = std::make_shared<batch_answers>();
  for (const auto& call : frame->calls)
    batch->waiting += call.id.empty() ? 0 : 1;
  for (auto& call : frame->calls)
    perform(call, batch);
}

// A client that errs once is told so; one that speaks another language would
// go on for ever.
void session::on_bad_frame(const error& why) {
  send(text_frame(rpc::error_response("null", why)));
  if (why.code != errc::too_large && ++bad_frames_ >= bad_frames_max)
    close(4500, "not JSON-RPC");
}

void session::send(frame_ptr what) {
  if (phase_ == phase::closing || phase_ == phase::closed)
    return;
  if (queue_.empty())
    progress_ms_ = home_.now_ms();
  if (queue_.push(std::move(what)))
    home_.flush_later(*this);
  else
    give_up();
}

void session::give_up() {
  queue_.drop_unsent();
  close(4008, "slow consumer");
}

bool session::tell_event(const conversation_id& conversation, seq at,
                         const frame_ptr& what) {
  // It may be no member any more: what it may see, `sync` brings.
  if (doubted_) {
    tell_gap(conversation, at);
    return true;
  }
  if (queue_.empty())
    progress_ms_ = home_.now_ms();
  home_.flush_later(*this);
  return queue_.push_event(conversation, at, what);
}

bool session::tell_ephemeral(const frame_ptr& what) {
  if (doubted_)
    return false;
  if (queue_.empty())
    progress_ms_ = home_.now_ms();
  home_.flush_later(*this);
  return queue_.push_ephemeral(what);
}

void session::tell_gap(const conversation_id& conversation, seq last_seq) {
  queue_.skip(conversation, last_seq);
  home_.flush_later(*this);
}

void session::flush() {
  if (phase_ == phase::closed)
    return;
  std::array<iovec, pieces_max> pieces;
  for (;;) {
    while (auto gap = queue_.take_gap())
      queue_.push(text_frame(rpc::gap_notification(gap->first, gap->second)));
    auto count = queue_.gather(pieces);
    if (count == 0)
      break;
    auto done = socket_.write({pieces.data(), count});
    if (done.what == io_outcome::kind::closed) {
      end();
      return;
    }
    if (done.what == io_outcome::kind::again)
      break;
    queue_.consume(done.bytes);
    progress_ms_ = home_.now_ms();
  }
  if (queue_.empty() && phase_ == phase::closing)
    wrote();
  update_interest();
}

// The close frame is out.
void session::wrote() {
  if (peer_closed_) {
    end();
    return;
  }
  if (!output_ended_)
    socket_.end_output();
  output_ended_ = true;
}

void session::update_interest() {
  if (phase_ == phase::closed)
    return;
  auto wanted = 0U;
  if (!holds_input())
    wanted |= static_cast<unsigned>(interest::read);
  if (!queue_.empty() || socket_.must_write())
    wanted |= static_cast<unsigned>(interest::write);
  socket_.watch(*sockets_, *this, static_cast<interest>(wanted));
}

void session::close(std::uint16_t code, std::string_view reason) {
  if (phase_ == phase::closing || phase_ == phase::closed)
    return;
  leave();
  phase_ = phase::closing;
  code_ = code;
  held_ = {};
  dead_at_ms_ = home_.now_ms() + close_timeout_ms;
  // 1005 says that there was no code: it is not for the wire.
  auto frame = code == 1005 ? control_frame(opcode::close, {})
                            : close_frame(code, reason);
  if (!queue_.push(frame)) {
    queue_.drop_unsent();
    queue_.push(std::move(frame));
  }
  home_.flush_later(*this);
  log::write(worth_telling(code) ? log::level::info : log::level::debug,
             "session_closing",
             {{"session", id_},
              {"user", user_.view()},
              {"peer", peer_},
              {"code", code},
              {"reason", reason}});
}

void session::leave() {
  if (joined_) {
    home_.topics().leave(*this);
    home_.env().parts.sessions.session_closed(user_);
  }
  if (std::exchange(attach_sent_, false))
    detach();
  joined_ = false;
}

void session::end() {
  if (phase_ == phase::closed)
    return;
  leave();
  phase_ = phase::closed;
  queue_.drop_unsent();
  socket_.close(*sockets_, *this);
  home_.bury(*this);
}

void session::go_away(milliseconds after, std::string_view url) {
  auto leave_at = home_.now_ms() + after.count();
  if (leave_at_ms_ != 0 && leave_at_ms_ <= leave_at)
    return;
  auto ms = static_cast<std::uint32_t>(after.count());
  send(text_frame(rpc::goaway_notification(ms, url)));
  leave_at_ms_ = leave_at;
}

bool session::due_to_go(std::int64_t now) const {
  if (leave_at_ms_ == 0 || now < leave_at_ms_)
    return false;
  return pending_ == 0 || now >= leave_at_ms_ + last_answers_ms;
}

void session::tick() {
  auto now = home_.now_ms();
  if (phase_ == phase::closed)
    return;
  if (phase_ == phase::closing) {
    if (now >= dead_at_ms_)
      end();
    return;
  }
  const auto& opts = home_.env().opts;
  if (due_to_go(now))
    close(4000, "node draining");
  else if (phase_ != phase::open && now - born_ms_ >= opts.auth_timeout.count())
    close(4501, "not authenticated in time");
  else if (!queue_.empty() && now - progress_ms_ >= opts.stall_timeout.count())
    give_up();
  else if (phase_ != phase::attaching)
    check_silence(now);
}

void session::check_silence(std::int64_t now) {
  auto interval = home_.env().opts.heartbeat.count();
  if (now - heard_ms_ >= 2 * interval) {
    close(4001, "heartbeat missed");
  } else if (now - pinged_ms_ >= interval) {
    pinged_ms_ = now;
    send(control_frame(opcode::ping, {}));
  }
}

session_info session::info() const {
  return {id_,      user_,         peer_, home_.now_ms() - born_ms_,
          pending_, queue_.bytes()};
}

} // namespace parley::net
