#pragma once

#include <string>
#include <string_view>

namespace parley::auth {

/// What is kept of an address instead of it: HMAC-SHA256 with the salt as its
/// key, 64 hexadecimal digits. Who knows the salt can try all addresses of IPv4
/// out, so that is to be kept like a password.
std::string hash_of_address(std::string_view salt, std::string_view address);

} // namespace parley::auth
