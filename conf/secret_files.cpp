#include "conf/secret_files.hpp"

#include <fmt/format.h>

#include <fstream>

namespace parley::conf {

namespace {

constexpr std::size_t secret_bytes_max = 4096;

void read_one(const char* key, const std::string& file, std::string& secret,
              std::vector<std::string>& faults) {
  if (file.empty())
    return;
  if (!secret.empty()) {
    faults.push_back(
      fmt::format("{} and {}_file exclude each other", key, key));
    return;
  }
  std::ifstream in{file};
  std::string line;
  if (!in || !std::getline(in, line) || line.empty()
      || line.size() > secret_bytes_max)
    faults.push_back(
      fmt::format("{}_file: no secret can be read from {}", key, file));
  else
    secret = std::move(line);
}

} // namespace

void read_secret_files(config& c, std::vector<std::string>& faults) {
  read_one("cluster.secret", c.cluster.secret_file, c.cluster.secret, faults);
  read_one("ops.token", c.ops.token_file, c.ops.token, faults);
  read_one("redis.password", c.redis.password_file, c.redis.password, faults);
}

} // namespace parley::conf
