#include "tests/hostile/node_process.hpp"

#include "bench/load/clock_us.hpp"
#include "bench/load/http_client.hpp"
#include "bench/load/processes.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <arpa/inet.h>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace parley::hostile {

namespace json = boost::json;

namespace {

constexpr std::int64_t start_patience_us = 60'000'000;
constexpr std::int64_t stop_patience_us = 60'000'000;
constexpr auto look_every = std::chrono::milliseconds{5};
constexpr std::size_t log_tail_bytes = 8192;

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::unique_ptr<bench::http_client> client_of(const sockaddr_in& to) {
  sockaddr_in from{};
  from.sin_family = AF_INET;
  from.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return std::make_unique<bench::http_client>(from, to);
}

} // namespace

sockaddr_in address_of(std::string_view text) {
  sockaddr_in out{};
  auto colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return out;
  std::string host{text.substr(0, colon)};
  std::uint16_t port = 0;
  std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  inet_pton(AF_INET, host.c_str(), &out.sin_addr);
  return out;
}

node_process::node_process(std::string program, settings set)
  : program_(std::move(program)), set_(std::move(set)) {
  auto name = (std::filesystem::temp_directory_path() / "parley-hostile-XXXXXX")
                .string();
  dir_ = mkdtemp(name.data());
}

node_process::~node_process() {
  kill();
  std::error_code ignored;
  if (!keeps_dir_)
    std::filesystem::remove_all(dir_, ignored);
}

std::vector<std::string> node_process::arguments() const {
  std::vector<std::string> out{program_,   "--data-dir", dir_.string(),
                               "--client", client_text_, "--ops",
                               ops_text_};
  for (const auto& [name, value] : set_) {
    out.emplace_back("--set");
    out.push_back(name + "=" + value);
  }
  if (!cluster_.empty()) {
    out.emplace_back("--set");
    out.push_back("cluster.listen=" + cluster_);
  }
  return out;
}

result<void> node_process::start() {
  std::error_code ignored;
  std::filesystem::remove(dir_ / "node.json", ignored);
  auto words = arguments();
  std::vector<char*> argv;
  for (auto& word : words)
    argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  auto log = (dir_ / "log").string();
  constexpr auto how = O_WRONLY | O_CREAT | O_APPEND;
  posix_spawn_file_actions_addopen(&files, 1, log.c_str(), how, 0600);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  auto failed = posix_spawn(&pid_, program_.c_str(), &files, nullptr,
                            argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0)
    return error{errc::io_failed, "can't start " + program_};
  status_ = -1;
  was_killed_ = false;
  return wait_until_ready();
}

bool node_process::read_ports() {
  boost::system::error_code failed;
  auto info = json::parse(read_file(dir_ / "node.json"), failed);
  if (failed || !info.is_object())
    return false;
  auto text = [&](std::string_view name) {
    const auto* found = info.as_object().if_contains(name);
    return found && found->is_string() ? std::string{found->as_string()}
                                       : std::string{};
  };
  client_text_ = text("client");
  ops_text_ = text("ops");
  cluster_ = text("cluster");
  client_ = address_of(client_text_);
  ops_ = address_of(ops_text_);
  operator_.reset();
  return true;
}

result<void> node_process::wait_until_ready() {
  auto deadline = bench::now_us() + start_patience_us;
  auto has_ports = false;
  while (bench::now_us() < deadline) {
    if (ended() != -1)
      return error{errc::io_failed,
                   "parleyd ended at its start\n" + log_tail()};
    has_ports = has_ports || read_ports();
    if (has_ports)
      if (auto state = ask("status"); state && state->at("ready") == true)
        return {};
    std::this_thread::sleep_for(look_every);
  }
  return error{errc::io_failed, "parleyd is not ready\n" + log_tail()};
}

int node_process::ended() {
  if (pid_ > 0 && status_ == -1) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_)
      status_ = status;
  }
  return status_;
}

void node_process::kill() {
  if (pid_ <= 0 || ended() != -1)
    return;
  was_killed_ = true;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, &status_, 0);
}

result<void> node_process::stop() {
  if (ended() != -1)
    return error{errc::io_failed, "parleyd had ended already"};
  ::kill(pid_, SIGTERM);
  auto deadline = bench::now_us() + stop_patience_us;
  while (ended() == -1) {
    if (bench::now_us() > deadline)
      return error{errc::io_failed, "parleyd does not end after SIGTERM"};
    std::this_thread::sleep_for(look_every);
  }
  if (!WIFEXITED(status_) || WEXITSTATUS(status_) != 0)
    return error{errc::io_failed, "parleyd ended badly after SIGTERM"};
  return {};
}

result<json::value> node_process::ask(std::string_view method,
                                      const json::object& params) {
  json::object body{{"method", method}, {"params", params}};
  if (!operator_)
    operator_ = client_of(ops_);
  auto answer = operator_->post("/v1/admin", json::serialize(body));
  if (!answer)
    return answer.error();
  boost::system::error_code failed;
  auto parsed = json::parse(answer->body, failed);
  const auto* object = failed ? nullptr : parsed.if_object();
  const auto* good = object ? object->if_contains("result") : nullptr;
  if (good)
    return *good;
  return error{errc::unavailable, answer->body};
}

double node_process::metric(std::string_view name) {
  auto answer = client_of(ops_)->get("/metrics");
  double sum = 0;
  if (!answer)
    return sum;
  std::string_view rest = answer->body;
  while (!rest.empty()) {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    auto is_named = line.starts_with(name)
                    && line.substr(name.size()).find_first_of(" {") == 0;
    if (is_named)
      sum += std::strtod(std::string{line.substr(line.rfind(' ') + 1)}.c_str(),
                         nullptr);
  }
  return sum;
}

std::int64_t node_process::resident_bytes() const {
  return pid_ > 0 ? bench::use_of(pid_).resident_bytes : 0;
}

std::string node_process::log_tail() const {
  auto all = read_file(dir_ / "log");
  return all.size() <= log_tail_bytes ? all
                                      : all.substr(all.size() - log_tail_bytes);
}

} // namespace parley::hostile
