#include "base/limits.hpp"
#include "net/rpc/methods.hpp"
#include "net/rpc/params.hpp"
#include "net/rpc/results.hpp"

#include <array>

namespace parley::net::rpc {

namespace {

using boost::json::object;

// Names the conversation by itself or by its other member.
conversation_id destination(params& in, user_id& to) {
  if (in.has("conversation") == in.has("to")) {
    in.fail("conversation", "give either conversation or to");
    return {};
  }
  if (in.has("conversation"))
    return in.conversation();
  to = in.user("to");
  if (to == in.with().user)
    in.fail("to", "is yourself");
  return direct_conversation(in.with().user, to);
}

result<target> send(const object& from, const context& with) {
  params in{from, with};
  actors::send_message what;
  auto id = destination(in, what.to);
  what.client_id = in.client();
  what.type = in.has("type") ? in.type() : "text";
  if (in.has("attachments"))
    what.attachments = in.attachments();
  auto text_optional = !what.attachments.empty();
  if (in.has("text") && !(text_optional && from.at("text") == ""))
    what.text = in.message_text();
  else if (!text_optional)
    in.fail("text", "must not be empty without attachments");
  if (in.has("reply_to"))
    what.reply_to = in.position("reply_to");
  if (in.has("mentions"))
    what.mentions = in.users("mentions", limits::mentions_max);
  return in.to_conversation(id, std::move(what));
}

result<target> edit(const object& from, const context& with) {
  params in{from, with};
  auto id = in.conversation();
  actors::edit_message what{in.position(), in.message_text(), {}};
  if (in.has("mentions"))
    what.mentions = in.users("mentions", limits::mentions_max);
  return in.to_conversation(id, std::move(what));
}

result<target> erase(const object& from, const context& with) {
  params in{from, with};
  auto id = in.conversation();
  return in.to_conversation(id, actors::delete_message{in.position()});
}

result<target> react(const object& from, const context& with) {
  params in{from, with};
  auto id = in.conversation();
  actors::react what{in.position(), in.emoji(),
                     in.has("remove") && in.flag("remove")};
  return in.to_conversation(id, std::move(what));
}

result<target> reactions(const object& from, const context& with) {
  params in{from, with};
  auto id = in.conversation();
  actors::list_reactions what;
  what.target = in.position();
  if (in.has("cursor"))
    what.after = user_id{in.line("cursor", 1, user_id::size_max)};
  what.limit = in.limit(limits::page_default, limits::page_max);
  return in.to_conversation(id, what);
}

result<target> history(const object& from, const context& with) {
  params in{from, with};
  auto id = in.conversation();
  actors::read_history what;
  if (in.has("before") && in.has("after"))
    in.fail("after", "give at most one of before and after");
  if (in.has("before"))
    what.before = in.position("before");
  if (in.has("after"))
    what.after = in.position_or_start("after");
  what.limit = in.limit(limits::page_default, limits::page_max);
  return in.to_conversation(id, what);
}

template <bool Read>
result<target> mark(const object& from, const context& with) {
  params in{from, with};
  auto id = in.conversation();
  return in.to_conversation(id, actors::mark{in.position(), Read});
}

result<target> set_typing(const object& from, const context& with) {
  params in{from, with};
  auto id = in.conversation();
  return in.to_conversation(id, actors::set_typing{in.flag("on")});
}

result<target> sync(const object& from, const context& with) {
  params in{from, with};
  actors::sync what;
  if (in.has("conversations"))
    what.seen = in.positions("conversations");
  if (in.has("cursor"))
    what.after
      = conversation_id{in.line("cursor", 1, conversation_id::size_max)};
  what.limit = in.limit(limits::page_default, limits::page_max);
  return in.to_self(std::move(what));
}

constexpr auto draws = price::of(token::message);
constexpr auto moves = price::of(prices::small_change);

constexpr std::array table{
  method{"message.send", draws, send, write_sent},
  method{"message.edit", draws, edit, write_changed},
  method{"message.delete", draws, erase, write_changed},
  method{"message.react", draws, react, write_changed},
  method{"message.reactions",
         price::by_answer(prices::full_page, prices::reactions_read), reactions,
         write_reactions},
  method{"message.history",
         price::by_answer(prices::full_page, prices::messages_read), history,
         write_history},
  method{"message.delivered", moves, mark<false>, write_done},
  method{"message.read", moves, mark<true>, write_done},
  method{"typing.set", price::of(token::signal), set_typing, write_done},
  method{"sync", price::by_answer(prices::full_page, prices::events_read), sync,
         write_sync},
};

} // namespace

std::span<const method> message_methods() {
  return table;
}

} // namespace parley::net::rpc
