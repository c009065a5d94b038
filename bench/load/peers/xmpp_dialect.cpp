#include "bench/load/peers/xmpp_dialect.hpp"

#include "bench/load/connection.hpp"

#include <fmt/format.h>

#include <charconv>

namespace parley::bench {

namespace {

constexpr std::string_view xmpp_domain = "localhost";
constexpr std::string_view xmpp_password = "parley-bench";
constexpr std::string_view please_answer = "<r xmlns='urn:xmpp:sm:3'/>";

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    auto three = bytes.substr(i, 3);
    unsigned bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8
             | (j < three.size() ? static_cast<unsigned char>(three[j]) : 0u);
    for (std::size_t j = 0; j < 4; ++j)
      out += j <= three.size() ? digits[bits >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

bool is(std::string_view stanza, std::string_view name) {
  return stanza.starts_with('<') && stanza.substr(1).starts_with(name)
         && stanza.size() > name.size() + 1
         && std::string_view{" />"}.find(stanza[name.size() + 1])
              != std::string_view::npos;
}

bool has(std::string_view stanza, std::string_view text) {
  return stanza.find(text) != std::string_view::npos;
}

// The value of h='…', or of h="…".
std::uint64_t handled(std::string_view stanza) {
  std::uint64_t out = 0;
  auto at = stanza.find(" h=");
  if (at != std::string_view::npos)
    std::from_chars(stanza.data() + at + 4, stanza.data() + stanza.size(), out);
  return out;
}

} // namespace

std::string xmpp_dialect::upgrade() const {
  return upgrade_request("/ws", "Sec-WebSocket-Protocol: xmpp\r\n");
}

void xmpp_dialect::open_stream(dialect_listener& to) const {
  to.write(fmt::format("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' "
                       "to='{}' version='1.0'/>",
                       xmpp_domain));
}

void xmpp_dialect::greet(dialect_listener& to) {
  step_ = step::features;
  answered_ = received_ = 0;
  on_their_way_.clear();
  open_stream(to);
}

void xmpp_dialect::say(const message_mark& mark, dialect_listener& to) {
  on_their_way_.push_back(mark.counter);
  to.write(fmt::format("<message xmlns='jabber:client' to='{}@{}' type='chat' "
                       "id='{}'><body>{}</body></message>",
                       user_.partner, xmpp_domain, mark.counter,
                       marked(mark, user_.words)));
  to.write(please_answer);
}

void xmpp_dialect::read(std::string_view stanza, dialect_listener& to) {
  if (is(stanza, "r"))
    return to.write(
      fmt::format("<a xmlns='urn:xmpp:sm:3' h='{}'/>", received_));
  auto is_counted
    = is(stanza, "message") || is(stanza, "iq") || is(stanza, "presence");
  if (step_ >= step::present && is_counted)
    ++received_;
  if (is(stanza, "message"))
    return read_message(stanza, to);
  if (is(stanza, "a"))
    return read_answer(stanza, to);
  if (is(stanza, "open") || is(stanza, "presence"))
    return;
  if (step_ < step::present)
    return go_on(stanza, to);
  if (!is(stanza, "iq"))
    to.on_nonsense(stanza);
}

void xmpp_dialect::go_on(std::string_view stanza, dialect_listener& to) {
  auto is_expected = true;
  switch (step_) {
    case step::features:
      is_expected = has(stanza, "features");
      to.write(fmt::format(
        "<iq xmlns='jabber:client' type='set' id='register'><query "
        "xmlns='jabber:iq:register'><username>{}</username><password>{}"
        "</password></query></iq>",
        user_.name, xmpp_password));
      break;
    case step::registered:
      // One that connects again has an account.
      is_expected = is(stanza, "iq")
                    && (!has(stanza, "<error") || has(stanza, "conflict"));
      to.write(fmt::format(
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{}"
        "</auth>",
        base64(fmt::format("{0}{1}{0}{2}", '\0', user_.name, xmpp_password))));
      break;
    case step::authenticated:
      is_expected = is(stanza, "success");
      open_stream(to);
      break;
    case step::features_again:
      is_expected = has(stanza, "features");
      to.write("<iq xmlns='jabber:client' type='set' id='bind'><bind "
               "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
      break;
    case step::bound:
      is_expected = is(stanza, "iq") && !has(stanza, "<error");
      to.write("<enable xmlns='urn:xmpp:sm:3'/>");
      break;
    case step::managed:
      is_expected = is(stanza, "enabled");
      to.write("<presence xmlns='jabber:client'/>");
      to.write(please_answer);
      break;
    case step::present:
    case step::here: break;
  }
  if (!is_expected)
    return to.on_nonsense(stanza);
  step_ = static_cast<step>(static_cast<std::uint8_t>(step_) + 1);
}

// The first is for the presence, each after it for messages.
void xmpp_dialect::read_answer(std::string_view stanza, dialect_listener& to) {
  auto upto = handled(stanza);
  if (step_ == step::present && upto > 0) {
    step_ = step::here;
    answered_ = upto;
    return to.on_greeted();
  }
  for (; answered_ < upto && !on_their_way_.empty(); ++answered_) {
    auto counter = on_their_way_.front();
    on_their_way_.pop_front();
    to.on_acknowledged(counter);
  }
}

void xmpp_dialect::read_message(std::string_view stanza, dialect_listener& to) {
  constexpr std::string_view begin = "<body>";
  auto from = stanza.find(begin);
  auto upto = stanza.find("</body>");
  if (has(stanza, "type='error'") || has(stanza, "type=\"error\""))
    return to.on_nonsense(stanza);
  if (from != std::string_view::npos && upto != std::string_view::npos)
    to.on_message(
      stanza.substr(from + begin.size(), upto - from - begin.size()));
}

} // namespace parley::bench
