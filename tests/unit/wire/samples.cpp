#include "tests/unit/wire/samples.hpp"

#include "actors/command_names.hpp"
#include "actors/type_ids.hpp"
#include "actors/wire/wire.hpp"

#include <utility>

namespace parley::actors::wire {

namespace {

const caller asker{.user = user_id{"alice"}, .session = 9, .is_operator = true};
const call_address call{.node = 2, .worker = 1, .call = 1'000};
const entity_address entity{.entity = cluster::key_of(conversation_id{"d.1"}),
                            .token = 6};

template <class Command>
void add_requests(std::vector<sample>& to, const cluster::entity_key& whom,
                  std::string_view kind, std::vector<Command> commands,
                  const reply_address& reply_to) {
  for (auto& c : commands) {
    auto name = std::string{kind} + "." + std::string{name_of(c)};
    to.push_back({name, *encode(whom, caf::make_message(request<Command>{
                                        asker, reply_to, 5, c}))});
  }
}

std::string name_of_index(std::string_view kind, std::size_t index) {
  return std::string{kind} + "." + std::to_string(index + 1);
}

void add_replies(std::vector<sample>& to) {
  for (auto& r : replies())
    to.push_back({name_of_index("answer", r.index()), encode(call, r)});
  result<reply> failed = error{errc::rate_limited, "too fast", "text", 1'500};
  to.push_back({"answer.error", encode(call, failed)});
  auto whom = cluster::key_of(user_id{"alice"});
  to.push_back({"response.value",
                *encode(whom, caf::make_message(response{7, reply{done{}}}))});
  to.push_back(
    {"response.error", *encode(whom, caf::make_message(response{8, failed}))});
}

} // namespace

std::vector<sample> samples() {
  std::vector<sample> all;
  add_requests(all, cluster::key_of(conversation_id{"d.2"}), "conversation",
               conversation_commands(), call);
  add_requests(all, cluster::key_of(user_id{"alice"}), "user", user_commands(),
               entity);
  add_requests(all, cluster::directory_of("al"), "directory",
               directory_commands(), std::monostate{});
  add_requests(all, cluster::key_of(queue_name{"default"}), "queue",
               queue_commands(), call);
  add_requests(all, cluster::moderation_desk(), "moderation",
               moderation_commands(), entity);
  add_replies(all);
  for (auto& e : events())
    all.push_back(
      {name_of_index("publication", e.index()), encode(publication_of(e))});
  all.push_back({"presence_change", encode(presence_sample())});
  all.push_back({"subscribe",
                 encode(subscription{2, 9, conversation_id{"d.2"}, true, 12})});
  all.push_back({"unsubscribe",
                 encode(subscription{2, 9, conversation_id{"d.2"}, false, 0})});
  all.push_back({"session_signal",
                 encode(session_signal{2,
                                       9,
                                       {conversation_id{"d.2"}, user_id{"bob"},
                                        signal_kind::answer, "{}"}})});
  all.push_back({"match_notice", encode(notice_sample())});
  all.push_back({"settings_notice", encode(settings_sample())});
  all.push_back({"close", encode(closing{2, 9, close_reason::replaced})});
  all.push_back({"silence", encode(silencing{2, 9, 1'800'000'000'000})});
  return all;
}

} // namespace parley::actors::wire
