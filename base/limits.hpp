#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every fixed bound in the system. Those that an operator may choose are
/// options of conf/ instead. The unit is the name's last word; what counts
/// things is named after them. Sizes of texts are in bytes of UTF-8, after
/// JSON decoding. Going over one answers `too_large` unless said otherwise.
namespace parley::limits {

// --- Messages ---------------------------------------------------------------

inline constexpr std::size_t text_bytes_max = 8192;
inline constexpr std::size_t client_id_bytes_max = 64;
inline constexpr std::size_t type_bytes_max = 32;
inline constexpr std::size_t attachments_max = 10;
/// Each attachment, as JSON text.
inline constexpr std::size_t attachment_bytes_max = 1024;
inline constexpr std::size_t mentions_max = 50;
inline constexpr std::size_t emoji_bytes_max = 64;
/// Different emoji on one message.
inline constexpr std::size_t reaction_kinds_max = 50;
/// How long a sender's `client_id` means the message it was first sent with.
inline constexpr std::int64_t dedup_retention_ms
  = std::int64_t{7} * 24 * 3600 * 1000;
/// When a typing mark that nobody repeats ends.
inline constexpr std::int64_t typing_ttl_ms = 6000;
inline constexpr std::size_t signal_bytes_max = std::size_t{16} * 1024;

// --- Conversations ----------------------------------------------------------

inline constexpr std::size_t members_max = 100000;
inline constexpr std::size_t title_bytes_max = 256;
/// Users named in one `conversation.create` or `.invite`.
inline constexpr std::size_t invite_users_max = 500;
/// Above so many members, receipts are counted instead of named.
inline constexpr std::size_t named_receipts_members_max = 100;
inline constexpr std::size_t conversations_per_user_max = 5000;
/// Of those, the ones into which a user was brought by others who are no
/// contacts: by all of them, and by one; and how many within a day.
inline constexpr std::size_t brought_by_strangers_max = 2500;
inline constexpr std::size_t brought_by_one_max = 500;
inline constexpr std::size_t brought_a_day_max = 500;
inline constexpr std::int64_t day_ms = std::int64_t{24} * 3600 * 1000;
/// How long a user's row of a conversation that was left is kept, and how many
/// such rows are dropped with one change.
inline constexpr std::int64_t left_row_retention_ms = 7 * day_ms;
inline constexpr std::size_t left_rows_dropped_max = 16;
/// Members who are told of a gap in place of an edited text that they may not
/// see; where there are more, nobody is told the text.
inline constexpr std::size_t gapped_members_max = 1000;

/// Users in one call, and members of a conversation that all ring at once.
inline constexpr std::size_t call_users_max = 32;

// --- Users ------------------------------------------------------------------

inline constexpr std::size_t display_name_bytes_max = 128;
inline constexpr std::size_t avatar_bytes_max = 512;
inline constexpr std::size_t status_text_bytes_max = 256;
inline constexpr std::size_t device_id_bytes_max = 64;
inline constexpr std::size_t contacts_max = 5000;
inline constexpr std::size_t blocked_max = 5000;
/// Users named in one `presence.get`, `.watch` or `.unwatch`.
inline constexpr std::size_t presence_users_max = 500;
/// Users one session watches at a time.
inline constexpr std::size_t watched_users_max = 5000;
/// Sessions of one user; the oldest gives way to the next.
inline constexpr std::size_t sessions_per_user_max = 100;
/// Token families of one user; the oldest is revoked for the next.
inline constexpr std::size_t families_per_user_max = 100;

// --- Reports ----------------------------------------------------------------

/// Another report about the same user within this is the same report.
inline constexpr std::int64_t report_interval_ms
  = std::int64_t{24} * 3600 * 1000;
/// Users that one user reports within that; `rate_limited` beyond.
inline constexpr std::size_t reports_per_user_max = 50;
/// Whom one user never meets again for having reported them.
inline constexpr std::size_t reported_max = 5000;
/// Messages named in one report.
inline constexpr std::size_t report_seqs_max = 20;
inline constexpr std::size_t report_reason_bytes_max = 64;
inline constexpr std::size_t report_text_bytes_max = 1024;
/// A user is told of as typing in a conversation once in so long.
inline constexpr std::int64_t typing_interval_ms = 1000;
/// Kinds of reaction that one user gives a message.
inline constexpr std::size_t own_reaction_kinds_max = 10;
/// Messages that are looked at for how many of the unread ones were deleted.
inline constexpr std::size_t unread_looked_at_max = 200;
/// Reports erased in one go, for their time is over.
inline constexpr std::size_t reports_erased_at_once = 500;
/// The highest `moderation.evidence_messages`.
inline constexpr std::size_t evidence_messages_max = 200;
/// Actions in one page of the audit log.
inline constexpr std::size_t audit_page_max = 1000;

// --- Signing in -------------------------------------------------------------

/// In characters, not bytes.
inline constexpr std::size_t password_characters_min = 8;
inline constexpr std::size_t password_characters_max = 128;
inline constexpr std::size_t access_token_bytes_max = 4096;
inline constexpr std::size_t refresh_token_bytes_max = 256;
/// Signing keys kept at a time, the retired ones among them.
inline constexpr std::size_t signing_keys_max = 64;

// --- Pages ------------------------------------------------------------------

/// Of conversations, messages and events alike. A page asked for above the
/// maximum is cut to it.
inline constexpr std::size_t page_default = 50;
inline constexpr std::size_t page_max = 200;
/// Text and attachments of one page of messages or events; a page ends early
/// rather than exceed it by more than a message.
inline constexpr std::size_t page_bytes_max = std::size_t{256} * 1024;
/// The same for all pages of one `sync`, which must fit into a session's queue.
inline constexpr std::size_t sync_bytes_max = std::size_t{256} * 1024;
inline constexpr std::size_t search_results_default = 20;
inline constexpr std::size_t search_results_max = 50;
inline constexpr std::size_t search_prefix_bytes_min = 2;
inline constexpr std::size_t cursor_bytes_max = 256;
/// Conversations named in one `sync`.
inline constexpr std::size_t sync_conversations_max = 1000;
/// Members in one answer of `conversation.get`.
inline constexpr std::size_t members_page_max = 1000;

// --- The cluster ------------------------------------------------------------

/// Messages to one shard that wait for it to have an owner, and how long.
inline constexpr std::size_t held_messages_max = 10'000;
inline constexpr std::chrono::milliseconds owner_wait{2000};
/// Nodes that a message may come over while they disagree about the owner.
inline constexpr unsigned hops_max = 3;

// --- The wire ---------------------------------------------------------------

/// Calls in one JSON-RPC batch.
inline constexpr std::size_t batch_calls_max = 64;
/// Default of `limits.json_depth`, and the deepest it can be set to.
inline constexpr std::size_t json_depth_default = 32;
inline constexpr std::size_t json_depth_max = 256;
inline constexpr std::size_t method_bytes_max = 64;
/// A call's id, as JSON text. A longer one is no request.
inline constexpr std::size_t call_id_bytes_max = 256;
inline constexpr std::size_t url_bytes_max = std::size_t{8} * 1024;
inline constexpr std::size_t header_bytes_max = std::size_t{16} * 1024;

} // namespace parley::limits
