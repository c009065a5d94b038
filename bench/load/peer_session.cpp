#include "bench/load/peer_session.hpp"

#include <fmt/format.h>

#include <utility>

namespace parley::bench {

peer_session::peer_session(site& where, std::uint32_t index, person who,
                           std::unique_ptr<dialect> words)
  : session(where, index, std::move(who)), words_(std::move(words)) {}

std::string peer_session::upgrade() const {
  return words_->upgrade();
}

void peer_session::greet() {
  words_->greet(*this);
}

void peer_session::write_message(const message_mark& mark) {
  words_->say(mark, *this);
}

void peer_session::on_text(std::string_view frame) {
  words_->read(frame, *this);
}

void peer_session::write(std::string_view frame) {
  send(frame, words_->frames());
}

void peer_session::on_greeted() {
  come_here();
}

void peer_session::on_acknowledged(std::uint64_t counter) {
  settle(counter, ++last_position_);
}

void peer_session::on_message(std::string_view text) {
  receive({++last_position_, parse_mark(text.substr(0, text.find(' ')))}, true);
}

void peer_session::on_nonsense(std::string_view what) {
  constexpr std::size_t shown = 200;
  shared().counted.fail(fmt::format("{} was told: {}", shared().opts.protocol,
                                    what.substr(0, shown)));
}

std::unique_ptr<session> make_session(site& where, std::uint32_t index,
                                      const person& who, const person& partner,
                                      const std::string& conversation) {
  auto words = make_dialect(
    where.opts.protocol,
    {who.handle, conversation, partner.handle, text_of(where.opts.bytes)});
  if (!words)
    return std::make_unique<session>(where, index, who);
  return std::make_unique<peer_session>(where, index, who, std::move(words));
}

} // namespace parley::bench
