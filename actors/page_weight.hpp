#pragma once

#include "actors/replies.hpp"

#include <cstddef>

/// How many bytes of an answer's JSON the items of a page take, at most, with
/// the comma behind them. Counted and not written: what entities hand over is
/// printed where the client is. `unit_net` compares it with what is printed.
namespace parley::actors {

std::size_t weight(const storage::message_record& m);
std::size_t weight(const message& m);
std::size_t weight(const log_event& e);
std::size_t weight(const reaction_view& r);
std::size_t weight(const durable_event& e);
std::size_t weight(const conversation_summary& c);
std::size_t weight(const member_view& m);
std::size_t weight(const profile& p);
std::size_t weight(const presence_view& p);
std::size_t weight(const report_view& r);
std::size_t weight(const match_view& m);
std::size_t weight(const storage::audit_record& a);

/// Decides where a page ends. It always holds one item, however large, so that
/// whoever pages comes on; an item that clients can write fits into
/// `limits::page_item_bytes_max`.
class page_budget {
public:
  explicit page_budget(std::size_t bytes_max) : left_(bytes_max) {}

  /// Whether an item of that weight is still on the page; counts it if it is.
  bool take(std::size_t bytes) {
    if (bytes > left_ && !empty_) {
      left_ = 0;
      return false;
    }
    empty_ = false;
    left_ -= bytes < left_ ? bytes : left_;
    return true;
  }

  std::size_t left() const {
    return left_;
  }

private:
  std::size_t left_;
  bool empty_ = true;
};

} // namespace parley::actors
