#include "storage/migration.hpp"

#include "base/log.hpp"
#include "storage/big_endian.hpp"
#include "storage/keys.hpp"
#include "storage/store.hpp"

#include <array>
#include <optional>

namespace parley::storage {
namespace {

constexpr std::array<migration, 0> released = {};
static_assert(format_version == 1 + released.size());

void put_version(write_set& to, std::uint32_t version) {
  std::string record;
  append_big_endian(record, version);
  to.put(meta_key("format", "version"), std::move(record));
}

result<bool> is_empty(const store& db) {
  auto empty = true;
  auto done = db.scan({}, [&](auto, auto) { return empty = false; });
  if (!done)
    return done.error();
  return empty;
}

/// The version that `db` says; none if it is new.
result<std::optional<std::uint32_t>> version_of(const store& db) {
  auto row = db.get(meta_key("format", "version"));
  if (!row)
    return row.error();
  if (!*row) {
    auto empty = is_empty(db);
    if (!empty)
      return empty.error();
    if (!*empty)
      return error{errc::corrupt, "the store does not say its format version"};
    return std::nullopt;
  }
  if ((*row)->size() != sizeof(std::uint32_t))
    return error{errc::corrupt, "the store's format version is damaged"};
  return read_big_endian<std::uint32_t>(**row);
}

result<void> commit(store& db, write_set& last, std::uint32_t version) {
  put_version(last, version);
  const write_set* sets[] = {&last};
  return db.write(sets);
}

result<void> run_step(store& db, const migration& step, std::uint32_t to) {
  log::info("storage_migration", {{"step", step.name}, {"to", to}});
  write_set last;
  auto done = step.run(db, last);
  if (!done)
    return done;
  return commit(db, last, to);
}

} // namespace

std::span<const migration> released_migrations() {
  return released;
}

std::uint32_t version_after(std::span<const migration> steps) {
  return static_cast<std::uint32_t>(1 + steps.size());
}

result<void> migrate(store& db, std::span<const migration> steps) {
  auto found = version_of(db);
  if (!found)
    return found.error();
  auto target = version_after(steps);
  if (!*found) {
    write_set first;
    return commit(db, first, target);
  }
  auto version = **found;
  if (version > target || version == 0)
    return error{errc::bad_config,
                 "the store has format version " + std::to_string(version)
                   + ", this program knows versions up to "
                   + std::to_string(target) + ": use a newer program"};
  for (; version < target; ++version) {
    auto done = run_step(db, steps[version - 1], version + 1);
    if (!done)
      return done;
  }
  return {};
}

} // namespace parley::storage
