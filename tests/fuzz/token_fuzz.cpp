#include "auth/refresh.hpp"
#include "auth/token.hpp"
#include "base/check.hpp"

#include <cstddef>
#include <cstdint>

namespace parley::auth {
namespace {

constexpr timestamp_ms now = 1'700'000'000'000;

/// Fixed, so that the corpus can hold tokens that it signed.
const key_ring& ring() {
  static const auto instance
    = key_ring{}.rotated(now, std::chrono::minutes{15}, std::string(32, 's'));
  return instance;
}

void try_access_token(std::string_view text) {
  auto read = verify(ring(), text, now);
  if (!read) {
    PARLEY_CHECK(read.error().code == errc::unauthenticated);
    return;
  }
  PARLEY_CHECK(read->expires_at > now);
  PARLEY_CHECK(verify(ring(), issue(ring(), *read).value(), now) == read);
}

void try_refresh_token(std::string_view text) {
  if (auto read = parse_refresh_token(text))
    PARLEY_CHECK(to_string(*read) == text);
}

} // namespace
} // namespace parley::auth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view text{reinterpret_cast<const char*>(data), size};
  parley::auth::try_access_token(text);
  parley::auth::try_refresh_token(text);
  return 0;
}
