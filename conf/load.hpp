#pragma once

#include "conf/config.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace parley::conf {

/// The defaults, changed by what `file` says, changed by `overrides`, each
/// `KEY=VALUE` (a list's texts parted by commas). An empty path is no file.
/// Otherwise `bad_config`, with a line in the detail for every fault there is,
/// each beginning with where it is. An unknown key is a fault: a typo must not
/// become a silent default.
result<config> load(const std::filesystem::path& file,
                    std::span<const std::string> overrides = {});

/// The same of YAML that is in memory; faults call it `name`.
result<config> parse(std::string_view yaml, std::string_view name,
                     std::span<const std::string> overrides = {});

} // namespace parley::conf
