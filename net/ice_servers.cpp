#include "net/ice_servers.hpp"

#include "auth/turn.hpp"
#include "net/rpc/json_out.hpp"

#include <fstream>
#include <utility>

namespace parley::net {

namespace {

// Short ones can be found from the credentials that clients are given.
constexpr std::size_t secret_bytes_min = 16;

result<std::vector<std::string>> read_secrets(const std::string& file) {
  auto fail = [&](std::string_view why) {
    return error{errc::bad_config, file + ": " + std::string{why}};
  };
  std::vector<std::string> out;
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);) {
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (line.empty())
      continue;
    if (line.size() < secret_bytes_min)
      return fail("a TURN secret has 16 characters or more");
    if (out.size() == ice_servers::secrets_max)
      return fail("two TURN secrets at most, the newest first");
    out.push_back(line);
  }
  if (!in.eof())
    return fail("can't be read");
  if (out.empty())
    return fail("has no TURN secret");
  return out;
}

} // namespace

result<std::unique_ptr<ice_servers>> ice_servers::open(ice_options opts) {
  std::unique_ptr<ice_servers> out{new ice_servers{std::move(opts)}};
  if (auto read = out->reload(); !read)
    return read.error();
  return out;
}

result<void> ice_servers::reload() {
  if (opts_.turn_urls.empty())
    return {};
  auto read = read_secrets(opts_.turn_secrets_file);
  if (!read)
    return read.error();
  auto fresh = std::make_shared<const secrets>(std::move(*read));
  std::lock_guard held{guard_};
  secrets_ = std::move(fresh);
  return {};
}

std::string ice_servers::list(const user_id& user, timestamp_ms now) const {
  std::shared_ptr<const secrets> known;
  {
    std::lock_guard held{guard_};
    known = secrets_;
  }
  std::string out;
  rpc::append_json(out, [&](rpc::json_out& to) {
    to.begin_object();
    to.key("ice_servers");
    to.begin_array();
    if (!opts_.stun_urls.empty()) {
      to.begin_object();
      to.list_member("urls", opts_.stun_urls);
      to.end_object();
    }
    for (const auto& secret : *known) {
      auto login = auth::make_turn_login(secret, user,
                                         now / 1000 + opts_.turn_life.count());
      to.begin_object();
      to.list_member("urls", opts_.turn_urls);
      to.member("username", std::string_view{login.username});
      to.member("credential", std::string_view{login.credential});
      to.end_object();
    }
    to.end_array();
    to.member("ttl", opts_.turn_life.count());
    to.end_object();
  });
  return out;
}

} // namespace parley::net
