#pragma once

#include "storage/codec.hpp"
#include "storage/records.hpp"

#include <concepts>
#include <type_traits>

/// What the sources share that say which fields records have.
namespace parley::storage {

inline constexpr std::uint8_t record_version = 1;

/// `T`, const or not: `fields` serves reading and writing.
template <class T, class Record>
concept either = std::same_as<std::remove_const_t<T>, Record>;

template <class Record>
std::string encode_record(const Record& x, std::size_t size_hint = 64) {
  record_writer out{record_version, size_hint};
  fields(out, x);
  return out.take();
}

template <class Record>
result<Record> decode_record(std::string_view bytes) {
  record_reader in{bytes};
  if (in.version() != record_version)
    return error{errc::corrupt, "unknown version of a record"};
  Record x;
  fields(in, x);
  if (!in.done())
    return error{errc::corrupt, "damaged record"};
  return x;
}

} // namespace parley::storage
