#pragma once

#include "base/limits.hpp"

/// The fixed bounds of what is answered; as in base/limits.hpp.
namespace parley::limits {

/// JSON of one item of a page, of what clients can have written: a text and
/// attachments all of escapes, every mention and every kind of reaction. A page
/// of up to `page_bytes_max` always holds its first item.
inline constexpr std::size_t page_item_bytes_max = std::size_t{96} * 1024;
/// Conversations in one answer of `sync`, those that only say `has_more` among
/// them.
inline constexpr std::size_t sync_pages_max = 2000;
/// Lists (`sync`, `conversation.list`, `contact.list`) that are made for one
/// user at a time, and that wait for those; `rate_limited` beyond.
inline constexpr std::size_t listings_max = 4;
inline constexpr std::size_t listings_waiting_max = 128;
/// JSON of all results of one answer, those of a batch together: on WebSockets
/// it must fit into a session's queue. What is small is answered all the same.
inline constexpr std::size_t answer_bytes_max = std::size_t{512} * 1024;
inline constexpr std::size_t small_answer_bytes_max = 1024;
/// Conversations that a session is told of as it begins, however many the user
/// is in: what goes to another node in one piece is bounded by a link's frame.
inline constexpr std::size_t attached_conversations_max = 250'000;

} // namespace parley::limits
