#pragma once

#include "actors/replies.hpp"
#include "auth/password.hpp"
#include "auth/refresh.hpp"
#include "net/api/bearer.hpp"
#include "net/api/exchange.hpp"
#include "net/api/http_router.hpp"
#include "net/auth_workers.hpp"
#include "net/rate_limits.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace parley::net {

struct auth_options {
  std::chrono::milliseconds token_life = std::chrono::minutes{15};
  std::chrono::milliseconds refresh_life = std::chrono::days{30};
  auth::password_cost password_cost = {};
  /// What guests' addresses are hashed with; empty where nobody looks at them.
  std::string address_salt = {};
};

/// Signing up, in and out: /v1/auth/…. Passwords are hashed on the workers;
/// what a user is, and which tokens are good, the user's entity says.
class auth_api {
public:
  /// What is passed by reference must outlive the object. Fails where the cost
  /// of passwords can't be paid on this machine.
  static result<std::unique_ptr<auth_api>>
  make(const auth_options& opts, const signing_keys& keys,
       auth_workers& workers, rate_limits& limits, const bearer_check& bearers,
       const clock& time);

  void add_routes(http_router& to);

private:
  using on_reply = std::function<void(const actors::reply&)>;

  /// One sign-in under way.
  struct opening {
    user_id user;
    actors::grant grant;
    std::string refresh_token;
  };

  auth_api(const auth_options& opts, const signing_keys& keys,
           auth_workers& workers, rate_limits& limits,
           const bearer_check& bearers, const clock& time, std::string dummy);

  void sign_up(const exchange_ptr& request);
  void sign_in(const exchange_ptr& request);
  void sign_in_guest(const exchange_ptr& request);
  void refresh(const exchange_ptr& request);
  void sign_out(const exchange_ptr& request);
  void check(const exchange_ptr& request);

  /// False where the address has had its share: then it is answered.
  bool draw(const exchange_ptr& request);
  bool draw_refresh(const exchange_ptr& request);
  /// Has a worker run it, or refuses the request.
  void run(const exchange_ptr& request, bool known, std::function<void()> what);
  void note_bad_refresh_token(const exchange_ptr& request);
  /// Asks the user's own entity; an error is the request's answer.
  static void ask(const exchange_ptr& request, const user_id& user,
                  actors::user_command what, on_reply then);
  opening open(const user_id& user, std::string device_id) const;
  /// One guest to be made.
  struct guest {
    std::string display_name;
    std::string device_id;
    std::string address;
  };

  void admit_guest(const exchange_ptr& request, guest who);
  void create_guest(const exchange_ptr& request, guest who, int tries_left);
  void compare(const exchange_ptr& request, opening made, std::string password,
               std::string hash);
  void answer_account(const exchange_ptr& request, unsigned status,
                      const opening& made, const actors::reply& reply) const;

  const auth_options opts_;
  const signing_keys& keys_;
  auth_workers& workers_;
  rate_limits& limits_;
  const bearer_check& bearers_;
  const clock& time_;
  /// Compared with where there is no such user, so that it takes as long.
  const std::string dummy_;
};

} // namespace parley::net
