#include "cluster/raft/core.hpp"

#include "base/check.hpp"

#include <algorithm>

namespace parley::cluster::raft {

result<core> core::open(const options& opts, node_id self,
                        const initial_state& found, const log_reader& reader,
                        std::uint64_t seed, time_ms now) {
  auto log = log_tail::open(reader, found.compacted, found.last, found.applied);
  if (!log)
    return log.error();
  core member{opts, self, found, std::move(*log), seed};
  member.now_ = now;
  for (auto i = found.applied + 1; i <= found.last.index; ++i)
    if (member.log_.at(i).kind == entry_kind::config)
      if (!member.follow_log_config(member.log_.at(i)))
        return error{errc::corrupt, "configuration in the log"};
  if (member.config().alone(self)) {
    member.campaign(false);
  } else {
    // A lease that this member granted before it stopped may still hold.
    if (found.hard_state.term > 0)
      member.promised_until_ = now + opts.election_min_ms;
    member.await_leader();
  }
  return member;
}

core::core(const options& opts, node_id self, const initial_state& found,
           log_tail log, std::uint64_t seed)
  : opts_(opts),
    self_(self),
    log_(std::move(log)),
    random_(static_cast<std::minstd_rand::result_type>(seed ^ (seed >> 32))),
    hard_(found.hard_state),
    commit_(found.applied),
    applied_(found.applied),
    delivered_(found.applied) {
  configs_.emplace_back(found.applied, found.configuration);
}

void core::step(message m, time_ms now) {
  if (m.to != self_ || m.from == self_ || m.from == 0)
    return;
  enter(now);
  if (accept_term(m))
    std::visit([this, &m](auto& body) { on(m, body); }, m.body);
}

void core::tick(time_ms now) {
  enter(now);
  if (role_ == role::leader)
    lead();
  else if (now_ >= election_at_)
    rehearse();
}

result<position> core::propose(std::string data, time_ms now) {
  return propose(std::make_shared<const std::string>(std::move(data)), now);
}

result<position> core::propose(std::shared_ptr<const std::string> data,
                               time_ms now) {
  enter(now);
  if (role_ != role::leader || transfer_)
    return error{errc::unavailable, "not the leader"};
  if (uncommitted_bytes_ > opts_.uncommitted_bytes_max)
    return error{errc::rate_limited, "too much is uncommitted"};
  return append_own(entry_kind::normal, std::move(data));
}

result<position> core::mark(std::string data, time_ms now) {
  enter(now);
  if (role_ != role::leader || transfer_)
    return error{errc::unavailable, "not the leader"};
  return append_own(entry_kind::noop,
                    std::make_shared<const std::string>(std::move(data)));
}

void core::persisted(std::uint64_t number) {
  auto before = log_.durable();
  log_.persisted(number);
  if (hard_under_way_ <= number)
    hard_under_way_ = 0;
  if (log_.durable() == before)
    return;
  dirty_ = true;
  if (role_ == role::leader)
    count_commit();
}

void core::applied(std::uint64_t index) {
  applied_ = std::max(applied_, std::min(index, delivered_));
  log_.trim(applied_, held_by_all(), opts_.tail_bytes_max);
  if (current() != told_)
    dirty_ = true;
}

void core::compacted(position upto) {
  if (upto.index <= applied_)
    log_.compact(upto);
}

output core::take() {
  output out;
  if (role_ == role::leader)
    send_due();
  out.number = ++taken_;
  if (current() != told_)
    out.status = told_ = current();
  out.messages_now = std::exchange(now_out_, {});
  out.messages_after = std::exchange(after_out_, {});
  if (std::exchange(hard_unwritten_, false)) {
    out.hard_state = hard_;
    hard_under_way_ = taken_;
  }
  out.entries = log_.hand_out(taken_);
  // Not before it is on this disk as well: what is applied must not get ahead
  // of the log that it is found with after a crash.
  auto upto = std::min(commit_, log_.durable());
  while (delivered_ < upto)
    out.committed.push_back(log_.at(++delivered_));
  out.reads = std::exchange(reads_out_, {});
  out.want_snapshot = std::exchange(snapshots_out_, {});
  out.alone = role_ == role::leader && config().alone(self_)
              && config().learners.empty();
  dirty_ = false;
  return out;
}

bool core::has_output() const {
  return dirty_;
}

time_ms core::next_deadline() const {
  if (role_ != role::leader)
    return election_at_;
  return std::min({beat_at_, again_at_, transfer_ ? transfer_->until : never});
}

status core::current() const {
  auto serving = role_ == role::leader && applied_ >= term_start_;
  return {role_, hard_.term, leader_, serving};
}

const configuration& core::config() const {
  return configs_.back().second;
}

position core::last() const {
  return log_.last();
}

std::uint64_t core::committed() const {
  return commit_;
}

std::uint64_t core::held_by_all() const {
  return role_ == role::leader ? least_match()
                               : std::min(held_by_all_, log_.durable());
}

void core::enter(time_ms now) {
  now_ = std::max(now_, now);
  dirty_ = true;
}

void core::send(node_id to, decltype(message::body) body) {
  send(to, std::move(body), hard_.term);
}

void core::send(node_id to, decltype(message::body) body, std::uint64_t term) {
  // Persist before answering (paper 5.1, figure 2): the term that any message
  // speaks for, the vote that it gives, the entries that it acknowledges. Only
  // a leader's entries may travel while its own disk writes them (thesis
  // 10.2.1).
  auto answers = std::holds_alternative<append_answer>(body)
                 || std::holds_alternative<vote_answer>(body);
  auto waits = answers || hard_unwritten_ || hard_under_way_ != 0;
  auto& box = waits ? after_out_ : now_out_;
  box.push_back({self_, to, term, std::move(body)});
}

void core::commit_to(std::uint64_t index) {
  if (index <= commit_)
    return;
  if (role_ == role::leader)
    for (auto i = commit_ + 1; i <= index; ++i)
      uncommitted_bytes_ -= log_.at(i).data->size();
  commit_ = index;
  while (configs_.size() > 1 && configs_[1].first <= commit_)
    configs_.pop_front();
}

position core::append_own(entry_kind kind,
                          std::shared_ptr<const std::string> data) {
  PARLEY_CHECK(role_ == role::leader);
  position at{hard_.term, log_.last().index + 1};
  uncommitted_bytes_ += data->size();
  log_.append({at, kind, std::move(data)});
  if (kind == entry_kind::config)
    PARLEY_CHECK(follow_log_config(log_.at(at.index)));
  dirty_ = true;
  return at;
}

time_ms core::random_between(time_ms low, time_ms high) {
  // Not a standard distribution: those differ between libraries.
  auto span = static_cast<std::uint64_t>(high - low) + 1;
  return low + static_cast<time_ms>(random_() % span);
}

} // namespace parley::cluster::raft
