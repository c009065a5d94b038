#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace parley::auth {

/// What one argon2id hash costs. The default is OWASP's recommendation
/// (Password Storage Cheat Sheet: 19 MiB, two passes, one lane), about 20 ms of
/// one core. libsodium refuses less than 8 KiB or one pass.
struct password_cost {
  std::size_t memory_bytes = std::size_t{19} * 1024 * 1024;
  unsigned passes = 2;

  friend bool operator==(const password_cost&, const password_cost&) = default;
};

/// The one form in which passwords are compared (RFC 8265, OpaqueString): NFC,
/// and every kind of space a plain one, so that the same characters are the
/// same password whatever keyboard they come from. Text that is not UTF-8 comes
/// back as it is.
std::string canonical_password(std::string_view password);

/// Whether a password of UTF-8 has 8 to 128 characters (code points); else
/// `bad_params` with field "password". Nothing else is asked of it.
result<void> check_password(std::string_view password);

/// The argon2id hash of `password`'s canonical form with a salt of its own, as
/// text that says what it cost. Takes that much time and memory: not for a
/// thread that has other things to do. `unavailable` where the memory cannot be
/// had.
result<std::string> hash_password(std::string_view password,
                                  const password_cost& cost = {});

/// Whether `hash` was made of exactly these bytes; false for what is no hash at
/// all. Costs as much as making that hash.
bool verify_bytes(std::string_view hash, std::string_view password);

/// Whether `hash` was made of `password`, be it of its canonical form or, as
/// earlier versions did, of the bytes that were typed. The second costs as much
/// again, and is tried only where the two differ.
bool verify_password(std::string_view hash, std::string_view password);

/// Whether `hash` was made at another cost than `cost`, so that the next
/// sign-in with the right password is to store a new one.
bool needs_rehash(std::string_view hash, const password_cost& cost = {});

/// What a password was found to be.
struct password_check {
  bool right = false;
  /// To be stored in the old one's place; empty where that may stay.
  std::string rehashed = {};
};

/// Verifies `password`, and makes a new hash of a right one where the old was
/// made at another cost or of another form.
password_check check_password_against(std::string_view hash,
                                      std::string_view password,
                                      const password_cost& cost = {});

/// A hash that no known password has. Verifying against it when there is no
/// such user takes as long as when there is, and so tells nobody.
result<std::string> dummy_hash(const password_cost& cost = {});

} // namespace parley::auth
