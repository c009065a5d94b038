#include "storage/damage.hpp"

#include "storage/codec.hpp"

namespace parley::storage {

namespace {

constexpr std::uint8_t damage_version = 1;

} // namespace

std::string encode(damage what) {
  record_writer out{damage_version};
  out.choice(what, damage::state, damage::promises);
  return out.take();
}

std::optional<damage> decode_damage(std::string_view record) {
  record_reader in{record};
  auto what = damage::state;
  auto known = in.version() == damage_version;
  in.choice(what, damage::state, damage::promises);
  if (!known || !in.done())
    return std::nullopt;
  return what;
}

} // namespace parley::storage
