#pragma once

#include "actors/message_screen.hpp"
#include "net/screen/message_hook.hpp"
#include "net/screen/word_filter.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::net {

struct screening_options {
  /// Nothing is looked for where there are none.
  std::vector<std::string> words = {};
  word_filter::action on_word = word_filter::action::block;
  /// Nobody is asked where it has no URL.
  hook_options hook = {};
  /// Whether a message is accepted that the hook says nothing about.
  bool allow_on_failure = false;
};

/// What operators want to be done with messages before they are accepted: first
/// words are looked for, then the hook is asked about what is left.
class screening final : public actors::message_screen {
public:
  /// Null where nothing is to be done. `bad_config` where it can't be.
  static result<std::unique_ptr<screening>> make(const screening_options& opts);

  void look(actors::screened_text what,
            std::function<void(actors::screen_verdict)> then) override;

  /// No entity waits for an answer any more.
  void stop();

  /// What the hook's answer says of a message; none where it makes no sense.
  static std::optional<actors::screen_verdict>
  read_answer(std::string_view body, bool has_attachments);

private:
  screening(std::optional<word_filter> words,
            std::unique_ptr<message_hook> hook, bool allow_on_failure);

  actors::screen_verdict judge(const result<std::string>& answer,
                               bool has_attachments) const;

  const std::optional<word_filter> words_;
  const std::unique_ptr<message_hook> hook_;
  const bool allow_on_failure_;
};

} // namespace parley::net
