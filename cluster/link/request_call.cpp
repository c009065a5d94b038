#include "cluster/link/request_call.hpp"

#include <algorithm>
#include <utility>

namespace parley::cluster::link {

namespace {

constexpr std::size_t detail_bytes_max = 1024;

/// Why nobody answered a connection that was never secured: `bad_config` names
/// the setting that is wrong, for trying again would change nothing.
error not_connected(const std::string& where, std::string_view why) {
  auto wrong = [&](const char* what, const char* setting) {
    return error{errc::bad_config, where + what, setting};
  };
  if (why == "wrong_secret")
    return wrong(" has another cluster.secret than this node",
                 "cluster.secret");
  if (why == "other_cluster")
    return wrong(" is of no cluster of this node's cluster.name",
                 "cluster.name");
  if (why == "no_address")
    return wrong(" is not HOST:PORT", "cluster.join");
  if (why == "not_tls" || why == "no_key")
    return wrong(" is not where a node listens for others (cluster.listen)",
                 "cluster.join");
  return {errc::io_failed, where + " cannot be reached: " + std::string{why}};
}

} // namespace

request_call::request_call(connection_context& shared, const hello& ours,
                           std::string request, reply_to then,
                           std::function<void(request_call&)> over)
  : ours_(ours),
    request_(std::move(request)),
    then_(std::move(then)),
    over_(std::move(over)),
    connection_(std::make_shared<connection>(
      shared, connection::tcp::socket{shared.io})) {}

request_call::~request_call() {
  connection_->close();
}

void request_call::start(const std::string& address,
                         std::chrono::milliseconds deadline) {
  connection_->dial(*this, address);
  connection_->limit(deadline);
}

void request_call::secured(connection& from) {
  secured_ = true;
  from.send_now(own::hello, encode(ours_));
  from.send_now(own::request, request_);
}

void request_call::received(connection&, std::span<const frame> frames) {
  for (const auto& one : frames) {
    if (one.channel == own::answer)
      return end(std::string{one.payload});
    if (one.channel == own::failure)
      return end(decode_failure(one.payload));
    if (one.channel == own::refusal) {
      auto why = decode_refusal(one.payload);
      // Who is asked whoever it is can be the wrong one only by being us.
      if (why == refusal::wrong_node)
        return end(error{errc::io_failed,
                         connection_->remote() + " is this node itself"});
      return give_up(to_string(why));
    }
  }
}

void request_call::closed(connection&, std::string_view why) {
  if (secured_)
    give_up(why);
  else
    end(not_connected(connection_->remote(), why));
}

void request_call::give_up(std::string_view why) {
  end(error{errc::unavailable, "no answer from " + connection_->remote() + ": "
                                 + std::string{why}});
}

void request_call::end(result<std::string> with) {
  connection_->close();
  auto then = std::exchange(then_, nullptr);
  if (!then)
    return;
  then(std::move(with));
  over_(*this);
}

// An older node takes the field for the end of the detail.
std::string encode(const error& why) {
  std::string bytes{static_cast<char>(why.code)};
  bytes += why.detail.substr(0, detail_bytes_max);
  if (!why.field.empty())
    bytes.append(1, '\0').append(why.field, 0, detail_bytes_max);
  return bytes;
}

error decode_failure(std::string_view bytes) {
  if (bytes.empty())
    return {errc::internal, "a failure without a reason"};
  auto code = static_cast<errc>(bytes.front());
  auto text = bytes.substr(1, 2 * detail_bytes_max + 1);
  auto end = std::min(text.find('\0'), text.size());
  auto field = text.substr(std::min(end + 1, text.size()));
  return {code, std::string{text.substr(0, end)}, std::string{field}};
}

} // namespace parley::cluster::link
