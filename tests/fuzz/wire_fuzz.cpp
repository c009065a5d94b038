#include "actors/type_ids.hpp"
#include "actors/wire/wire.hpp"
#include "base/check.hpp"
#include "tests/support/encoding_gateway.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace {

using namespace parley;
using namespace parley::actors;

/// What the bytes mean, encoded again; empty where they mean nothing.
std::string again(std::string_view bytes) {
  constexpr std::int64_t received_us = 1;
  if (auto got = wire::decode(bytes, received_us)) {
    auto* one = std::get_if<wire::routed>(&*got);
    return one ? wire::encode(one->to, one->what).value() : std::string{};
  }
  test::encoding_gateway local;
  if (!wire::decode_into(bytes, local))
    return {};
  PARLEY_CHECK(local.said.size() == 1);
  return local.said.front();
}

} // namespace

/// What means something means the same when it is sent on.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  auto once = again({reinterpret_cast<const char*>(data), size});
  PARLEY_CHECK(once.empty() || again(once) == once);
  return 0;
}
