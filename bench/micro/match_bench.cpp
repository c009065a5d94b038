#include "match/pool.hpp"

#include <benchmark/benchmark.h>

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>

namespace parley::match {
namespace {

using maker = raw_wishes (*)(std::mt19937_64&);

std::int64_t pick(std::mt19937_64& random, std::int64_t least,
                  std::int64_t most) {
  return std::uniform_int_distribution{least, most}(random);
}

std::vector<std::string> some_interests(std::mt19937_64& random) {
  std::vector<std::string> out;
  for (auto i = pick(random, 0, 5); i > 0; --i)
    out.push_back("topic " + std::to_string(pick(random, 0, 200)));
  return out;
}

std::string some(std::mt19937_64& random, const attribute& of) {
  return of.values[static_cast<std::size_t>(
    pick(random, 0, static_cast<std::int64_t>(of.values.size()) - 1))];
}

const auto usual = usual_attributes();

/// Everybody wants one gender, one language and three years: hardly anybody
/// suits, so nearly all wait and every search has to look at everything.
raw_wishes picky(std::mt19937_64& random) {
  auto age = pick(random, 18, 97);
  return {.self = {{"gender", false, {some(random, usual[1])}, {}},
                   {"language", false, {some(random, usual[2])}, {}},
                   {"age", false, {}, {pick(random, 18, 99)}}},
          .want = {{"gender", false, {some(random, usual[1])}, {}},
                   {"language", false, {some(random, usual[2])}, {}},
                   {"age", false, {}, {age, age + 2}}},
          .interests = some_interests(random)};
}

/// Fifteen men who look for women to one woman who looks for men; each speaks
/// one or two languages and wants one of them, and a range of ages.
raw_wishes uneven(std::mt19937_64& random) {
  auto female = pick(random, 0, 15) == 0;
  auto age = pick(random, 18, 80);
  std::vector<std::string> languages{some(random, usual[2])};
  if (pick(random, 0, 1) == 0)
    languages.push_back(some(random, usual[2]));
  return {
    .self = {{"gender", false, {female ? "female" : "male"}, {}},
             {"language", false, languages, {}},
             {"age", false, {}, {age}}},
    .want
    = {{"gender", false, {female ? "male" : "female"}, {}},
       {"language", false, {languages[0]}, {}},
       {"age", false, {}, {std::max<std::int64_t>(18, age - 10), age + 10}}},
    .interests = some_interests(random)};
}

/// A queue in which so many wait, and more who come.
class crowd {
public:
  crowd(maker make, std::size_t size) : make_(make), size_(size) {
    policy rules;
    rules.attributes = usual_attributes();
    pool_ = std::make_unique<pool>(rules);
    while (pool_->size() < size)
      arrive(next());
  }

  ticket next() {
    ticket out;
    out.id = ++last_id_;
    out.user = user_id{"user" + std::to_string(last_id_)};
    out.asked = check(pool_->rules(), make_(random_)).value();
    return out;
  }

  void arrive(ticket t) {
    t.id = ++last_id_;
    t.since = static_cast<timestamp_ms>(last_id_);
    order_.push_back(t.user);
    auto paired
      = pool_->arrive(std::move(t), static_cast<timestamp_ms>(last_id_));
    matched_ += paired && *paired;
    // What a queue does besides: the oldest give up.
    while (pool_->size() > size_) {
      pool_->leave(order_.front());
      order_.pop_front();
    }
  }

  std::size_t matched() const {
    return matched_;
  }

private:
  maker make_;
  std::size_t size_;
  std::mt19937_64 random_{7};
  std::unique_ptr<pool> pool_;
  ticket_id last_id_ = 0;
  std::deque<user_id> order_;
  std::size_t matched_ = 0;
};

/// Made once: it takes longer than to measure it.
crowd& crowd_of(maker make, std::size_t size) {
  static std::map<std::pair<maker, std::size_t>, crowd> made;
  auto found = made.find({make, size});
  if (found == made.end()) {
    made.clear();
    found
      = made
          .emplace(std::piecewise_construct, std::forward_as_tuple(make, size),
                   std::forward_as_tuple(make, size))
          .first;
  }
  return found->second;
}

void enqueue_and_match(benchmark::State& state, maker make) {
  auto& all = crowd_of(make, static_cast<std::size_t>(state.range(0)));
  auto before = all.matched();
  for (auto _ : state)
    all.arrive(all.next());
  state.counters["matched"]
    = benchmark::Counter(static_cast<double>(all.matched() - before),
                         benchmark::Counter::kAvgIterations);
}

BENCHMARK_CAPTURE(enqueue_and_match, picky, picky)
  ->Arg(1'000)
  ->Arg(100'000)
  ->Arg(1'000'000);
BENCHMARK_CAPTURE(enqueue_and_match, uneven, uneven)
  ->Arg(1'000)
  ->Arg(100'000)
  ->Arg(1'000'000);

} // namespace
} // namespace parley::match
