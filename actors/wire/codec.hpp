#pragma once

#include "actors/wire/arity.hpp"
#include "actors/wire/kinds.hpp"
#include "actors/wire/numbers.hpp"
#include "actors/wire/reply_fields.hpp"
#include "base/error.hpp"
#include "storage/codec.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

/// The two directions of what `fields_of` and `number_of` describe. Texts, ids
/// and numbers are as in the records of storage/. A struct is its size and its
/// fields; an alternative of a variant its number and the struct.
namespace parley::actors::wire {

/// Whether every alternative has a number of its own.
template <class... Ts>
consteval bool numbered() {
  std::array numbers{number_of<Ts>...};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] == 0)
      return false;
    for (std::size_t j = 0; j < i; ++j)
      if (numbers[i] == numbers[j])
        return false;
  }
  return true;
}

/// The fields of a struct, all of which must have been named.
template <described T>
constexpr auto fields(T& x) {
  auto all = fields_of<std::remove_const_t<T>>(x);
  constexpr auto count = std::tuple_size_v<decltype(all)>;
  static_assert(decltype(has_fields<count>(x))::value);
  return all;
}

class writer : public storage::record_writer {
public:
  explicit writer(kind first, std::size_t size_hint = 256)
    : record_writer(static_cast<std::uint8_t>(first), size_hint) {}

  using record_writer::operator();

  /// What `write` writes, behind its size.
  template <class Write>
  void sized(const Write& write) {
    auto at = bytes_.size();
    bytes_.push_back('\0');
    write();
    set_size(at);
  }

  /// The fields of a struct that ends with the bytes.
  template <described T>
  void open(const T& x) {
    std::apply([this](const auto&... field) { ((*this)(field), ...); },
               fields(x));
  }

  template <described T>
  void operator()(const T& x) {
    sized([&] { open(x); });
  }

  template <class T>
  requires std::is_enum_v<T>
  void operator()(T x) {
    (*this)(static_cast<std::uint64_t>(x));
  }

  template <class T>
  void operator()(const std::vector<T>& xs) {
    (*this)(std::uint64_t{xs.size()});
    for (const auto& x : xs)
      (*this)(x);
  }

  template <class T>
  void operator()(const std::optional<T>& x) {
    (*this)(x.has_value());
    if (x)
      (*this)(*x);
  }

  template <class A, class B>
  void operator()(const std::pair<A, B>& x) {
    (*this)(x.first);
    (*this)(x.second);
  }

  template <described... Ts>
  void operator()(const std::variant<Ts...>& x) {
    static_assert(numbered<Ts...>());
    std::visit(
      [this]<class T>(const T& held) {
        (*this)(number_of<T>);
        (*this)(held);
      },
      x);
  }

  template <class T>
  void operator()(const result<T>& x) {
    sized([&] {
      (*this)(x.has_value());
      if (x)
        (*this)(*x);
      else
        (*this)(x.error());
    });
  }

private:
  /// Puts the size of what follows into the byte at `at`, making room where it
  /// takes more: most structs are short.
  void set_size(std::size_t at) {
    auto size = bytes_.size() - at - 1;
    std::array<char, 10> digits{};
    std::size_t count = 0;
    for (; size >= 0x80; size >>= 7)
      digits[count++] = static_cast<char>(size | 0x80);
    bytes_[at] = count == 0 ? static_cast<char>(size) : digits[0];
    if (count == 0)
      return;
    digits[count] = static_cast<char>(size);
    bytes_.insert(at + 1, digits.data() + 1, count);
  }
};

/// Bytes make at most so many times their size of elements in memory. The
/// largest of our structs are well below that.
inline constexpr std::size_t memory_factor = 64;

class reader : public storage::record_reader {
public:
  /// `memory` is what elements of lists may take, and is used up.
  reader(std::string_view bytes, std::size_t& memory)
    : record_reader(bytes), memory_(&memory) {}

  using record_reader::operator();

  kind first() {
    return static_cast<kind>(byte());
  }

  bool good() const {
    return good_;
  }

  /// As the writer's: the fields that are there, up to the end of the bytes.
  template <described T>
  void open(T& x) {
    auto one = [this](auto& field) {
      if (good_ && !rest_.empty())
        (*this)(field);
    };
    std::apply([&](auto&... field) { (one(field), ...); }, fields(x));
  }

  template <described T>
  void operator()(T& x) {
    reader inside{text(), *memory_};
    inside.open(x);
    good_ = good_ && inside.good_;
  }

  template <class T>
  requires std::is_enum_v<T>
  void operator()(T& x) {
    constexpr auto known = range_of<T>;
    std::uint64_t number = 0;
    (*this)(number);
    if (number < static_cast<std::uint64_t>(known.first)
        || number > static_cast<std::uint64_t>(known.last))
      good_ = false;
    else
      x = static_cast<T>(number);
  }

  template <class T>
  void operator()(std::vector<T>& xs) {
    std::uint64_t count = 0;
    (*this)(count);
    // An element takes a byte or more.
    if (count > rest_.size() || count > *memory_ / sizeof(T)) {
      good_ = false;
      return;
    }
    *memory_ -= count * sizeof(T);
    xs.clear();
    xs.reserve(count);
    for (std::uint64_t i = 0; good_ && i < count; ++i)
      (*this)(xs.emplace_back());
  }

  template <class T>
  void operator()(std::optional<T>& x) {
    bool has = false;
    (*this)(has);
    x.reset();
    if (has)
      (*this)(x.emplace());
  }

  template <class A, class B>
  void operator()(std::pair<A, B>& x) {
    (*this)(x.first);
    (*this)(x.second);
  }

  template <described... Ts>
  void operator()(std::variant<Ts...>& x) {
    static_assert(numbered<Ts...>());
    std::uint32_t number = 0;
    (*this)(number);
    auto take = [&]<class T>(std::type_identity<T>) {
      if (number == number_of<T>)
        (*this)(x.template emplace<T>());
      return number == number_of<T>;
    };
    if (!(take(std::type_identity<Ts>{}) || ...))
      good_ = false;
  }

  /// One that can't be read becomes an error: whoever waits for it must hear.
  template <class T>
  void operator()(result<T>& x) {
    reader inside{text(), *memory_};
    if (good_)
      inside.take(x);
  }

private:
  template <class T>
  void take(result<T>& x) {
    bool has_value = false;
    T value;
    error why;
    (*this)(has_value);
    if (has_value)
      (*this)(value);
    else
      (*this)(why);
    if (!good_)
      x = error{errc::unavailable, "this node does not know the answer yet"};
    else if (has_value)
      x = std::move(value);
    else
      x = std::move(why);
  }

  std::size_t* memory_;
};

} // namespace parley::actors::wire
