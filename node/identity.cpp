#include "node/identity.hpp"

#include "auth/random.hpp"
#include "storage/keys.hpp"
#include "storage/scan_records.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace parley::node {

namespace {

constexpr std::string_view key_rows = "signing_key";
constexpr std::size_t secret_bytes = 32;

result<void> write(storage::store& db, const storage::write_set& what) {
  std::array sets{&what};
  return db.write(sets);
}

/// Makes the rows those of `to`.
result<void> store_keys(storage::store& db, const auth::key_ring& from,
                        const auth::key_ring& to) {
  storage::write_set rows;
  for (auto& key : from.keys())
    if (!to.find(key.kid))
      rows.erase(storage::meta_key(key_rows, key.kid));
  for (auto& key : to.keys())
    rows.put(storage::meta_key(key_rows, key.kid),
             storage::encode(storage::signing_key_record{
               key.kid, key.secret, key.created_at, key.retired_at}));
  return write(db, rows);
}

} // namespace

result<void> check_shards(storage::store& db, std::uint32_t shards) {
  auto key = storage::meta_key("cluster", "shards");
  auto known = db.get(key);
  if (!known)
    return known.error();
  auto wanted = std::to_string(shards);
  if (!*known) {
    storage::write_set row;
    row.put(key, wanted);
    return write(db, row);
  }
  if (**known != wanted)
    return error{errc::bad_config,
                 "shards.count is " + wanted + ", but the store was made with "
                   + **known + " shards, which can't be changed"};
  return {};
}

result<auth::key_ring> load_keys(storage::store& db, timestamp_ms now,
                                 std::chrono::milliseconds token_life) {
  std::vector<auth::signing_key> keys;
  auto seen = storage::scan_records<storage::signing_key_record>(
    db, storage::meta_range(key_rows), [&](auto, auto row) {
      keys.push_back({row.kid, row.secret, row.created_at, row.retired_at});
      return true;
    });
  if (!seen)
    return seen.error();
  auto ring = auth::key_ring::make(std::move(keys));
  if (!ring || ring->signer())
    return ring;
  return rotate_keys(db, *ring, now, token_life);
}

result<auth::key_ring> rotate_keys(storage::store& db,
                                   const auth::key_ring& ring, timestamp_ms now,
                                   std::chrono::milliseconds token_life) {
  auto next = ring.rotated(now, token_life, auth::random_bytes(secret_bytes));
  if (auto kept = store_keys(db, ring, next); !kept)
    return kept.error();
  return next;
}

} // namespace parley::node
