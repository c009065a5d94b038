#include "cluster/presence/reading.hpp"

#include <charconv>
#include <string>
#include <utility>

namespace parley::cluster::presence {

namespace {

// Nodes whose leases are read: those that renewed theirs last.
constexpr const char* last_node = "1023";

template <class Number>
bool parse(std::string_view text, Number& out) {
  const auto* end = text.data() + text.size();
  auto [stopped, failure] = std::from_chars(text.data(), end, out);
  return failure == std::errc{} && stopped == end;
}

// Lives in the callbacks of the commands that it has sent.
struct reader : std::enable_shared_from_this<reader> {
  std::weak_ptr<connection> from;
  key_names keys{{}};
  std::function<void(std::optional<said>)> then;
  said got;
  std::size_t missing = 0;
  bool failed = false;

  void ask_users(const std::shared_ptr<connection>& to,
                 std::span<const user_id> users) {
    missing = users.size() + 1;
    got.users.resize(users.size());
    for (std::size_t i = 0; i < users.size(); ++i)
      to->send({"HGETALL", keys.user(users[i])},
               [self = shared_from_this(), i](const reply* answer) {
                 if (self->good(answer))
                   self->got.users[i] = read_user(*answer);
                 self->arrived();
               });
    to->send({"ZREVRANGE", keys.nodes(), "0", last_node, "WITHSCORES"},
             [self = shared_from_this()](const reply* answer) {
               if (self->good(answer))
                 self->got.leases = read_nodes(*answer);
               self->arrived();
             });
  }

  bool good(const reply* answer) {
    auto fine = answer != nullptr && !answer->is_error();
    failed = failed || !fine;
    return fine;
  }

  void arrived() {
    if (--missing > 0)
      return;
    auto connected = from.lock();
    if (failed || !connected)
      return finish(std::nullopt);
    if (got.leases.empty())
      return finish(std::move(got));
    ask_leases(*connected);
  }

  void ask_leases(connection& to) {
    std::vector<std::string> words{"MGET"};
    for (const auto& [node, lease] : got.leases)
      words.push_back(keys.lease(node));
    to.send(words, [self = shared_from_this()](const reply* answer) {
      if (!self->good(answer)
          || answer->items.size() != self->got.leases.size())
        return self->finish(std::nullopt);
      auto text = answer->items.begin();
      for (auto& [node, known] : self->got.leases)
        known.lease = parse_lease((text++)->text);
      self->finish(std::move(self->got));
    });
  }

  void finish(std::optional<said> what) {
    if (auto call = std::exchange(then, nullptr))
      call(std::move(what));
  }
};

} // namespace

node_leases read_nodes(const reply& answer) {
  node_leases out;
  for (std::size_t i = 0; i + 1 < answer.items.size(); i += 2) {
    node_id node = 0;
    double renewed = 0;
    if (parse(answer.items[i].text, node)
        && parse(answer.items[i + 1].text, renewed) && renewed >= 0
        && renewed < 1e15)
      out[node].renewed = static_cast<timestamp_ms>(renewed);
  }
  return out;
}

user_hash read_user(const reply& answer) {
  user_hash out;
  for (std::size_t i = 0; i + 1 < answer.items.size(); i += 2)
    out.add(answer.items[i].text, answer.items[i + 1].text);
  return out;
}

void read(const std::shared_ptr<connection>& from, const key_names& keys,
          std::span<const user_id> users,
          std::function<void(std::optional<said>)> then) {
  if (!from)
    return then(std::nullopt);
  auto job = std::make_shared<reader>();
  job->from = from;
  job->keys = keys;
  job->then = std::move(then);
  job->ask_users(from, users);
}

} // namespace parley::cluster::presence
