#include "actors/queue_rows.hpp"

#include "actors/wire/codec.hpp"

#include <utility>

namespace parley::actors {

namespace wire {

template <>
inline constexpr auto fields_of<said_words> =
  [](auto& x) { return std::tie(x.display_name, x.wishes); };

} // namespace wire

namespace {

/// The first byte: what follows may only grow at its end.
constexpr auto said_version = wire::kind{1};

void append(std::string& to, const std::vector<match::raw_value>& values) {
  for (const auto& each : values) {
    to += to.empty() ? "" : " ";
    to += each.name + '=';
    if (each.any)
      to += "any";
    auto first = true;
    for (const auto& text : each.texts) {
      to += (first ? "" : ",") + text;
      first = false;
    }
    for (auto number : each.numbers) {
      to += (first ? "" : "..") + std::to_string(number);
      first = false;
    }
  }
}

/// The ticket without what was asked for.
match::ticket bare_ticket(match::ticket_id id,
                          const storage::ticket_record& row) {
  match::ticket out;
  out.id = id;
  out.user = row.user;
  out.avoid = row.avoid;
  out.since = row.since;
  out.said = row.said;
  return out;
}

std::string name_of(const storage::ticket_record& t) {
  auto words = decode_said(t.said);
  return words ? std::move(words->display_name) : t.user.str();
}

match_notice ended_for(const user_id& user, const conversation_id& id,
                       const storage::session_record& about) {
  match_notice out;
  out.user = user;
  out.what.what = match_event::state::ended;
  out.what.conversation = id;
  out.what.why = about.how;
  return out;
}

} // namespace

std::string encode(const said_words& x) {
  wire::writer out{said_version};
  out.open(x);
  return out.take();
}

result<said_words> decode_said(std::string_view bytes) {
  auto memory = bytes.size() * wire::memory_factor;
  wire::reader in{bytes, memory};
  said_words out;
  if (in.first() == said_version)
    in.open(out);
  else
    return error{errc::corrupt, "unknown version of wishes"};
  if (!in.good())
    return error{errc::corrupt, "damaged wishes"};
  return out;
}

std::string text_of(const match::raw_wishes& said) {
  std::string out;
  append(out, said.self);
  if (!said.want.empty()) {
    out += out.empty() ? "want" : " want";
    append(out, said.want);
  }
  if (said.interests.empty())
    return out;
  out += out.empty() ? "interests" : " interests";
  for (const auto& each : said.interests)
    out += ' ' + each;
  return out;
}

storage::ticket_record row_of(const match::ticket& t) {
  return {t.user, t.since, t.avoid, t.said};
}

storage::meeting_record row_of(const match::meeting& m) {
  return {m.first.id,       row_of(m.first),    m.second.id,
          row_of(m.second), m.shared_interests, m.since};
}

result<match::ticket> ticket_of(match::ticket_id id,
                                const storage::ticket_record& row,
                                const match::policy& by) {
  auto words = decode_said(row.said);
  if (!words)
    return words.error();
  auto asked = match::check(by, words->wishes);
  if (!asked)
    return asked.error();
  auto out = bare_ticket(id, row);
  out.asked = std::move(*asked);
  return out;
}

match::meeting meeting_of(const conversation_id& id,
                          const storage::meeting_record& row,
                          const match::policy& by) {
  auto one = [&](match::ticket_id ticket, const storage::ticket_record& from) {
    if (auto good = ticket_of(ticket, from, by))
      return std::move(*good);
    auto out = bare_ticket(ticket, from);
    out.asked.give_up = by.give_up;
    return out;
  };
  return {id, one(row.first_id, row.first), one(row.second_id, row.second),
          row.shared, row.since};
}

storage::outbox_record step_row(match_step what, const conversation_id& id,
                                storage::session_record about) {
  about.met.first.avoid.clear();
  about.met.second.avoid.clear();
  storage::outbox_record row;
  row.kind = storage::outbox_kind::match_step;
  row.to = id.str();
  row.version = static_cast<std::uint64_t>(what);
  row.text = storage::encode(about);
  return row;
}

result<conversation_command>
command_of_step(const storage::outbox_record& row) {
  auto about = storage::decode<storage::session_record>(row.text);
  if (!about)
    return about.error();
  switch (static_cast<match_step>(row.version)) {
    case match_step::open:
      return conversation_command{
        open_match{about->met.first.user, about->met.second.user}};
    case match_step::close: return conversation_command{close_match{about->by}};
    case match_step::erase: return conversation_command{erase_match{false}};
    case match_step::forget: return conversation_command{erase_match{true}};
  }
  return error{errc::corrupt, "unknown step of a match"};
}

match_notice found_for(const user_id& user, const conversation_id& id,
                       const storage::meeting_record& met) {
  auto is_first = user == met.first.user;
  const auto& partner = is_first ? met.second : met.first;
  match_notice out;
  out.user = user;
  out.what.what = match_event::state::found;
  out.what.conversation = id;
  out.what.partner = partner.user;
  out.what.partner_name = name_of(partner);
  out.what.shared = met.shared;
  out.what.polite = is_first;
  return out;
}

std::vector<match_notice> notices_of(const storage::outbox_record& row) {
  auto about = storage::decode<storage::session_record>(row.text);
  if (row.kind != storage::outbox_kind::match_step || !about)
    return {};
  conversation_id id{row.to};
  const auto& first = about->met.first.user;
  const auto& second = about->met.second.user;
  if (row.version == static_cast<std::uint64_t>(match_step::open))
    return {found_for(first, id, about->met),
            found_for(second, id, about->met)};
  if (row.version == static_cast<std::uint64_t>(match_step::close))
    return {ended_for(first, id, *about), ended_for(second, id, *about)};
  return {};
}

storage::outbox_record shun_row(const queue_name& to, const user_id& other,
                                bool reported, const conversation_id& where) {
  storage::outbox_record row;
  row.kind = storage::outbox_kind::shun;
  row.to = to.str();
  row.on = reported;
  row.text = other.str() + ' ' + where.str();
  return row;
}

note_shunned shunned_by(const user_id& user,
                        const storage::outbox_record& row) {
  auto blank = row.text.find(' ');
  note_shunned out;
  out.user = user;
  out.other = user_id{row.text.substr(0, blank)};
  out.reported = row.on;
  if (blank != std::string::npos)
    out.conversation = conversation_id{row.text.substr(blank + 1)};
  return out;
}

} // namespace parley::actors
