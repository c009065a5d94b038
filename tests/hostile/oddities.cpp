#include "tests/hostile/oddities.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <limits>
#include <vector>

namespace parley::hostile {

namespace json = boost::json;

namespace {

const std::vector<std::string>& texts() {
  static const std::vector<std::string> all{
    "hello",
    "\u00e9 as one, e\u0301 as two",
    "\u202egnp.exe",
    "\U0001F468\u200D\U0001F469\u200D\U0001F467",
    "zero\u200bwidth",
    "\u0410nn\u0430",
    "\ufeffmark",
    "\U000E0001tag",
    "\ufdfa\ufdfa\ufdfa",
    "a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307",
    "line\nbreak\ttab",
    "\\\"</script><!--",
    "'; drop table users; --",
    "${jndi:ldap://127.0.0.1/a}",
    "\U0010FFFF\U0001F3F4",
    "\u0130\u0131\u017f\u1e9e",
  };
  return all;
}

json::value many_of(char c, std::int64_t times) {
  return json::value(std::string(static_cast<std::size_t>(times), c));
}

json::value deep(std::int64_t levels) {
  json::value out = nullptr;
  for (std::int64_t i = 0; i < levels; ++i)
    out = json::array{std::move(out)};
  return out;
}

json::value odd_number(sim::dice& random) {
  using limits = std::numeric_limits<std::int64_t>;
  switch (random.between(0, 11)) {
    case 0: return 0;
    case 1: return -1;
    case 2: return limits::max();
    case 3: return limits::min();
    case 4: return std::numeric_limits<std::uint64_t>::max();
    case 5: return 1e308;
    case 6: return 0.5;
    case 7: return 1.0;
    case 8: return std::int64_t{1} << 32;
    case 9: return (std::int64_t{1} << 53) + 1;
    case 10: return random.between(-5, 300);
    default: return static_cast<std::int64_t>(random.bits() >> 1);
  }
}

} // namespace

std::string odd_text(sim::dice& random) {
  return random.pick(texts());
}

json::value odd_value(sim::dice& random) {
  switch (random.between(0, 13)) {
    case 0: return nullptr;
    case 1: return random.one_in(2);
    case 2:
    case 3:
    case 4: return odd_number(random);
    case 5: return "";
    case 6: return many_of(' ', random.between(1, 300));
    case 7: return many_of('x', random.between(30, 9000));
    case 8: return json::value(odd_text(random));
    case 9: return json::array{};
    case 10: return json::object{};
    case 11: return deep(random.between(1, 20));
    case 12: {
      json::array many;
      for (auto left = random.between(1, 1100); left > 0; --left)
        many.emplace_back("zoe");
      return many;
    }
    default: return json::value(std::string{"\x01\x7f\0\x1b[31m", 8});
  }
}

std::string odd_spelling(std::string object, sim::dice& random) {
  if (object.size() < 3)
    return "[]";
  switch (random.between(0, 5)) {
    case 0: object.insert(1, R"("user":"zoe","user":"zoe",)"); break;
    case 1: object.insert(0, std::string(200, ' ')); break;
    case 2: object.insert(1, R"("\ud83d\udc4d":"\u0000",)"); break;
    case 3: object = "[" + object + "]"; break;
    case 4: object = "null"; break;
    default: object.insert(1, R"("__proto__":{"a":[[[[1e300]]]]},)"); break;
  }
  return object;
}

} // namespace parley::hostile
