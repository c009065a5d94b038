#include "tests/sim/whole/fabric.hpp"

#include "tests/sim/whole/fabric_port.hpp"

#include <algorithm>

namespace parley::sim {

namespace {

/// As `link_options::down_after`, and what a check of it is late by.
constexpr true_us silence_us = 1'000'000;
constexpr true_us check_late_us = 300'000;
constexpr true_us redial_us = 400'000;

} // namespace

std::string address_of(node_id node) {
  return "node" + std::to_string(node);
}

fabric::fabric(timeline& time, dice& random, node_id nodes)
  : time_(time), random_(random), nodes_(nodes) {
  for (node_id a = 1; a <= nodes; ++a) {
    ports_[a] = nullptr;
    for (node_id b = 1; b <= nodes; ++b)
      if (a != b) {
        lanes_[{a, b}].silent_since = 0;
        sides_[{a, b}] = 0;
      }
  }
}

fabric::~fabric() = default;

true_us fabric::delay() {
  auto us = random_.between(sky.delay_min_us, sky.delay_max_us);
  return random_.one_in(sky.late_one_in) ? us * random_.between(1, 50) : us;
}

// -- processes ---------------------------------------------------------------

std::unique_ptr<link::network> fabric::attach(node_id node,
                                              network_host& host) {
  auto made = std::make_unique<port>(*this, node, host, ++last_life_);
  ports_[node] = made.get();
  return made;
}

void fabric::ended(node_id node, bool machine_lives) {
  ports_[node] = nullptr;
  for (node_id peer = 1; peer <= nodes_; ++peer) {
    if (peer == node)
      continue;
    auto had = std::exchange(sides_[{node, peer}], 0);
    look_for_silence(node, peer);
    look_for_silence(peer, node);
    for (auto& waiting : lanes_[{peer, node}].waiting)
      waiting.clear();
    if (had != 0 && machine_lives)
      put(node, peer, 2, {0, had, 0, {}, true});
  }
}

void fabric::paused(node_id node) {
  for (node_id peer = 1; peer <= nodes_; ++peer)
    if (peer != node)
      look_for_silence(node, peer);
}

void fabric::resumed(node_id node) {
  for (node_id peer = 1; peer <= nodes_; ++peer) {
    if (peer == node)
      continue;
    look_for_silence(node, peer);
    look_for_silence(peer, node);
    time_.after(random_.between(0, 500),
                [this, peer, node] { pump(peer, node); });
  }
}

void fabric::set_cut(node_id from, node_id to, bool is) {
  auto& l = lanes_.at({from, to});
  if (l.cut == is)
    return;
  l.cut = is;
  look_for_silence(from, to);
  if (!is)
    time_.after(delay(), [this, from, to] { pump(from, to); });
}

void fabric::heal() {
  for (auto& [who, l] : lanes_)
    set_cut(who.first, who.second, false);
  sky = {};
}

// -- connections -------------------------------------------------------------

bool fabric::reaches(node_id from, node_id to) const {
  return at(from) && at(to) && !at(from)->host().paused()
         && !at(to)->host().paused() && !cut(from, to) && !cut(to, from);
}

void fabric::dial(node_id a, node_id b) {
  time_.after(random_.between(1000, redial_us), [this, a, b] {
    // Whoever dials again is the one who knows that there is nothing.
    if (!at(a) || !at(b) || !at(a)->knows(b) || !at(b)->knows(a))
      return;
    auto side_a = sides_[{a, b}];
    auto side_b = sides_[{b, a}];
    if (side_a != 0 && side_a == side_b)
      return;
    if (side_a == 0 && side_b == 0 && reaches(a, b))
      connect(a, b);
    else
      dial(a, b);
  });
}

void fabric::connect(node_id a, node_id b) {
  auto number = ++last_connection_;
  for (auto [from, to] : {pair{a, b}, pair{b, a}}) {
    auto& l = lanes_[{from, to}];
    for (auto& waiting : l.waiting)
      waiting.clear();
    l.silent_since = -1;
    sides_[{from, to}] = number;
  }
  at(a)->up(b, at(b)->life());
  if (at(a) && at(b) && sides_[{b, a}] == number)
    at(b)->up(a, at(a)->life());
}

void fabric::close(node_id node, node_id peer, bool say) {
  auto had = std::exchange(sides_[{node, peer}], 0);
  if (had == 0)
    return;
  if (say)
    put(node, peer, 2, {0, had, 0, {}, true});
  look_for_silence(node, peer);
  dial(node, peer);
  if (auto* p = at(node))
    p->down(peer);
}

bool fabric::is_silent(node_id from, node_id to) const {
  return cut(from, to) || !at(from) || at(from)->host().paused()
         || sides_.at({from, to}) != sides_.at({to, from});
}

/// Whether the one at the end of the lane hears nothing from now on.
void fabric::look_for_silence(node_id from, node_id to) {
  auto& l = lanes_.at({from, to});
  if (!is_silent(from, to)) {
    l.silent_since = -1;
    return;
  }
  if (l.silent_since < 0)
    l.silent_since = time_.now();
  auto connection = sides_[{to, from}];
  if (connection == 0)
    return;
  auto due = std::max(l.silent_since + silence_us,
                      time_.now() + random_.between(0, 1000))
             + random_.between(0, check_late_us);
  time_.at(due, [this, from, to, connection] {
    const auto& now = lanes_.at({from, to});
    if (sides_[{to, from}] != connection || now.silent_since < 0
        || time_.now() - now.silent_since < silence_us)
      return;
    if (auto* p = at(to); p && !p->host().paused())
      close(to, from, true);
  });
}

// -- frames ------------------------------------------------------------------

bool fabric::take(node_id from, node_id to, link::urgency how,
                  link::channel_id channel, std::string payload) {
  auto found = sides_.find({from, to});
  if (found == sides_.end() || found->second == 0)
    return false;
  if (how == link::urgency::normal && random_.percent(sky.refused_percent))
    return false;
  if (tamper_ && tamper_(channel, payload))
    return true;
  put(from, to, static_cast<std::size_t>(how),
      {0, found->second, channel, std::move(payload), false});
  return true;
}

void fabric::put(node_id from, node_id to, std::size_t how, item what) {
  auto& l = lanes_.at({from, to});
  auto ready = std::max(time_.now() + delay(), l.last_ready[how]);
  if (what.end)
    for (auto last : l.last_ready)
      ready = std::max(ready, last);
  l.last_ready[how] = ready;
  what.ready = ready;
  l.waiting[how].push_back(std::move(what));
  time_.at(ready, [this, from, to] { pump(from, to); });
}

/// Hands over what has arrived, the urgent first.
void fabric::pump(node_id from, node_id to) {
  auto& l = lanes_.at({from, to});
  auto* p = at(to);
  if (l.cut || (p && p->host().paused()))
    return;
  std::deque<item> arrived;
  for (auto& waiting : l.waiting)
    while (!waiting.empty() && waiting.front().ready <= time_.now()) {
      if (waiting.front().connection == sides_[{to, from}])
        arrived.push_back(std::move(waiting.front()));
      waiting.pop_front();
    }
  if (p && !arrived.empty())
    deliver(from, to, std::move(arrived));
}

void fabric::deliver(node_id from, node_id to, std::deque<item> what) {
  std::vector<link::frame> frames;
  auto ended = false;
  for (const auto& i : what) {
    ended = ended || i.end;
    if (!i.end)
      frames.push_back({i.channel, i.payload});
  }
  if (!frames.empty())
    at(to)->received(from, frames);
  if (ended)
    close(to, from, false);
}

// -- requests ----------------------------------------------------------------

void fabric::request(node_id from, const std::string& address,
                     std::string bytes, true_us deadline, link::reply_to then) {
  auto answer = std::make_shared<link::reply_to>(std::move(then));
  auto life = at(from)->life();
  node_id to = 0;
  for (node_id n = 1; n <= nodes_; ++n)
    if (address == address_of(n) && n != from)
      to = n;
  give_up_later(from, life, deadline, answer);
  if (to == 0)
    return;
  time_.after(delay(),
              [this, from, to, life, answer, bytes = std::move(bytes)] {
                if (!reaches(from, to))
                  return;
                at(to)->asked(bytes, [this, from, to, life, answer](auto with) {
                  send_answer(from, to, life, std::move(with), answer);
                });
              });
}

void fabric::give_up_later(node_id from, std::uint64_t life, true_us wait,
                           const std::shared_ptr<link::reply_to>& then) {
  time_.after(wait, [this, from, life, then] {
    auto* p = at(from);
    if (!p || p->life() != life || !*then)
      return;
    if (p->host().paused())
      return give_up_later(from, life, 100'000, then);
    p->host().enter([then] {
      std::exchange(*then,
                    nullptr)(error{errc::unavailable, "no answer in time"});
    });
  });
}

void fabric::send_answer(node_id from, node_id to, std::uint64_t life,
                         result<std::string> with,
                         const std::shared_ptr<link::reply_to>& then) {
  time_.after(delay(), [this, from, to, life, with, then] {
    if (!reaches(from, to) || at(from)->life() != life || !*then)
      return;
    at(from)->host().enter(
      [with, then] { std::exchange(*then, nullptr)(with); });
  });
}

} // namespace parley::sim
