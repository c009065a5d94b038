#include "storage/write_set.hpp"

#include "storage/codec.hpp"

#include <utility>

namespace parley::storage {

namespace {

constexpr char put_mark = 1;
constexpr char erase_mark = 2;

// What a row has besides its key and its record.
constexpr std::size_t marks_bytes_max = 1 + 5 + 5;
// A message is followed by what remembers its client_id.
constexpr std::size_t room_bytes = 160;

void append_field(std::string& to, std::string_view field) {
  append_uint(to, field.size());
  to.append(field);
}

} // namespace

void write_set::put(std::string_view key, std::string_view record) {
  auto least = encoded_.size() + key.size() + record.size() + marks_bytes_max;
  if (least > encoded_.capacity())
    encoded_.reserve(least + room_bytes);
  encoded_.push_back(put_mark);
  append_field(encoded_, key);
  append_field(encoded_, record);
}

void write_set::erase(std::string_view key) {
  encoded_.push_back(erase_mark);
  append_field(encoded_, key);
}

bool well_formed(std::string_view writes, const key_range& within) {
  write_set_reader reader{writes};
  while (auto op = reader.next())
    if (op->key < within.from || (!within.to.empty() && op->key >= within.to))
      return false;
  return reader.done();
}

std::optional<write_set_reader::operation> write_set_reader::next() {
  if (rest_.empty() || !good_)
    return std::nullopt;
  operation op;
  op.erase = rest_.front() == erase_mark;
  good_ = op.erase || rest_.front() == put_mark;
  rest_.remove_prefix(1);
  good_ = good_ && take(op.key) && (op.erase || take(op.value));
  if (!good_)
    return std::nullopt;
  return op;
}

bool write_set_reader::take(std::string_view& field) {
  std::uint64_t size = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    if (rest_.empty())
      return false;
    auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    size |= std::uint64_t{byte & 0x7Fu} << shift;
    if (byte >= 0x80)
      continue;
    if (size > rest_.size())
      return false;
    field = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }
  return false;
}

} // namespace parley::storage
