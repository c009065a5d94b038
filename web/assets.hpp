#pragma once

#include <span>
#include <string_view>

/// The files of the web page, built into the binary.
namespace parley::web {

struct asset {
  /// Where it is served: "/" for the page itself, else "/…".
  std::string_view path;
  std::string_view content_type;
  std::string_view bytes;
  /// Quoted; changes when the bytes do.
  std::string_view etag;
};

/// All of them, by path. What they hold lives as long as the process.
std::span<const asset> assets();

/// Null where nothing is served at `path`.
const asset* find_asset(std::string_view path);

} // namespace parley::web
