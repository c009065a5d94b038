#include "bench/load/peers/nats_dialect.hpp"

#include "bench/load/connection.hpp"

#include <fmt/format.h>

#include <charconv>

namespace parley::bench {

namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view told_by = "1";

} // namespace

std::string nats_dialect::upgrade() const {
  return upgrade_request("/", "");
}

void nats_dialect::greet(dialect_listener& to) {
  in_.clear();
  to.write(fmt::format("CONNECT {{\"verbose\":false,\"pedantic\":false,"
                       "\"echo\":false,\"name\":\"{}\"}}\r\n"
                       "SUB chat.{} 1\r\nSUB _INBOX.{}.* 2\r\nPING\r\n",
                       user_.name, user_.conversation, user_.name));
}

void nats_dialect::say(const message_mark& mark, dialect_listener& to) {
  auto text = marked(mark, user_.words);
  to.write(fmt::format("PUB chat.{} _INBOX.{}.{} {}\r\n{}\r\n",
                       user_.conversation, user_.name, mark.counter,
                       text.size(), text));
}

void nats_dialect::read(std::string_view frame, dialect_listener& to) {
  // A frame may hold many lines, or the end of one.
  auto all = std::exchange(in_, {});
  if (!all.empty())
    frame = all.append(frame);
  while (take(frame, to))
    ;
  in_ = frame;
}

bool nats_dialect::take(std::string_view& rest, dialect_listener& to) {
  auto end = rest.find(line_end);
  if (end == std::string_view::npos)
    return false;
  auto line = rest.substr(0, end);
  if (line.starts_with("MSG "))
    return take_message(line, rest, to);
  rest.remove_prefix(end + line_end.size());
  if (line == "PONG")
    to.on_greeted();
  else if (line == "PING")
    to.write("PONG\r\n");
  else if (!line.starts_with("INFO "))
    to.on_nonsense(line);
  return true;
}

// MSG SUBJECT SUBSCRIPTION [REPLY] BYTES
bool nats_dialect::take_message(std::string_view line, std::string_view& rest,
                                dialect_listener& to) {
  std::size_t size = 0;
  auto last = line.rfind(' ') + 1;
  std::from_chars(line.data() + last, line.data() + line.size(), size);
  auto head = line.size() + line_end.size();
  if (rest.size() < head + size + line_end.size())
    return false;
  auto payload = rest.substr(head, size);
  rest.remove_prefix(head + size + line_end.size());
  auto subject = line.substr(4, line.find(' ', 4) - 4);
  auto subscription = line.substr(4 + subject.size() + 1);
  if (subscription.substr(0, subscription.find(' ')) == told_by) {
    to.on_message(payload);
  } else if (payload.find("\"error\"") != std::string_view::npos) {
    to.on_nonsense(payload);
  } else {
    std::uint64_t counter = 0;
    auto dot = subject.rfind('.') + 1;
    std::from_chars(subject.data() + dot, subject.data() + subject.size(),
                    counter);
    to.on_acknowledged(counter);
  }
  return true;
}

} // namespace parley::bench
