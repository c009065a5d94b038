#include "bench/load/people.hpp"

#include "bench/load/heard.hpp"
#include "bench/load/http_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>

namespace parley::bench {

namespace {

constexpr unsigned helpers_max = 16;
constexpr std::size_t members_a_call = 500;
constexpr std::uint32_t pause_ms = 200;
constexpr unsigned tries_max = 50;
// Of those, without an answer.
constexpr unsigned silences_max = 10;

error refused(std::string_view what, const http_answer& answer) {
  return {errc::unavailable, fmt::format("{} was answered {}: {}", what,
                                         answer.status, answer.body)};
}

bool asks_to_wait(int status) {
  return status == 429 || status == 503;
}

// Posts until it is answered with something else than "later".
result<http_answer> post_patiently(http_client& client, std::string_view path,
                                   const std::string& body,
                                   std::string_view token = {}) {
  heard said;
  unsigned silences = 0;
  for (unsigned tries = 0;; ++tries) {
    auto got = client.post(path, body, token);
    if (got && !asks_to_wait(got->status))
      return got;
    silences += got ? 0u : 1u;
    if (tries == tries_max || silences == silences_max)
      return got;
    auto wait = pause_ms;
    if (got && read_heard(got->body, said))
      wait = std::max(wait, said.retry_after_ms);
    std::this_thread::sleep_for(std::chrono::milliseconds{wait});
  }
}

/// What the helping threads share.
struct sign_up_job {
  const std::vector<target_node>& nodes;
  const std::string& prefix;
  std::vector<person>& out;
  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> done = 0;
  std::mutex lock = {};
  std::optional<error> failure = {};

  void fail(error why) {
    std::lock_guard held{lock};
    if (!failure)
      failure = std::move(why);
    next = out.size();
  }

  result<void> sign_up_one(http_client& client, std::size_t index) {
    auto& who = out[index];
    who.handle = fmt::format("{}{}", prefix, index);
    auto body = fmt::format(R"({{"handle":"{}","password":"parley-bench"}})",
                            who.handle);
    auto got = post_patiently(client, "/v1/auth/signup", body);
    // Made by a call whose answer was lost, or was that it cannot be said now:
    // nobody else takes these names.
    if (got && got->status == 409)
      got = post_patiently(client, "/v1/auth/login", body);
    if (!got)
      return got.error();
    heard said;
    if (got->status / 100 != 2 || !read_heard(got->body, said)
        || said.token.empty())
      return refused("a sign-up", *got);
    who.token = std::move(said.token);
    return {};
  }

  void help(unsigned helper) {
    auto to = nodes[helper % nodes.size()].address(helper);
    http_client client{source_address(to, 253, helper * 500), to};
    for (auto i = next++; i < out.size(); i = next++) {
      if (auto good = sign_up_one(client, i); !good)
        return fail(good.error());
      ++done;
    }
  }
};

std::string quoted_handles(const std::vector<person>& people, std::size_t from,
                           std::size_t upto) {
  std::string out;
  for (auto i = from; i < upto; ++i)
    out += fmt::format("{}\"{}\"", out.empty() ? "" : ",", people[i].handle);
  return out;
}

} // namespace

result<std::vector<person>>
sign_up(const std::vector<target_node>& nodes, const std::string& prefix,
        std::size_t count, const std::function<void(std::size_t)>& progress) {
  std::vector<person> out(count);
  sign_up_job job{nodes, prefix, out};
  auto helpers = std::min<std::size_t>(helpers_max, count);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < helpers; ++i)
    threads.emplace_back([&job, i] { job.help(i); });
  while (job.done < count) {
    {
      std::lock_guard held{job.lock};
      if (job.failure)
        break;
    }
    progress(job.done);
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  for (auto& thread : threads)
    thread.join();
  if (job.failure)
    return *job.failure;
  return out;
}

result<std::string> make_group(const target_node& node,
                               const std::vector<person>& people) {
  auto to = node.address(0);
  http_client client{source_address(to, 253, 0), to};
  auto call
    = [&](const std::string& params, std::string_view method) -> result<heard> {
    auto body
      = fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":{}}})",
                    method, params);
    auto got = post_patiently(client, "/v1/rpc", body, people[0].token);
    if (!got)
      return got.error();
    heard said;
    if (got->status != 200 || !read_heard(got->body, said))
      return refused(method, *got);
    return said;
  };
  auto upto = std::min(people.size(), members_a_call);
  auto made
    = call(fmt::format(R"({{"kind":"group","title":"bench","members":[{}]}})",
                       quoted_handles(people, 1, upto)),
           "conversation.create");
  if (!made)
    return made.error();
  auto id = made->text_id;
  for (auto from = upto; from < people.size(); from += members_a_call) {
    upto = std::min(people.size(), from + members_a_call);
    auto more = call(fmt::format(R"({{"conversation":"{}","users":[{}]}})", id,
                                 quoted_handles(people, from, upto)),
                     "conversation.invite");
    if (!more)
      return more.error();
  }
  return id;
}

} // namespace parley::bench
