#pragma once

#include "actors/replies.hpp"

#include <string>

/// One writer for each shape of result; each appends JSON and may only be given
/// the reply that its methods have.
namespace parley::net::rpc {

void write_done(std::string& out, const actors::reply& what);
void write_sent(std::string& out, const actors::reply& what);
void write_changed(std::string& out, const actors::reply& what);
void write_history(std::string& out, const actors::reply& what);
void write_sync(std::string& out, const actors::reply& what);
void write_conversation(std::string& out, const actors::reply& what);
void write_conversations(std::string& out, const actors::reply& what);
void write_details(std::string& out, const actors::reply& what);
void write_presences(std::string& out, const actors::reply& what);
void write_user(std::string& out, const actors::reply& what);
void write_blocked(std::string& out, const actors::reply& what);
void write_reactions(std::string& out, const actors::reply& what);
void write_users(std::string& out, const actors::reply& what);
void write_contacts(std::string& out, const actors::reply& what);
void write_enqueued(std::string& out, const actors::reply& what);
/// Matches, for operators: `{matches, has_more}`.
void write_matches(std::string& out, const actors::reply& what);
void write_reported(std::string& out, const actors::reply& what);
/// For operators: `{reports, before?}`, `{report, evidence}` and `{actions,
/// has_more}`.
void write_reports(std::string& out, const actors::reply& what);
void write_report(std::string& out, const actors::reply& what);
void write_audit(std::string& out, const actors::reply& what);
/// Events of one conversation, for operators: `{events, has_more}`.
void write_events(std::string& out, const actors::reply& what);
/// An inspection, for operators: an object of its rows.
void write_inspection(std::string& out, const actors::reply& what);

} // namespace parley::net::rpc
