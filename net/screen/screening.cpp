#include "net/screen/screening.hpp"

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "net/rpc/json_out.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <utility>

namespace parley::net {

namespace {

constexpr std::size_t block_reason_bytes_max = 256;
constexpr std::uint32_t check_again_ms = 1000;

prometheus::Counter& screened_total(const char* by, const char* outcome) {
  return metrics::counter(
    "messages_screened_total",
    "Messages that were looked at before they were accepted",
    {{"by", by}, {"outcome", outcome}});
}

// Counters are there from the start, so that the first event is an increase.
[[maybe_unused]] const std::array known_outcomes{
  &screened_total("words", "allowed"), &screened_total("words", "replaced"),
  &screened_total("words", "blocked"), &screened_total("hook", "allowed"),
  &screened_total("hook", "replaced"), &screened_total("hook", "blocked"),
  &screened_total("hook", "failed")};

void count_screened(const char* by, const char* outcome) {
  screened_total(by, outcome).Increment();
}

const char* outcome_of(const actors::screen_verdict& what) {
  if (!what)
    return "blocked";
  return *what ? "replaced" : "allowed";
}

const char* kind_name(const conversation_id& id) {
  auto kind = kind_of(id);
  if (kind == conversation_kind::direct)
    return "direct";
  return kind == conversation_kind::match ? "match" : "group";
}

std::string question_about(const actors::screened_text& what) {
  std::string out;
  rpc::append_json(out, [&](rpc::json_out& to) {
    to.begin_object();
    to.member("conversation", what.conversation);
    to.member("kind", kind_name(what.conversation));
    to.member("sender", what.sender);
    to.member_if("type", std::string_view{what.type});
    to.member("text", std::string_view{what.text});
    if (!what.attachments.empty())
      to.raw_member("attachments", what.attachments);
    to.member_if("edits", what.edits);
    to.end_object();
  });
  return out;
}

std::string_view text_in(const boost::json::object& from, const char* name) {
  const auto* found = from.if_contains(name);
  const auto* text = found ? found->if_string() : nullptr;
  return text ? std::string_view{text->data(), text->size()}
              : std::string_view{};
}

} // namespace

result<std::unique_ptr<screening>>
screening::make(const screening_options& opts) {
  std::optional<word_filter> words;
  std::unique_ptr<message_hook> hook;
  if (!opts.words.empty()) {
    auto made = word_filter::make(opts.words, opts.on_word);
    if (!made)
      return made.error();
    words.emplace(std::move(*made));
  }
  if (!opts.hook.url.empty()) {
    auto made = message_hook::make(opts.hook);
    if (!made)
      return made.error();
    hook = std::move(*made);
  }
  if (!words && !hook)
    return std::unique_ptr<screening>{};
  return std::unique_ptr<screening>(
    new screening(std::move(words), std::move(hook), opts.allow_on_failure));
}

screening::screening(std::optional<word_filter> words,
                     std::unique_ptr<message_hook> hook, bool allow_on_failure)
  : words_(std::move(words)),
    hook_(std::move(hook)),
    allow_on_failure_(allow_on_failure) {}

void screening::stop() {
  if (hook_)
    hook_->stop();
}

void screening::look(actors::screened_text what,
                     std::function<void(actors::screen_verdict)> then) {
  actors::screen_verdict found = std::optional<std::string>{};
  if (words_) {
    found = words_->look(what.text);
    count_screened("words", outcome_of(found));
  }
  if (!hook_ || !found)
    return then(std::move(found));
  if (*found)
    what.text = **found;
  hook_->ask(question_about(what),
             [this, has_attachments = !what.attachments.empty(),
              found = std::move(*found),
              then = std::move(then)](const result<std::string>& answer) {
               auto verdict = judge(answer, has_attachments);
               if (verdict && !*verdict)
                 verdict = found;
               then(std::move(verdict));
             });
}

actors::screen_verdict screening::judge(const result<std::string>& answer,
                                        bool has_attachments) const {
  std::string why = "the hook's answer makes no sense";
  std::optional<actors::screen_verdict> read;
  if (answer)
    read = read_answer(*answer, has_attachments);
  else
    why = answer.error().detail;
  if (read) {
    count_screened("hook", outcome_of(*read));
    return std::move(*read);
  }
  count_screened("hook", "failed");
  log::warning("hook_failed", {{"why", why}});
  if (allow_on_failure_)
    return std::optional<std::string>{};
  return error{
    errc::unavailable, "messages can't be checked now", {}, check_again_ms};
}

std::optional<actors::screen_verdict>
screening::read_answer(std::string_view body, bool has_attachments) {
  boost::json::error_code failed;
  auto value = boost::json::parse({body.data(), body.size()}, failed);
  const auto* object = failed ? nullptr : value.if_object();
  if (object == nullptr)
    return std::nullopt;
  auto action = text_in(*object, "action");
  if (action == "allow")
    return actors::screen_verdict{std::optional<std::string>{}};
  if (action == "block") {
    auto reason = text_in(*object, "reason");
    if (reason.empty() || reason.size() > block_reason_bytes_max)
      reason = "the message was blocked";
    return actors::screen_verdict{
      error{errc::forbidden, std::string{reason}, "text"}};
  }
  auto text = text_in(*object, "text");
  if (action != "replace" || (text.empty() && !has_attachments)
      || text.size() > limits::text_bytes_max)
    return std::nullopt;
  return actors::screen_verdict{std::optional{std::string{text}}};
}

} // namespace parley::net
