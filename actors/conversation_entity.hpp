#pragma once

#include "actors/conversation_state.hpp"
#include "actors/entity.hpp"
#include "actors/screenings.hpp"

#include <optional>

namespace parley::actors {

/// The actor of a conversation. The rules: conversation_state.
class conversation_entity final : public entity {
public:
  conversation_entity(caf::actor_config& cfg, services* with,
                      const cluster::entity_key& key,
                      const cluster::entity_home& home);

private:
  caf::behavior awake() override;
  result<void> load() override;
  void unload() override;
  outbox* rows() override;
  std::string row_key(std::uint64_t number) const override;
  void delivered(std::uint64_t number) override;
  bool busy(bool for_good) const override;
  void forget_uncommitted(std::uint64_t upto) override;
  void receive(actors::response& r) override;
  void due(tick::of what) override;
  void untold() override;

  void handle(conversation_request& r);
  void decide(conversation_request& r);
  void erase_stray_rows();
  /// Decides, or has the message looked at first.
  void admit(conversation_request& r);
  void screen(conversation_request& r, screened_text what);
  void on_screened(screened& s);
  void accept(conversation_request& r, screen_verdict& what);
  void relay(const conversation_request& r, signal_route route);
  /// Whether a user must be asked before the command can be decided.
  bool must_vet(const conversation_request& r) const;
  void vet_peer(conversation_request& r);
  /// Asks the peer, and then the sender's entity.
  void ask_next();
  cluster::entity_key asked_next() const;
  void look_after_vetting();
  void vetted(const result<void>& verdict);
  void wake_for_what_waits();

  std::optional<conversation_state> state_;
  screenings screenings_;
  /// A command that opens the conversation, while the other user is asked
  /// whether that is welcome; everything else waits in the mailbox.
  std::optional<conversation_request> opening_;
  bool peer_agrees_ = false;
  std::int64_t vet_asked_us_ = 0;
  std::uint64_t vet_token_ = first_question();
  /// It will announce its position, since it could not tell of an event.
  bool announces_ = false;
  /// Of the other's shard, when it was asked.
  std::uint32_t vet_upsets_ = 0;
};

} // namespace parley::actors
