#include "net/frame_reader.hpp"

#include <algorithm>
#include <cstring>

namespace parley::net {

namespace {

constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint16_t unsupported_data = 1003;
constexpr std::uint16_t no_status = 1005;
constexpr std::uint16_t bad_payload = 1007;
constexpr std::uint16_t too_big = 1009;

// XORs `bytes` with the mask, beginning at its byte `at`.
void unmask(std::span<char> bytes, const std::array<char, 4>& mask,
            std::size_t at) {
  std::array<char, 8> pattern{};
  for (std::size_t i = 0; i < pattern.size(); ++i)
    pattern[i] = mask[(at + i) % 4];
  std::uint64_t wide = 0;
  std::memcpy(&wide, pattern.data(), sizeof(wide));
  std::size_t done = 0;
  for (; done + 8 <= bytes.size(); done += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + done, sizeof(word));
    word ^= wide;
    std::memcpy(bytes.data() + done, &word, sizeof(word));
  }
  for (; done < bytes.size(); ++done)
    bytes[done] = static_cast<char>(bytes[done] ^ pattern[done % 8]);
}

bool is_control(opcode what) {
  return static_cast<unsigned>(what) >= 8;
}

bool known(unsigned code) {
  return code <= 2 || (code >= 8 && code <= 10);
}

// Section 7.4: what a peer may send.
bool good_close_code(unsigned code) {
  if (code >= 3000 && code <= 4999)
    return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005
         && code != 1006;
}

std::string_view view(std::span<char> bytes) {
  return {bytes.data(), bytes.size()};
}

} // namespace

std::size_t frame_reader::header_needs() const {
  if (header_size_ < 2)
    return 2;
  auto length = header_[1] & 0x7fU;
  auto extended = length == 127 ? 8U : length == 126 ? 2U : 0U;
  return 2 + extended + mask_.size();
}

std::uint16_t frame_reader::check_start() const {
  auto code = header_[0] & 0x0fU;
  auto is_final = (header_[0] & 0x80U) != 0;
  auto length = header_[1] & 0x7fU;
  if ((header_[0] & 0x70U) != 0 || !known(code) || (header_[1] & 0x80U) == 0)
    return protocol_error;
  auto what = static_cast<opcode>(code);
  if (is_control(what))
    return !is_final || length > 125 ? protocol_error : 0;
  if (in_message_ != (what == opcode::continuation))
    return protocol_error;
  return what == opcode::binary ? unsupported_data : 0;
}

std::uint16_t frame_reader::begin_frame() {
  std::uint64_t length = header_[1] & 0x7fU;
  auto extended = header_needs() - 2 - mask_.size();
  if (extended > 0) {
    length = 0;
    for (std::size_t i = 0; i < extended; ++i)
      length = length << 8 | header_[2 + i];
    auto least = extended == 2 ? std::uint64_t{126} : std::uint64_t{0x10000};
    if (length < least || length >> 63 != 0)
      return protocol_error;
  }
  std::memcpy(mask_.data(), header_.data() + 2 + extended, mask_.size());
  mask_at_ = 0;
  opcode_ = static_cast<opcode>(header_[0] & 0x0fU);
  final_ = (header_[0] & 0x80U) != 0;
  payload_left_ = length;
  header_size_ = 0;
  in_frame_ = true;
  if (is_control(opcode_))
    return 0;
  if (!in_message_)
    utf8_.reset();
  in_message_ = true;
  return length > message_bytes_max_ - message_.size() ? too_big : 0;
}

bool frame_reader::read_header(std::span<char>& input) {
  while (header_size_ < header_needs()) {
    if (input.empty())
      return false;
    auto count = std::min(header_needs() - header_size_, input.size());
    std::memcpy(header_.data() + header_size_, input.data(), count);
    header_size_ = static_cast<std::uint8_t>(header_size_ + count);
    input = input.subspan(count);
    if (header_size_ == 2 && check_start() != 0)
      return true;
  }
  return true;
}

frame_event frame_reader::violation(std::uint16_t code) {
  broken_ = true;
  message_ = {};
  return {frame_event::kind::violation, {}, code};
}

std::span<char> frame_reader::take_payload(std::span<char>& input) {
  auto count = std::min<std::uint64_t>(payload_left_, input.size());
  auto piece = input.first(static_cast<std::size_t>(count));
  input = input.subspan(piece.size());
  unmask(piece, mask_, mask_at_);
  mask_at_ = static_cast<std::uint8_t>((mask_at_ + piece.size()) % 4);
  payload_left_ -= piece.size();
  return piece;
}

frame_event frame_reader::finish_control(std::string_view payload) {
  in_frame_ = false;
  if (opcode_ == opcode::ping)
    return {frame_event::kind::ping, payload, 0};
  if (opcode_ == opcode::pong)
    return {frame_event::kind::pong, payload, 0};
  if (payload.empty())
    return {frame_event::kind::close, {}, no_status};
  if (payload.size() == 1)
    return violation(protocol_error);
  auto high = static_cast<unsigned char>(payload[0]);
  auto low = static_cast<unsigned char>(payload[1]);
  auto code = static_cast<std::uint16_t>(high << 8 | low);
  if (!good_close_code(code))
    return violation(protocol_error);
  payload.remove_prefix(2);
  utf8_checker reason;
  if (!reason.feed(payload) || !reason.complete())
    return violation(bad_payload);
  return {frame_event::kind::close, payload, code};
}

frame_event frame_reader::read_control(std::span<char>& input) {
  auto piece = take_payload(input);
  if (payload_left_ == 0 && control_.empty())
    return finish_control(view(piece));
  control_ += view(piece);
  if (payload_left_ != 0)
    return {};
  given_ = true;
  return finish_control(control_);
}

frame_event frame_reader::finish_message(std::string_view payload) {
  if (!utf8_.complete())
    return violation(bad_payload);
  in_message_ = false;
  return {frame_event::kind::text, payload, 0};
}

frame_event frame_reader::read_data(std::span<char>& input) {
  auto piece = take_payload(input);
  if (!utf8_.feed(view(piece)))
    return violation(bad_payload);
  in_frame_ = payload_left_ != 0;
  auto whole = !in_frame_ && final_;
  if (whole && message_.empty())
    return finish_message(view(piece));
  message_ += view(piece);
  if (!whole)
    return {};
  given_ = true;
  return finish_message(message_);
}

frame_event frame_reader::next(std::span<char>& input) {
  if (given_) {
    if (is_control(opcode_))
      control_ = {};
    else
      message_ = {};
    given_ = false;
  }
  while (!broken_) {
    if (!in_frame_) {
      if (!read_header(input))
        return {};
      auto fault = check_start();
      if (fault == 0)
        fault = begin_frame();
      if (fault != 0)
        return violation(fault);
    }
    if (input.empty() && payload_left_ != 0)
      return {};
    auto found = is_control(opcode_) ? read_control(input) : read_data(input);
    if (found.what != frame_event::kind::need_more)
      return found;
  }
  input = {};
  return {};
}

} // namespace parley::net
