#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace parley::auth {

/// Readies libsodium; every function of this folder that uses it calls this
/// first. Safe from any thread, and cheap after the first call.
void ensure_sodium();

std::array<std::uint8_t, 32> sha256(std::string_view bytes);

/// `bytes` as libsodium takes them.
const unsigned char* unsigned_data(std::string_view bytes);

} // namespace parley::auth
