#pragma once

#include "base/error.hpp"
#include "bench/load/http_client.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace parley::hostile {

/// A real parleyd in a directory of its own, which goes with this object.
class node_process {
public:
  using settings = std::map<std::string, std::string>;

  node_process(std::string program, settings set);
  node_process(const node_process&) = delete;
  node_process& operator=(const node_process&) = delete;
  ~node_process();

  /// Starts it, on the ports that it had before if it had any, and waits until
  /// it is ready.
  result<void> start();

  /// How it ended, as waitpid(2) says; -1 while it runs.
  int ended();

  void kill();
  /// It was killed and has not been started since.
  bool was_killed() const {
    return was_killed_;
  }
  /// Ends it with SIGTERM and waits.
  result<void> stop();

  /// One of parleyctl's calls.
  result<boost::json::value> ask(std::string_view method,
                                 const boost::json::object& params = {});

  /// The sum of a metric over its labels; a missing one is 0.
  double metric(std::string_view name);

  std::int64_t resident_bytes() const;
  const sockaddr_in& client() const {
    return client_;
  }
  const std::string& cluster_address() const {
    return cluster_;
  }
  const std::filesystem::path& dir() const {
    return dir_;
  }
  /// What it logged last.
  std::string log_tail() const;
  void keep_dir() {
    keeps_dir_ = true;
  }

private:
  std::vector<std::string> arguments() const;
  result<void> wait_until_ready();
  bool read_ports();

  std::unique_ptr<bench::http_client> operator_ = {};
  std::string program_;
  settings set_;
  std::filesystem::path dir_;
  bool keeps_dir_ = false;
  bool was_killed_ = false;
  pid_t pid_ = -1;
  int status_ = -1;
  std::string client_text_ = "127.0.0.1:0";
  std::string ops_text_ = "127.0.0.1:0";
  std::string cluster_ = {};
  sockaddr_in client_ = {};
  sockaddr_in ops_ = {};
};

/// The address of HOST:PORT.
sockaddr_in address_of(std::string_view text);

} // namespace parley::hostile
