#include "tests/unit/raft/group.hpp"

namespace parley::cluster::raft {

result<std::vector<entry>> memory_log::entries(std::uint64_t first,
                                               std::uint64_t last,
                                               std::size_t bytes_max) const {
  if (first <= compacted.index)
    return error{errc::not_found, "compacted"};
  if (busy_ms > 0)
    return error{errc::rate_limited, "busy", {}, busy_ms};
  std::vector<entry> found;
  std::size_t bytes = 0;
  // As on a disk, what is asked for may not be there.
  for (auto i = first; i <= last && i - compacted.index <= log.size(); ++i) {
    const auto& e = log[i - compacted.index - 1];
    bytes += e.data->size();
    if (bytes > bytes_max && !found.empty())
      break;
    found.push_back(e);
  }
  return found;
}

std::optional<std::uint64_t> memory_log::term(std::uint64_t index) const {
  if (index == compacted.index)
    return compacted.term;
  if (index < compacted.index || index > last().index)
    return std::nullopt;
  return log[index - compacted.index - 1].at.term;
}

void memory_log::write(const output& out) {
  if (out.hard_state)
    hard = *out.hard_state;
  for (const auto& e : out.entries) {
    while (!log.empty() && log.back().at.index >= e.at.index)
      log.pop_back();
    log.push_back(e);
  }
}

void memory_log::compact(position upto) {
  while (!log.empty() && log.front().at.index <= upto.index)
    log.pop_front();
  compacted = upto;
}

member::member(node_id self, configuration members, time_ms now,
               raft::options opts)
  : self_(self), opts_(opts) {
  disk.members = std::move(members);
  restart(now);
}

void member::restart(time_ms now) {
  initial_state found{disk.hard, disk.compacted, disk.last(), disk.applied,
                      disk.members};
  core.emplace(
    std::move(core::open(opts_, self_, found, disk, self_, now)).value());
}

std::vector<message> member::run() {
  auto out = core->take();
  auto all = std::move(out.messages_now);
  disk.write(out);
  core->persisted(out.number);
  all.insert(all.end(), out.messages_after.begin(), out.messages_after.end());
  apply(out);
  return all;
}

void member::apply(const output& out) {
  reads.insert(reads.end(), out.reads.begin(), out.reads.end());
  want_snapshot.insert(want_snapshot.end(), out.want_snapshot.begin(),
                       out.want_snapshot.end());
  for (const auto& e : out.committed) {
    applied.push_back(e.kind == entry_kind::normal ? *e.data : "");
    disk.applied = e.at.index;
    if (e.kind == entry_kind::config)
      disk.members = decode_configuration(*e.data).value();
    core->applied(e.at.index);
  }
}

std::vector<message> member::drain() {
  std::vector<message> all;
  while (core->has_output())
    for (auto& m : run())
      all.push_back(std::move(m));
  return all;
}

group::group(std::size_t nodes, raft::options opts) : opts_(opts) {
  std::vector<node_id> voters;
  for (node_id id = 1; id <= nodes; ++id)
    voters.push_back(id);
  for (auto id : voters)
    add(id, make_configuration(voters, {}).value());
}

member& group::add(node_id id, configuration known) {
  return members_.try_emplace(id, id, std::move(known), now, opts_)
    .first->second;
}

void group::settle() {
  for (bool more = true; more;) {
    more = false;
    std::vector<message> sent;
    for (auto& [id, m] : members_)
      for (auto& out : m.drain())
        sent.push_back(std::move(out));
    for (auto& m : sent) {
      more = true;
      if (!lost(m) && members_.contains(m.to))
        members_.at(m.to)->step(std::move(m), now);
    }
  }
}

void group::pass(time_ms ms) {
  for (auto end = now + ms; now < end;) {
    ++now;
    for (auto& [id, m] : members_)
      if (m->next_deadline() <= now)
        m->tick(now);
    settle();
  }
}

void group::elect(node_id id) {
  settle();
  now += opts_.election_max_ms + 1;
  members_.at(id)->tick(now);
  settle();
}

node_id group::leader() {
  for (auto& [id, m] : members_)
    if (m.leads())
      return id;
  return 0;
}

void group::cut(node_id id) {
  lost = [id](const message& m) { return m.from == id || m.to == id; };
}

void group::heal() {
  lost = [](const message&) { return false; };
}

entry make_entry(std::uint64_t term, std::uint64_t index, std::string data) {
  return {{term, index},
          entry_kind::normal,
          std::make_shared<const std::string>(std::move(data))};
}

} // namespace parley::cluster::raft
