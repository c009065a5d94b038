#pragma once

#include "actors/decision.hpp"

#include <string>
#include <vector>

/// One value of everything that travels between nodes, no field of which has
/// its default, for tests/fixtures/wire.
namespace parley::actors::wire {

struct sample {
  /// As in the fixtures.
  std::string name;
  std::string bytes;
};

std::vector<conversation_command> conversation_commands();
std::vector<user_command> user_commands();
std::vector<directory_command> directory_commands();
std::vector<queue_command> queue_commands();
std::vector<moderation_command> moderation_commands();
storage::report_record report_sample();
storage::audit_record audit_sample();
std::vector<reply> replies();
std::vector<conversation_event> events();
publication publication_of(conversation_event what);
presence_change presence_sample();
match_notice notice_sample();
settings_notice settings_sample();

/// All of them as requests, responses, answers, publications …
std::vector<sample> samples();

/// What the requests and responses among them are received as.
inline constexpr std::int64_t received_us = 1'234'567;

} // namespace parley::actors::wire
