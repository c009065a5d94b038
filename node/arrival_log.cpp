#include "node/arrival_log.hpp"

#include "auth/random.hpp"
#include "base/hash.hpp"
#include "base/log.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace parley::node {

namespace json = boost::json;

namespace {

constexpr std::uint64_t file_bytes_max = std::uint64_t{256} << 20;
constexpr std::size_t salt_bytes = 16;
/// What JavaScript and JSON readers can hold.
constexpr unsigned number_bits = 53;

json::object as_json(const std::vector<match::raw_value>& values) {
  json::object out;
  for (const auto& each : values) {
    json::array list;
    for (const auto& text : each.texts)
      list.emplace_back(text);
    for (auto number : each.numbers)
      list.emplace_back(number);
    if (each.any)
      out[each.name] = nullptr;
    else if (list.size() == 1)
      out[each.name] = list.front();
    else
      out[each.name] = std::move(list);
  }
  return out;
}

json::object as_json(const match::raw_wishes& said) {
  json::object out{{"self", as_json(said.self)}, {"want", as_json(said.want)}};
  if (!said.interests.empty())
    out["interests"]
      = json::array(said.interests.begin(), said.interests.end());
  if (said.widen) {
    json::array steps;
    for (const auto& step : *said.widen)
      steps.push_back(json::object{{"after_ms", step.after_ms},
                                   {"want", as_json(step.want)}});
    out["widen"] = std::move(steps);
  }
  if (said.give_up_ms)
    out["give_up_ms"] = *said.give_up_ms;
  return out;
}

} // namespace

arrival_log::arrival_log(std::string dir)
  : dir_(std::move(dir)), salt_(auth::random_bytes(salt_bytes)) {}

void arrival_log::arrived(const queue_name& queue, const user_id& user,
                          timestamp_ms at, const match::raw_wishes& said) {
  write(queue, user, at, "\"enqueue\":" + json::serialize(as_json(said)));
}

void arrival_log::left(const queue_name& queue, const user_id& user,
                       timestamp_ms at) {
  write(queue, user, at, "\"cancel\":true");
}

std::uint64_t arrival_log::number_of(const user_id& user) const {
  return hash64(salt_ + user.str()) >> (64 - number_bits);
}

arrival_log::file& arrival_log::file_of(const queue_name& queue) {
  auto [at, is_new] = files_.try_emplace(queue.str());
  auto& found = at->second;
  if (!is_new)
    return found;
  auto path = dir_ + "/arrivals-" + queue.str() + ".jsonl";
  std::error_code none;
  auto size = std::filesystem::file_size(path, none);
  found.bytes = none ? 0 : size;
  found.out.open(path, std::ios::app);
  if (!found.out)
    log::warning("arrivals_not_noted", {{"file", path}});
  return found;
}

void arrival_log::write(const queue_name& queue, const user_id& user,
                        timestamp_ms at, const std::string& what) {
  std::lock_guard held{guard_};
  auto& to = file_of(queue);
  to.last = std::max(to.last, at);
  auto line = "{\"at\":" + std::to_string(to.last) + ",\"who\":"
              + std::to_string(number_of(user)) + "," + what + "}\n";
  if (!to.out || to.bytes + line.size() > file_bytes_max)
    return;
  to.bytes += line.size();
  to.out << line;
  to.out.flush();
}

} // namespace parley::node
