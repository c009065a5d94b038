#include "cluster/member/verify_message.hpp"

#include "storage/codec.hpp"

#include <limits>

namespace parley::cluster {

namespace {

constexpr std::uint8_t mark_version = 1;

template <class F>
void shard_field(F& f, shard_id& shard) {
  auto wide = std::uint32_t{shard};
  f(wide);
  shard = static_cast<shard_id>(wide);
}

template <class F>
void fields(F& f, verify_request& x) {
  shard_field(f, x.shard);
  f(x.round);
}

template <class F>
void fields(F& f, verify_reached& x) {
  shard_field(f, x.shard);
  f(x.round);
}

template <class F>
void fields(F& f, verify_mark& x) {
  f(x.round);
  f(x.asked_by);
  f(x.time_ms);
}

template <class F>
void fields(F& f, mend_order& x) {
  shard_field(f, x.shard);
}

template <class F>
void fields(F& f, state_wish& x) {
  shard_field(f, x.shard);
}

template <class F>
void head_of(F& f, verify_digest& x) {
  shard_field(f, x.shard);
  f(x.round);
  f(x.digest.at.term);
  f(x.digest.at.index);
  f.choice(x.digest.what, shard_digest::outcome::whole,
           shard_digest::outcome::lost);
  f(x.digest.rows);
  f(x.digest.bytes);
}

void fields(storage::record_writer& to, verify_digest& x) {
  head_of(to, x);
  to(std::uint64_t{x.digest.ranges.size()});
  for (const auto& r : x.digest.ranges) {
    to(r.from);
    to(r.rows);
    to(r.sum);
  }
}

void fields(storage::record_reader& from, verify_digest& x) {
  head_of(from, x);
  std::uint64_t count = 0;
  from(count);
  for (; from.good() && count > 0; --count) {
    auto& r = x.digest.ranges.emplace_back();
    from(r.from);
    from(r.rows);
    from(r.sum);
  }
}

template <std::size_t I = 0>
std::optional<verify_message> decode_as(std::size_t kind,
                                        std::string_view bytes) {
  if constexpr (I < std::variant_size_v<verify_message>) {
    if (kind != I)
      return decode_as<I + 1>(kind, bytes);
    storage::record_reader in{bytes};
    in.version();
    std::variant_alternative_t<I, verify_message> out;
    fields(in, out);
    if (in.good())
      return verify_message{std::move(out)};
  }
  return std::nullopt;
}

} // namespace

std::string encode(const verify_message& what) {
  // The kind takes the version's place.
  storage::record_writer out{static_cast<std::uint8_t>(what.index() + 1)};
  auto copy = what;
  std::visit([&](auto& x) { fields(out, x); }, copy);
  return out.take();
}

std::optional<verify_message> decode_verify(std::string_view bytes) {
  auto kind = storage::record_reader{bytes}.version();
  if (kind == 0)
    return std::nullopt;
  return decode_as(kind - 1u, bytes);
}

std::string encode(const verify_mark& what) {
  storage::record_writer out{mark_version};
  auto copy = what;
  fields(out, copy);
  return out.take();
}

std::optional<verify_mark> decode_mark(std::string_view bytes) {
  storage::record_reader in{bytes};
  verify_mark out;
  auto known = in.version() == mark_version;
  fields(in, out);
  if (!known || !in.good())
    return std::nullopt;
  return out;
}

} // namespace parley::cluster
