#include "base/check.hpp"
#include "conf/load.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace parley;
  std::string_view text{reinterpret_cast<const char*>(data), size};
  auto read = conf::parse(text, "input");
  if (!read) {
    PARLEY_CHECK(read.error().code == errc::bad_config);
    return 0;
  }
  // Not the configuration itself: what is shown is UTF-8 without secrets.
  auto shown = conf::show(*read);
  PARLEY_CHECK(conf::show(conf::parse(shown, "shown").value()) == shown);
  return 0;
}
