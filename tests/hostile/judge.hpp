#pragma once

#include "tests/hostile/client.hpp"
#include "tests/hostile/findings.hpp"
#include "tests/hostile/spec.hpp"
#include "tests/hostile/world.hpp"

#include <boost/json/array.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace parley::hostile {

/// Says of everything that came back whether it may be. Calls are made in
/// rounds; between two of them nothing is under way. Who may what is taken from
/// the conversations' logs, in whose order every change has its place; what has
/// no place there, such as a block, is judged only when it has not been touched
/// for some rounds.
class judge {
public:
  judge(const spec& rules, world& seen, canary_book& canaries, findings& found)
    : rules_(rules), seen_(seen), canaries_(canaries), found_(found) {}

  /// Before any of the calls is written.
  void begin_round(const std::vector<call>& calls);

  // While they are under way.
  void answered(client& from, call& what, const boost::json::object& answer);
  void told(client& from, const boost::json::object& event);
  void saw(std::uint32_t user, std::string_view bytes);

  /// Conversations whose logs have grown in this round, as far as it was said.
  /// Also by what came between two rounds. They are forgotten with this.
  std::unordered_set<std::uint32_t> take_grown() {
    return std::exchange(grown_, {});
  }
  bool is_banned(std::uint32_t user) const;

  /// The next entries of a log, as an operator sees them.
  void read_log(std::uint32_t place, const boost::json::array& entries);

  /// The same log read again, from its beginning: nothing of it may have
  /// changed.
  void read_again(std::uint32_t place, const boost::json::array& entries);

  /// After all logs were read.
  void end_round(std::vector<call>& calls);

  /// Whether the session has been told everything up to the round before; what
  /// is missing, in words, otherwise.
  std::string missing(session_client& session, std::uint64_t known_upto_round);
  void opened(session_client& session);

  void sanctioned(const call& what);
  std::vector<std::uint32_t> sanctioned_users() const;

  std::uint64_t round() const {
    return round_;
  }
  /// Nodes are killed: calls may be unavailable and events told twice.
  bool nodes_die = false;
  std::uint64_t sightings = 0;
  std::uint64_t events = 0;
  std::uint64_t unavailable = 0;

private:
  struct sighting {
    std::uint32_t user = nobody;
    std::uint32_t mark = nobody;
    bool is_event = false;
    std::string excerpt = {};
  };
  struct telling {
    std::uint32_t user = nobody;
    std::uint32_t place = nobody;
    std::uint64_t seq = 0;
    std::string name = {};
  };
  /// How a user wishes to be seen, where it is certain.
  struct appearance {
    std::uint64_t asked_round = 0;
    std::int64_t asked_us = 0;
    std::uint64_t settled_round = 0;
    bool is_certain = false;
    bool is_invisible = false;
  };
  struct sanction {
    bool banned = false;
    bool muted = false;
  };

  // judge.cpp
  void claim(const call& what, std::unordered_set<std::uint64_t>& to) const;
  void touch_relations(const call& what);
  void note_result(client& from, call& what, const boost::json::object& found);
  void told_durable(session_client& from, std::string_view name,
                    std::uint32_t place, std::uint64_t seq);
  void told_in_passing(client& from, std::string_view name,
                       const boost::json::object& params, std::uint32_t place);
  void mark_seen(client& from, std::uint32_t place, std::uint64_t seq,
                 bool is_event);

  // judge_rights.cpp
  void judge_answer(const call& what);
  void judge_success(const call& what, const conversation& place);
  void judge_refusal(const call& what, const conversation& place);
  void settle_call(call& what);
  void settle_appearance(const call& what);
  bool is_invisible(std::uint32_t user) const;
  void judge_page(const call& what, const boost::json::object& result);
  void judge_presences(const call& what, const boost::json::object& result);
  bool may_see(std::uint32_t user, const canary& what, std::uint32_t mark,
               bool is_event) const;
  bool may_see_title(std::uint32_t user, const canary& what,
                     std::uint32_t mark) const;
  bool blocked(std::uint32_t one, std::uint32_t other) const;

  // judge_log.cpp
  void read_entry(std::uint32_t place, std::string_view name,
                  const boost::json::object& params);
  void read_message(conversation& place, std::uint64_t seq,
                    const boost::json::object& params);
  void read_change(conversation& place, std::uint64_t seq,
                   const boost::json::object& params);
  void read_joined(conversation& place, std::uint64_t seq, std::uint32_t by,
                   const std::vector<std::uint32_t>& users, bool is_first);
  void read_left(conversation& place, std::uint64_t seq, std::uint32_t by,
                 const std::vector<std::uint32_t>& users);
  void read_role(conversation& place, std::uint64_t seq, std::uint32_t by,
                 const boost::json::object& params,
                 const std::vector<std::uint32_t>& users);
  void stray(const conversation& place, std::uint64_t seq,
             std::string_view what);
  bool claimed(std::string_view kind, std::string_view place, std::uint32_t by,
               std::uint64_t more = 0) const;

  std::uint64_t relation(char kind, std::uint64_t a, std::uint64_t b) const;
  void touch(char kind, std::uint64_t a, std::uint64_t b);
  bool is_settled(char kind, std::uint64_t a, std::uint64_t b) const;

  const spec& rules_;
  world& seen_;
  canary_book& canaries_;
  findings& found_;
  std::uint64_t round_ = 10;
  /// When a relation was last touched.
  std::unordered_map<std::uint64_t, std::uint64_t> touched_round_ = {};
  std::unordered_set<std::uint32_t> grown_ = {};
  /// What was asked for in this round, and before where it is not known what
  /// came of it.
  std::unordered_set<std::uint64_t> claims_ = {};
  std::unordered_set<std::uint64_t> old_claims_ = {};
  /// Who has blocked whom.
  std::unordered_set<std::uint64_t> blocks_ = {};
  std::unordered_map<std::uint32_t, sanction> sanctions_ = {};
  std::unordered_map<std::uint32_t, appearance> appearances_ = {};
  /// The round and the number of the first report of one about another.
  std::unordered_map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>>
    reports_ = {};
  std::vector<sighting> sightings_ = {};
  std::vector<telling> tellings_ = {};
  std::uint64_t last_call_ = 0;
  /// The owner who has just left a group, whose role goes to another.
  std::unordered_map<std::string, std::uint32_t> leaving_owner_ = {};
};

} // namespace parley::hostile
