#include "node/keys.hpp"

#include "auth/random.hpp"
#include "cluster/member/cluster_map.hpp"
#include "storage/scan_records.hpp"

#include <string>
#include <utility>
#include <vector>

namespace parley::node {

namespace {

constexpr std::string_view kind = "signing_key";
constexpr std::size_t secret_bytes = 32;

std::string row_of(const std::string& kid) {
  return storage::map_key(cluster::meta_shard, kind, kid);
}

} // namespace

result<auth::key_ring> load_keys(const storage::store& db) {
  std::vector<auth::signing_key> keys;
  auto seen = storage::scan_records<storage::signing_key_record>(
    db, storage::map_range(cluster::meta_shard, kind), [&](auto, auto row) {
      keys.push_back(
        {row.kid, row.secret, row.created_at, row.retired_at, row.ends_at});
      return true;
    });
  if (!seen)
    return seen.error();
  return auth::key_ring::make(std::move(keys));
}

storage::write_set key_rows(const auth::key_ring& from,
                            const auth::key_ring& to) {
  storage::write_set rows;
  for (auto& key : from.keys())
    if (!to.find(key.kid))
      rows.erase(row_of(key.kid));
  for (auto& key : to.keys())
    rows.put(row_of(key.kid), storage::encode(storage::signing_key_record{
                                key.kid, key.secret, key.created_at,
                                key.retired_at, key.ends_at}));
  return rows;
}

auth::key_ring rotated(const auth::key_ring& ring, timestamp_ms now,
                       std::chrono::milliseconds token_life) {
  return ring.rotated(now, token_life, auth::random_bytes(secret_bytes));
}

} // namespace parley::node
