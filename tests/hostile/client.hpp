#pragma once

#include "bench/load/connection.hpp"
#include "tests/hostile/call.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace parley::hostile {

class client;

/// Who is told what comes over the sockets.
class listener {
public:
  virtual ~listener() = default;

  /// An answer with the error or the result in it.
  virtual void on_answer(client& from, call& to,
                         const boost::json::object& answer)
    = 0;
  /// A notification.
  virtual void on_event(client& from, const boost::json::object& event) = 0;
  /// Everything that comes, before anything is made of it.
  virtual void on_bytes(client& from, std::string_view bytes) = 0;
  /// Something came that no node may send.
  virtual void on_nonsense(client& from, std::string what) = 0;
  virtual void on_closed(client& from, int code) = 0;
};

/// A socket of one user, with calls that wait to be written and to be
/// answered.
class client : public bench::connection {
public:
  client(bench::poller& loop, listener& told, std::uint32_t user)
    : connection(loop), told_(told), user_(user) {}

  std::uint32_t user() const {
    return user_;
  }

  /// Writes the call as soon as there is room; those with the same batch
  /// number, unless it is 0, go in one frame.
  void submit(call& what, std::uint64_t batch);
  std::size_t unanswered() const {
    return waiting_.size() + under_way();
  }
  /// Those that will not be answered any more end as `unknown`.
  void give_up();
  void pump();

  virtual bool is_session() const = 0;

protected:
  struct queued {
    call* what = nullptr;
    std::uint64_t batch = 0;
  };

  virtual std::size_t under_way() const = 0;
  virtual void write(const std::vector<call*>& calls, bool as_batch) = 0;
  virtual void drop_under_way() = 0;
  void on_opened() override;
  void on_closed(int code) override;
  static void end_unknown(call& what);

  listener& told_;

private:
  std::uint32_t user_;
  std::deque<queued> waiting_ = {};
};

/// A WebSocket session.
class session_client : public client {
public:
  using client::client;

  bool is_session() const override {
    return true;
  }

  /// What the judge keeps of this session: by conversation, which positions it
  /// was told or answered.
  struct told_of {
    std::uint64_t from = 0;
    std::uint64_t last_event = 0;
    std::vector<bool> seen = {};
    bool is_judged = true;
  };
  std::unordered_map<std::uint32_t, told_of> told_of_log = {};
  /// The round in which it was opened; 0 where it was opened amid others'
  /// calls.
  std::uint64_t opened_round = 0;

protected:
  std::size_t under_way() const override {
    return calls_.size();
  }
  void write(const std::vector<call*>& calls, bool as_batch) override;
  void drop_under_way() override;
  void on_text(std::string_view text) override;

private:
  void on_frame(const boost::json::value& frame);
  void on_object(const boost::json::object& frame);

  std::unordered_map<std::uint64_t, call*> calls_ = {};
};

/// A connection over which HTTP requests are pipelined.
class http_caller : public client {
public:
  http_caller(bench::poller& loop, listener& told, std::uint32_t user)
    : client(loop, told, user) {}

  bool is_session() const override {
    return false;
  }
  std::string token = {};

protected:
  std::size_t under_way() const override {
    return requests_.size();
  }
  void write(const std::vector<call*>& calls, bool as_batch) override;
  void drop_under_way() override;
  void on_text(std::string_view bytes) override;
  void on_closed(int code) override;

private:
  bool take_answer();
  void on_body(int status, std::string_view body);
  void settle(call& what, int status, const boost::json::value& body);

  std::deque<std::vector<call*>> requests_ = {};
  std::string in_ = {};
};

/// As a whole frame of JSON-RPC.
std::string frame_of(const call& what);

} // namespace parley::hostile
