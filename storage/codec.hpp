#pragma once

#include "base/text_id.hpp"

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// The two directions of docs/storage-format.md, "Records". A record names its
/// fields once, to either class; so they cannot disagree.
namespace parley::storage {

/// LEB128, in the shortest form.
inline void append_uint(std::string& to, std::uint64_t x) {
  for (; x >= 0x80; x >>= 7)
    to.push_back(static_cast<char>(x | 0x80));
  to.push_back(static_cast<char>(x));
}

/// Appends fields to a record.
class record_writer {
public:
  explicit record_writer(std::uint8_t version, std::size_t size_hint = 64) {
    bytes_.reserve(size_hint);
    bytes_.push_back(static_cast<char>(version));
  }

  void operator()(std::uint64_t x) {
    append_uint(bytes_, x);
  }

  void operator()(std::uint32_t x) {
    (*this)(std::uint64_t{x});
  }

  void operator()(std::int64_t x) {
    auto bits = static_cast<std::uint64_t>(x);
    (*this)((bits << 1) ^ (x < 0 ? ~std::uint64_t{0} : 0));
  }

  void operator()(bool x) {
    bytes_.push_back(x ? '\1' : '\0');
  }

  void operator()(const std::string& x) {
    text(x);
  }

  template <class Tag, std::size_t Max>
  void operator()(const text_id<Tag, Max>& x) {
    text(x.view());
  }

  template <class T>
  void operator()(const std::vector<T>& xs) {
    (*this)(std::uint64_t{xs.size()});
    for (const auto& x : xs)
      element(x);
  }

  /// A value of one byte.
  template <class T>
  void choice(T x, T, T) {
    bytes_.push_back(static_cast<char>(x));
  }

  /// A field that was added to the end of a record after its version was
  /// released. Those at the end that have their default are left out, so that
  /// a row which does not need them is as it always was. Not for records that
  /// are part of another.
  template <class T>
  void later(const T& x) {
    if (needed_ == 0)
      needed_ = bytes_.size();
    (*this)(x);
    if (!(x == T{}))
      needed_ = bytes_.size();
  }

  std::string take() {
    if (needed_ != 0)
      bytes_.resize(needed_);
    return std::move(bytes_);
  }

protected:
  void text(std::string_view x) {
    (*this)(std::uint64_t{x.size()});
    bytes_.append(x);
  }

  template <class T>
  void element(const T& x) {
    if constexpr (std::invocable<record_writer&, const T&>)
      (*this)(x);
    else
      fields(*this, x);
  }

  std::string bytes_;
  /// Where the last field ends that can't be left out; 0 where all are needed.
  std::size_t needed_ = 0;
};

/// Takes fields from a record that may be any bytes. After the first that is
/// wrong all further ones are left as they are, and `done` says no.
class record_reader {
public:
  explicit record_reader(std::string_view bytes) : rest_(bytes) {}

  /// The version byte; 0 where there is none.
  std::uint8_t version() {
    return byte();
  }

  void operator()(std::uint64_t& x) {
    std::uint64_t sum = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      auto b = byte();
      auto bits = std::uint64_t{b & 0x7Fu};
      if ((bits << shift) >> shift != bits || (b == 0 && shift > 0))
        break; // over 64 bits, or not the shortest form
      sum |= bits << shift;
      if (b < 0x80) {
        if (good_)
          x = sum;
        return;
      }
    }
    good_ = false;
  }

  void operator()(std::uint32_t& x) {
    std::uint64_t wide = 0;
    (*this)(wide);
    if (wide > std::numeric_limits<std::uint32_t>::max())
      good_ = false;
    else
      x = static_cast<std::uint32_t>(wide);
  }

  void operator()(std::int64_t& x) {
    std::uint64_t bits = 0;
    (*this)(bits);
    x = static_cast<std::int64_t>((bits >> 1) ^ (~(bits & 1) + 1));
  }

  void operator()(bool& x) {
    auto b = byte();
    if (b > 1)
      good_ = false;
    x = b == 1;
  }

  void operator()(std::string& x) {
    x = text();
  }

  template <class Tag, std::size_t Max>
  void operator()(text_id<Tag, Max>& x) {
    auto bytes = text();
    if (bytes.size() > Max)
      good_ = false;
    else
      x = text_id<Tag, Max>{bytes};
  }

  template <class T>
  void operator()(std::vector<T>& xs) {
    std::uint64_t count = 0;
    (*this)(count);
    // An element takes a byte or more: a count beyond that is damage, and must
    // not make us reserve memory for it.
    if (count > rest_.size())
      good_ = false;
    for (std::uint64_t i = 0; good_ && i < count; ++i)
      element(xs.emplace_back());
  }

  /// A value of one byte between `first` and `last`.
  template <class T>
  void choice(T& x, T first, T last) {
    auto b = byte();
    if (b < static_cast<std::uint8_t>(first)
        || b > static_cast<std::uint8_t>(last))
      good_ = false;
    else
      x = static_cast<T>(b);
  }

  /// As the writer's: where the record ends here, `x` keeps its default.
  template <class T>
  void later(T& x) {
    if (!good_ || rest_.empty())
      return;
    (*this)(x);
    // One that ends with a default could have been written without it.
    spelled_out_ = x == T{};
  }

  /// Whether all fields so far were right, whatever follows them.
  bool good() const {
    return good_;
  }

  /// Whether all fields were right and nothing follows them.
  bool done() const {
    return good_ && rest_.empty() && !spelled_out_;
  }

protected:
  std::uint8_t byte() {
    if (rest_.empty()) {
      good_ = false;
      return 0;
    }
    auto b = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return b;
  }

  std::string_view text() {
    std::uint64_t size = 0;
    (*this)(size);
    if (!good_ || size > rest_.size()) {
      good_ = false;
      return {};
    }
    auto bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  template <class T>
  void element(T& x) {
    if constexpr (std::invocable<record_reader&, T&>)
      (*this)(x);
    else
      fields(*this, x);
  }

  std::string_view rest_;
  bool good_ = true;
  /// The last field was a `later` one with its default.
  bool spelled_out_ = false;
};

} // namespace parley::storage
