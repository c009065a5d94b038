#pragma once

#include "base/error.hpp"

#include <filesystem>

namespace parley::storage {

/// Makes `dir`, where it is not there, and takes the rights of group and others
/// from it and from everything in it, whoever gave them: it holds passwords'
/// hashes, the keys of tokens and every message. Links are not followed. Fails
/// where the directory can't be made; where rights can't be taken, because the
/// files belong to somebody else, that is logged.
result<void> make_private(const std::filesystem::path& dir);

} // namespace parley::storage
