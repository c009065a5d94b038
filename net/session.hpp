#pragma once

#include "actors/messages.hpp"
#include "auth/token.hpp"
#include "base/token_bucket.hpp"
#include "net/admission.hpp"
#include "net/frame_reader.hpp"
#include "net/outbound_queue.hpp"
#include "net/pending_call.hpp"
#include "net/poller.hpp"
#include "net/rpc/parse.hpp"
#include "net/session_info.hpp"
#include "net/stream_socket.hpp"
#include "net/subscriber.hpp"

#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>

namespace parley::net {

class worker;

/// What a connection leaves to the session that it becomes.
struct session_start {
  stream_socket socket;
  connection_place place;
  std::string peer;
  /// The answer to the upgrade.
  std::string handshake;
  /// What was read behind the request.
  std::string rest;
  /// Empty where `session.open` is to come.
  std::string token;
  std::string device_id;
  /// A close code, where the upgrade succeeds only to be told why it can't.
  std::uint16_t refused = 0;
};

/// One WebSocket: reads calls, sends them to their entities, writes answers
/// and events, and dies of what PROTOCOL.md lists as close codes. Lives on one
/// network thread.
///
/// anonymous ─▶ attaching ─▶ open ─▶ closing ─▶ closed
///
/// While it is attaching it reads nothing, so that what a client sends right
/// behind its token is answered as that user's.
class session final : public poll_handler, public subscriber {
public:
  /// Takes the socket, and leaves to `begin` what it will need.
  session(worker& home, session_id id, session_start& from);
  ~session() override;

  /// Begins with what came with the upgrade.
  void begin(session_start& from);

  void on_ready(bool readable, bool writable) override;

  /// Writes what is queued, as far as the socket takes it.
  void flush();

  /// Time passes: pings, time-outs.
  void tick();

  /// A reply to a call that it made.
  void on_reply(session_call& made, result<actors::reply> what);

  /// Sends what is queued and a close frame, and reads no more calls.
  void close(std::uint16_t code, std::string_view reason);

  /// Its user's shard has a new owner, who has to be told of it: by `reattach`,
  /// unless that is to come already (false).
  bool owner_changed();
  void reattach();

  /// As `owner_changed`; until the owner has confirmed the session it is told
  /// of gaps only, and what it says waits.
  bool doubt();

  /// The answer to its `attach` may never come: asks again.
  void attach_again(session_call made);

  /// Tells the client to go, to `url` if that is not empty, and closes after
  /// so long; unless it was told to go earlier than that.
  void go_away(milliseconds after, std::string_view url);

  /// A session that was told to go may stay.
  void may_stay() {
    leave_at_ms_ = 0;
  }

  /// What no later question brings back: who can't take it is closed.
  void tell(frame_ptr what) {
    send(std::move(what));
  }

  /// Its user may not speak until then; -1 is for good.
  void silence(timestamp_ms until) {
    muted_until_ = until;
  }

  session_info info() const;

  /// Whether the hub knows it as its user's.
  bool joined() const {
    return joined_;
  }

  /// The shard of its user.
  std::uint16_t shard() const {
    return shard_;
  }

  std::size_t queue_bytes() const {
    return queue_.bytes();
  }

  // -- subscriber ------------------------------------------------------------

  session_id id() const override {
    return id_;
  }

  const user_id& user() const override {
    return user_;
  }

  bool tell_event(const conversation_id& conversation, seq at,
                  const frame_ptr& what) override;
  bool tell_ephemeral(const frame_ptr& what) override;
  void tell_gap(const conversation_id& conversation, seq last_seq) override;

  /// The flush at the end of the round, once.
  bool flush_queued = false;

private:
  enum class phase : std::uint8_t {
    anonymous,
    attaching,
    open,
    closing,
    closed
  };

  void read_socket();
  void take(std::span<char> bytes);
  void on_event(const frame_event& what);
  void on_message(std::string_view text);
  void on_bad_frame(const error& why);
  void update_interest();
  void send(frame_ptr what);
  void give_up();
  void wrote();
  void check_silence(std::int64_t now);
  bool due_to_go(std::int64_t now) const;
  void leave();
  void end();

  // session_calls.cpp
  void perform(rpc::call& what, std::shared_ptr<batch_answers> batch);
  result<void> admit(const rpc::method& what);
  result<void> pay(const rpc::method& what, std::uint32_t units,
                   session_call& made);
  void settle(const session_call& made, const result<actors::reply>& what,
              std::size_t bytes);
  result<void> carry_out(const rpc::method& what, rpc::call& with,
                         session_call& made);
  result<void> run_here(const rpc::method& what, rpc::call& with,
                        session_call& made);
  result<void> open(rpc::call& with, session_call& made);
  result<auth::claims> verify(std::string_view token) const;
  /// Sends it, or has it wait behind one that goes a longer way to the same
  /// conversation.
  void dispatch(rpc::target what, session_call made);
  void release_behind(const conversation_id& conversation);
  void resume();
  /// Whether what comes has to wait.
  bool holds_input() const {
    return phase_ == phase::attaching || doubted_;
  }
  void answer(const session_call& made, std::string response);
  void answer(const session_call& made, const error& why);
  std::string open_result(const actors::profile& user) const;
  actors::caller self() const;

  // session_attach.cpp
  void attach(const auth::claims& who, std::string_view device_id,
              session_call made);
  void send_attach(session_call made);
  void on_attach_reply(session_call& made, result<actors::reply> what);
  void on_attached(session_call& made, const actors::attached& what);
  void on_not_attached(session_call& made, const error& why);
  void on_reattached(const result<actors::attached>& what);
  void detach();
  rpc::target reattachment() const;

  worker& home_;
  const session_id id_;
  stream_socket socket_;
  /// Where it waits: among the newcomers until it is open.
  poller* sockets_;
  frame_reader reader_;
  outbound_queue queue_;
  connection_place place_;
  std::string peer_;
  std::string held_;
  user_id user_;
  family_id family_;
  std::string device_id_;
  std::uint16_t shard_ = 0;
  token_bucket signals_;
  struct waiting_call {
    rpc::target what;
    session_call made;
  };
  /// What waits behind calls that reach a conversation by way of the user.
  std::map<conversation_id, std::deque<waiting_call>> behind_;
  phase phase_ = phase::anonymous;
  bool doubted_ = false;
  bool guest_ = false;
  bool attach_sent_ = false;
  bool joined_ = false;
  /// The owner of its user may not know it; and it will be told.
  bool unknown_ = false;
  bool reattach_due_ = false;
  bool peer_closed_ = false;
  bool output_ended_ = false;
  std::uint8_t bad_frames_ = 0;
  std::uint16_t code_ = 1006;
  std::uint32_t pending_ = 0;
  timestamp_ms attached_at_ = 0;
  timestamp_ms muted_until_ = 0;
  std::int64_t born_ms_;
  std::int64_t heard_ms_;
  std::int64_t pinged_ms_;
  std::int64_t progress_ms_;
  /// When it is to go; 0 where nobody said so.
  std::int64_t leave_at_ms_ = 0;
  std::int64_t dead_at_ms_ = 0;
};

} // namespace parley::net
