#pragma once

#include "actors/match_messages.hpp"
#include "actors/wire/fields_of.hpp"

namespace parley::actors::wire {

template <>
inline constexpr range<quitting> range_of<quitting>{quitting::cancel,
                                                    quitting::next};

template <>
inline constexpr range<match_event::state> range_of<match_event::state>{
  match_event::state::found, match_event::state::expired};

template <>
inline constexpr auto fields_of<match::raw_value> =
  [](auto& x) { return std::tie(x.name, x.any, x.texts, x.numbers); };

template <>
inline constexpr auto fields_of<match::raw_step> =
  [](auto& x) { return std::tie(x.after_ms, x.want); };

template <>
inline constexpr auto fields_of<match::raw_wishes> = [](auto& x) {
  return std::tie(x.self, x.want, x.interests, x.widen, x.give_up_ms);
};

template <>
inline constexpr auto fields_of<seek_match> =
  [](auto& x) { return std::tie(x.queue, x.said); };

template <>
inline constexpr auto fields_of<quit_match> =
  [](auto& x) { return std::tie(x.how, x.conversation); };

template <>
inline constexpr auto fields_of<report_place> =
  [](auto& x) { return std::tie(x.queue); };

template <>
inline constexpr auto fields_of<ticket_over> =
  [](auto& x) { return std::tie(x.queue, x.ticket); };

template <>
inline constexpr auto fields_of<open_match> =
  [](auto& x) { return std::tie(x.first, x.second); };

template <>
inline constexpr auto fields_of<close_match> =
  [](auto& x) { return std::tie(x.by); };

template <>
inline constexpr auto fields_of<erase_match> =
  [](auto& x) { return std::tie(x.for_good); };

template <>
inline constexpr auto fields_of<enqueue> =
  [](auto& x) { return std::tie(x.claim, x.display_name, x.said, x.avoid); };

template <>
inline constexpr auto fields_of<cancel_ticket> =
  [](auto&) { return std::tie(); };

template <>
inline constexpr auto fields_of<end_match> =
  [](auto& x) { return std::tie(x.conversation); };

template <>
inline constexpr auto fields_of<next_match> =
  [](auto& x) { return std::tie(x.conversation); };

template <>
inline constexpr auto fields_of<note_presence> =
  [](auto& x) { return std::tie(x.here, x.session); };

template <>
inline constexpr auto fields_of<vacate> =
  [](auto& x) { return std::tie(x.claim); };

template <>
inline constexpr auto fields_of<expel> =
  [](auto& x) { return std::tie(x.user); };

template <>
inline constexpr auto fields_of<note_shunned> =
  [](auto& x) { return std::tie(x.user, x.other, x.reported, x.conversation); };

template <>
inline constexpr auto fields_of<show_queue> = [](auto&) { return std::tie(); };

template <>
inline constexpr auto fields_of<explain_ticket> =
  [](auto& x) { return std::tie(x.ticket); };

template <>
inline constexpr auto fields_of<drain_queue> =
  [](auto& x) { return std::tie(x.on); };

template <>
inline constexpr auto fields_of<list_matches> =
  [](auto& x) { return std::tie(x.from, x.to, x.limit); };

template <>
inline constexpr auto fields_of<enqueued> = [](auto& x) {
  return std::tie(x.ticket, x.waiting, x.wait_p50_ms, x.wait_p90_ms);
};

template <>
inline constexpr auto fields_of<match_view> = [](auto& x) {
  return std::tie(x.conversation, x.first, x.second, x.first_said,
                  x.second_said, x.shared, x.began, x.ended, x.how, x.by,
                  x.reported);
};

template <>
inline constexpr auto fields_of<match_list> =
  [](auto& x) { return std::tie(x.matches, x.has_more); };

template <>
inline constexpr auto fields_of<match_event> = [](auto& x) {
  return std::tie(x.what, x.conversation, x.partner, x.partner_name, x.shared,
                  x.polite, x.why);
};

template <>
inline constexpr auto fields_of<match_notice> =
  [](auto& x) { return std::tie(x.user, x.session, x.what); };

template <>
inline constexpr auto fields_of<tell_session> =
  [](auto& x) { return std::tie(x.session, x.what); };

} // namespace parley::actors::wire
