#pragma once

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/token_bucket.hpp"
#include "conf/address.hpp"
#include "match/policy.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// How each kind of value is written, and within what bounds.
namespace parley::conf {

enum class secrecy : bool { open, secret };

struct text_key {
  std::string_view name;
  secrecy shown = secrecy::open;
};

struct flag_key {
  std::string_view name;
};

struct count_key {
  std::string_view name;
  std::uint64_t least;
  std::uint64_t most;
};

/// Written as a number, or one with the unit KiB, MiB, GiB or TiB.
struct bytes_key {
  std::string_view name;
  std::uint64_t least;
  std::uint64_t most;
};

/// Written as milliseconds, or with the unit ms, s, m, h or d.
struct duration_key {
  std::string_view name;
  std::chrono::milliseconds least;
  std::chrono::milliseconds most;
};

struct rate_key {
  std::string_view name;
};

struct address_key {
  std::string_view name;
};

struct level_key {
  std::string_view name;
};

/// What people of a queue may say of themselves.
struct attribute_key {
  std::string_view name;
};

/// What wishes become in time: a list, of the queue's attributes.
struct widening_key {
  std::string_view name;
  const std::vector<match::attribute>& attributes;
};

/// A list of texts; what has no `read` and `write` below.
struct list_key {
  std::string_view name;
  secrecy shown = secrecy::open;
};

/// Each `read` sets `out`, or says what is wrong and leaves it alone.
result<void> read(const text_key&, std::string_view text, std::string& out);
result<void> read(const flag_key&, std::string_view text, bool& out);
result<void> read(const count_key& key, std::string_view text,
                  std::uint64_t& out);
result<void> read(const bytes_key& key, std::string_view text,
                  std::uint64_t& out);
result<void> read(const duration_key& key, std::string_view text,
                  std::chrono::milliseconds& out);
result<void> read(const rate_key&, std::string_view text, rate& out);
result<void> read(const address_key&, std::string_view text, address& out);
result<void> read(const level_key&, std::string_view text, log::level& out);
/// `out` has its name.
result<void> read(const attribute_key&, std::string_view text,
                  match::attribute& out);

/// The text that `read` reads, with the largest unit that says it exactly.
std::string write(const text_key& key, const std::string& x);
std::string write(const flag_key&, bool x);
std::string write(const count_key&, std::uint64_t x);
std::string write(const bytes_key&, std::uint64_t x);
std::string write(const duration_key&, std::chrono::milliseconds x);
std::string write(const rate_key&, const rate& x);
std::string write(const address_key&, const address& x);
std::string write(const level_key&, log::level x);
std::string write(const attribute_key&, const match::attribute& x);

} // namespace parley::conf
