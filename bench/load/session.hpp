#pragma once

#include "bench/load/connection.hpp"
#include "bench/load/delivery_check.hpp"
#include "bench/load/heard.hpp"
#include "bench/load/people.hpp"
#include "bench/load/site.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace parley::bench {

/// Says what an answer is to.
enum class call_kind : std::uint8_t {
  send = 1,
  sync,
  ping,
  page,
  enqueue,
  other,
};

/// One user on one connection, in one conversation, as a client of
/// `PROTOCOL.md` should be: connects again to another node when the connection
/// is lost, catches up with `sync`, sends again with the same `client_id` what
/// was not answered or was refused for now, and sees what has been delivered
/// once. Counts all of it in the site's tally.
class session : public connection {
public:
  /// `index` is unique among all workers' sessions.
  session(site& where, std::uint32_t index, person who);

  /// The conversation that it writes to and is told of.
  void enter(std::string conversation);

  /// Its direct conversation with `partner`, which `conversation` names and
  /// which this session's first message, or the partner's, makes.
  void enter_direct(const std::string& partner, std::string conversation);

  /// Opens a connection when its turn has come. Latencies of coming back count
  /// from `since_us`.
  void open(std::int64_t since_us);

  /// Drops the connection; `open` must be called for another.
  void leave();

  bool is_here() const {
    return here_;
  }

  /// Sends the next message, which was to be sent at `intended_us`; as soon as
  /// it is connected and fewer than 100 are unanswered.
  void say(std::int64_t intended_us);

  /// `method` with `params`, a JSON object; the answer goes to the workload.
  void call(call_kind kind, std::string_view method, std::string_view params);

  std::size_t unanswered() const {
    return unanswered_.size();
  }
  std::uint64_t acknowledged() const {
    return acknowledged_;
  }
  const delivery_check& received() const {
    return received_;
  }
  /// Forgets that it has the newest `count` positions, so that it has something
  /// to catch up with.
  void forget(std::uint64_t count);

  const std::string& conversation() const {
    return conversation_;
  }
  const person& who() const {
    return who_;
  }
  std::uint32_t index() const {
    return index_;
  }
  /// The position of each acknowledged message, by counter, where
  /// `options::verify` is set.
  const std::map<std::uint64_t, std::uint64_t>& acknowledged_at() const {
    return acknowledged_at_;
  }

  // -- for the worker

  void start_opening();
  void on_timer(std::int64_t now_us);
  /// Gives up a connection on which nothing is answered any more.
  void check_timeout(std::int64_t now_us);

protected:
  /// Whoever speaks to another server says these in other words: how to
  /// connect, what comes first and ends with `come_here`, and one message.
  virtual std::string upgrade() const;
  virtual void greet();
  virtual void write_message(const message_mark& mark);
  void on_text(std::string_view text) override;

  /// It is connected, authenticated and has caught up.
  void come_here();

  /// The message is at this position of the conversation.
  void settle(std::uint64_t counter, std::uint64_t position);

  void receive(const log_entry& entry, bool is_told);

  site& shared() {
    return site_;
  }

private:
  struct outbound {
    std::uint64_t counter = 0;
    std::int64_t intended_us = 0;
    /// 0 where it has not been written yet.
    std::int64_t written_us = 0;
    /// When it may be written again; 0 where it is on its way.
    std::int64_t again_us = 0;
  };

  void on_opened() override;
  void on_closed(int code) override;

  void catch_up();
  void go();
  void give_up();
  void write_waiting();
  void write(outbound& what);
  void on_event(const heard& what);
  void on_answer(const heard& what);
  void on_sync(const heard& what);
  void on_send_answer(std::uint64_t counter, const heard& what);
  std::deque<outbound>::iterator find_unanswered(std::uint64_t counter);
  void on_refused(outbound& what, const heard& answer);
  void judge(verdict saw, bool is_told);
  void wake_at(std::int64_t at_us);

  site& site_;
  std::uint32_t index_;
  person who_;
  std::string conversation_ = {};
  /// The start of a send, as JSON, for as long as the conversation may not
  /// exist yet, and then.
  std::string first_send_ = {};
  std::string send_ = {};
  /// It is known to exist.
  bool exists_ = false;
  bool here_ = false;
  bool is_queued_ = false;
  bool is_opening_ = false;
  bool syncing_ = false;
  /// Something was left out while a `sync` was on its way.
  bool gap_since_ = false;
  /// A `sync` was refused and is to be asked for again.
  bool sync_due_ = false;
  unsigned attempts_ = 0;
  std::size_t node_;
  std::int64_t open_since_us_ = 0;
  /// When the `sync` that is on its way was asked for.
  std::int64_t sync_since_us_ = 0;
  std::int64_t wake_us_ = 0;
  std::uint64_t last_counter_ = 0;
  std::uint64_t last_call_ = 0;
  std::uint64_t acknowledged_ = 0;
  /// In the order in which they were said.
  std::deque<outbound> unanswered_ = {};
  delivery_check received_;
  std::map<std::uint64_t, std::uint64_t> acknowledged_at_ = {};
};

} // namespace parley::bench
