#include "storage/write_set.hpp"

#include <utility>

namespace parley::storage {

void write_set::put(std::string key, std::string record) {
  bytes_ += key.size() + record.size();
  operations_.push_back({std::move(key), std::move(record), false});
}

void write_set::erase(std::string key) {
  bytes_ += key.size();
  operations_.push_back({std::move(key), {}, true});
}

} // namespace parley::storage
