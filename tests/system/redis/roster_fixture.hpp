#pragma once

#include "cluster/presence/roster.hpp"
#include "tests/system/redis/redis_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace parley::cluster::presence {

using test::eventually;
using test::redis_process;
using namespace std::chrono_literals;

inline const user_id alice{"alice"};
inline const user_id bob{"bob"};

inline user_id nth_user(int i) {
  return user_id{"user" + std::to_string(i)};
}

inline address address_of(const redis_process& redis) {
  return {"127.0.0.1", redis.port(), {}};
}

/// Nodes that share a Redis, in one process.
class roster_fixture : public testing::Test {
protected:
  static options options_of(node_id node) {
    options out;
    out.node = node;
    out.node_name = "n" + std::to_string(node);
    out.lease = 1'500ms;
    return out;
  }

  static options options_of(node_id node, const redis_process& redis) {
    auto out = options_of(node);
    out.servers = {address_of(redis)};
    return out;
  }

  static std::unique_ptr<roster> start(options opts) {
    return std::make_unique<roster>(std::move(opts), system_clock());
  }

  static std::vector<view> look_up(roster& at, std::vector<user_id> users) {
    auto answer = std::make_shared<std::promise<std::vector<view>>>();
    at.look_up(std::move(users),
               [answer](auto got) { answer->set_value(std::move(got)); });
    return answer->get_future().get();
  }

  static view look_up(roster& at, const user_id& user) {
    return look_up(at, std::vector{user}).front();
  }

  static node_list list(roster& at) {
    auto answer = std::make_shared<std::promise<node_list>>();
    at.list_nodes([answer](auto got) { answer->set_value(std::move(got)); });
    return answer->get_future().get();
  }

  static bool sees(roster& at, const user_id& user, bool present) {
    return eventually([&] {
      auto seen = look_up(at, user);
      return !seen.stale && seen.nodes.empty() != present;
    });
  }

  /// Whether `at` comes to see exactly the first `count` users, and all of them
  /// for sure.
  static bool sees_first(roster& at, int count, int of) {
    std::vector<user_id> users;
    for (int i = 0; i < of; ++i)
      users.push_back(nth_user(i));
    return eventually([&] {
      auto seen = look_up(at, users);
      int right = 0;
      for (int i = 0; i < of; ++i) {
        const auto& each = seen[static_cast<std::size_t>(i)];
        right += !each.stale && each.nodes.empty() == (i >= count) ? 1 : 0;
      }
      return right == of;
    });
  }
};

} // namespace parley::cluster::presence
