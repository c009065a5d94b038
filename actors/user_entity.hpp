#pragma once

#include "actors/entity.hpp"
#include "actors/gather.hpp"
#include "actors/user_call.hpp"
#include "actors/user_state.hpp"

#include <deque>
#include <memory>
#include <optional>

namespace parley::actors {

/// The actor of a user. Besides the user's own affairs (user_state) it asks
/// other entities what a call of this user needs of many of them.
class user_entity final : public entity {
public:
  user_entity(caf::actor_config& cfg, services* with,
              const cluster::entity_key& key, const cluster::entity_home& home);

private:
  caf::behavior awake() override;
  result<void> load() override;
  void unload() override;
  outbox* rows() override;
  std::string row_key(std::uint64_t number) const override;
  bool busy(bool for_good) const override;
  void receive(actors::response& r) override;
  void due(tick::of what) override;

  void handle(user_request& r);

  template <class Command>
  void carry_out(const user_request& r, const Command& m);
  void carry_out(const user_request& r, const actors::attach& m);
  void carry_out(const user_request& r, const reattach& m);
  void carry_out(const user_request& r, const announce_presence& m);
  void carry_out(const user_request& r, const erase_guest& m);
  void carry_out(const user_request& r, const set_presence& m);
  void carry_out(const user_request& r, const show_presence& m);
  void carry_out(const user_request& r, const set_contact& m);
  void carry_out(const user_request& r, const set_block& m);
  void carry_out(const user_request& r, const list_contacts& m);
  void carry_out(const user_request& r, const gather_presence& m);
  void carry_out(const user_request& r, const list_conversations& m);
  void carry_out(const user_request& r, const sync& m);
  struct listing;
  void begin(const std::shared_ptr<listing>& what);
  void go_on(const std::shared_ptr<listing>& what);
  void end(const listing& what, result<reply> answered);
  void carry_out(const user_request& r, const start_group& m);
  void carry_out(const user_request& r, const invite_users& m);
  void carry_out(const user_request& r, const join_conversation& m);
  void carry_out(const user_request& r, const report_user& m);
  void file(const user_request& r, const report_user& m,
            std::vector<message> evidence);
  void carry_out(const user_request& r, const place_signal& m);
  void carry_out(const user_request& r, const take_signal& m);
  void carry_out(const user_request& r, const seek_match& m);
  void carry_out(const user_request& r, const report_place& m);
  void carry_out(const user_request& r, const membership_changed& m);

  /// Asks each of `whom` by `put`, and hands the answers on.
  void ask_keys(std::vector<cluster::entity_key> whom, gathers::ask put,
                gathers::then then);
  /// Asks each of `whom` what `what_of` says, and hands the answers on.
  template <class Key, class Ask>
  void ask_all(std::vector<Key> whom, Ask what_of, gathers::then then);
  /// Decides once the other user is known to exist.
  template <class Command>
  void decide_if_exists(const user_request& r, const Command& m);
  /// Goes on to the conversation if every user may be written to.
  void vet_all(const user_request& r, const std::vector<user_id>& users,
               std::string_view field, const conversation_id& conversation,
               conversation_command then);

  /// Tells the queue where the user waits whether it is there; `session` is
  /// one that has just come, or 0.
  void tell_queue(session_id session);

  /// How the user looks to others: who hides, for some time as before, like
  /// somebody who leaves.
  presence_view shown_presence() const;
  void presence_may_have_changed();
  void tell_presence();
  void look_for_absence();
  void look_for_expiry();

  void follow(call_step step);
  void look_after_call();

  const user_id id_;
  user_sessions sessions_;
  std::optional<user_state> state_;
  gathers gathers_{first_question()};
  /// Lists on their way, and those that wait for one of them to end.
  std::size_t listings_ = 0;
  std::deque<std::shared_ptr<listing>> waiting_;
  user_call call_;
  /// When the absence under way began, by the time of day and by the clock that
  /// does not jump.
  timestamp_ms absent_since_ = 0;
  timestamp_ms absent_from_ = 0;
  /// What watchers were told last, by this entity or, where it has told
  /// nothing, by one of an earlier owner.
  presence_view told_;
  bool has_told_ = false;
  /// How the user looked before it hid, and until when it looks so to others.
  presence_view fading_;
  timestamp_ms fades_at_ = 0;
  /// Somebody may have missed what was told.
  bool must_tell_ = false;
};

} // namespace parley::actors
