#pragma once

#include "bench/load/peers/dialect.hpp"
#include "bench/load/session.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace parley::bench {

/// A session with a server that is no Parley node. What is delivered has no
/// positions there: it is numbered as it comes, so that what is checked is each
/// sender's order, and that each message comes once.
class peer_session final : public session, private dialect_listener {
public:
  peer_session(site& where, std::uint32_t index, person who,
               std::unique_ptr<dialect> words);

private:
  std::string upgrade() const override;
  void greet() override;
  void write_message(const message_mark& mark) override;
  void on_text(std::string_view frame) override;

  void write(std::string_view frame) override;
  void on_greeted() override;
  void on_acknowledged(std::uint64_t counter) override;
  void on_message(std::string_view text) override;
  void on_nonsense(std::string_view what) override;

  std::unique_ptr<dialect> words_;
  std::uint64_t last_position_ = 0;
};

/// A session of `who` with the server that the site's options name.
std::unique_ptr<session> make_session(site& where, std::uint32_t index,
                                      const person& who, const person& partner,
                                      const std::string& conversation);

} // namespace parley::bench
