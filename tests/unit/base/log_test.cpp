#include "base/log.hpp"
#include "base/log_line.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <poll.h>
#include <sstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace parley::log {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::system_clock::time_point moment{1'700'000'000'042ms};

boost::json::object line(std::string_view event,
                         std::initializer_list<field> fields) {
  auto text = format_line(moment, level::warning, event, fields);
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  return boost::json::parse(text).as_object();
}

TEST(log_line_test, is_an_object_with_its_fields_in_order) {
  auto text = format_line(
    moment, level::info, "started",
    {{"node", "n1"}, {"port", 8080}, {"load", 0.5}, {"tls", true}});
  EXPECT_EQ(text, R"({"ts":"2023-11-14T22:13:20.042Z","level":"info",)"
                  R"("event":"started","node":"n1","port":8080,"load":0.5,)"
                  R"("tls":true})"
                  "\n");
}

TEST(log_line_test, escapes_what_would_end_the_string_or_the_line) {
  std::string nasty{"a\"b\\c\nd\te\x01\0f", 12};
  auto x = line("e\n", {{"nasty", nasty}, {"key\"", "v"}});
  EXPECT_EQ(x.at("nasty").as_string(), nasty);
  EXPECT_EQ(x.at("key\"").as_string(), "v");
}

TEST(log_line_test, keeps_utf8_and_repairs_what_is_not) {
  auto x = line("e", {{"good", "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80"},
                      {"bad", "a\xff z"},
                      {"cut", "a\xc3"},
                      {"surrogate", "\xed\xa0\x80"}});
  EXPECT_EQ(x.at("good").as_string(), "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80");
  EXPECT_TRUE(x.at("bad").as_string().starts_with("a\xef\xbf\xbd"));
  EXPECT_EQ(x.at("cut").as_string(), "a\xef\xbf\xbd");
  EXPECT_TRUE(x.at("surrogate").as_string().starts_with("\xef\xbf\xbd"));
}

TEST(log_line_test, has_null_for_numbers_without_a_value) {
  auto x = line("e", {{"nan", std::numeric_limits<double>::quiet_NaN()},
                      {"inf", std::numeric_limits<double>::infinity()}});
  EXPECT_TRUE(x.at("nan").is_null());
  EXPECT_TRUE(x.at("inf").is_null());
}

TEST(level_test, reads_what_it_writes) {
  for (auto x :
       {level::debug, level::info, level::warning, level::error, level::off})
    EXPECT_EQ(parse_level(to_string(x)), x);
  EXPECT_FALSE(parse_level("loud"));
}

class log_test : public testing::Test {
protected:
  ~log_test() override {
    set_level(level::info);
  }
};

TEST_F(log_test, flush_waits_until_the_lines_are_out) {
  testing::internal::CaptureStderr();
  for (int i = 0; i < 100; ++i)
    info("tick", {{"i", i}});
  flush();
  auto out = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 100);
  EXPECT_NE(out.find("\"i\":99}"), std::string::npos);
}

TEST_F(log_test, drops_what_is_below_its_level) {
  testing::internal::CaptureStderr();
  debug("hidden");
  set_level(level::error);
  warning("hidden");
  error("shown");
  set_level(level::off);
  error("hidden");
  flush();
  auto out = testing::internal::GetCapturedStderr();
  EXPECT_EQ(out.find("hidden"), std::string::npos);
  EXPECT_NE(out.find("shown"), std::string::npos);
}

TEST_F(log_test, lines_of_many_threads_stay_whole) {
  testing::internal::CaptureStderr();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      for (int i = 0; i < 200; ++i)
        info("tick", {{"thread", t}, {"i", i}});
    });
  for (auto& x : threads)
    x.join();
  flush();
  std::istringstream out{testing::internal::GetCapturedStderr()};
  int lines = 0;
  for (std::string text; std::getline(out, text); ++lines)
    EXPECT_TRUE(boost::json::parse(text).is_object());
  EXPECT_EQ(lines, 800);
}

/// Standard error is a pipe whose reader does nothing until it is asked to.
class slow_reader {
public:
  slow_reader() : old_(::dup(STDERR_FILENO)) {
    EXPECT_EQ(::pipe(ends_), 0);
    ::dup2(ends_[1], STDERR_FILENO);
    ::close(ends_[1]);
  }

  ~slow_reader() {
    put_back();
    ::close(ends_[0]);
    ::close(old_);
  }

  void put_back() {
    ::dup2(old_, STDERR_FILENO);
  }

  std::string read_what_is_there() {
    std::string out;
    pollfd in{ends_[0], POLLIN, 0};
    std::array<char, 4096> part{};
    while (::poll(&in, 1, 0) > 0 && (in.revents & POLLIN) != 0) {
      auto size = ::read(ends_[0], part.data(), part.size());
      if (size <= 0)
        break;
      out.append(part.data(), static_cast<std::size_t>(size));
    }
    return out;
  }

private:
  int ends_[2] = {-1, -1};
  int old_ = -1;
};

TEST_F(log_test, waits_for_no_reader_and_says_what_was_lost) {
  flush();
  std::string seen;
  auto before = dropped();
  {
    slow_reader reader;
    std::string filler(300, 'x');
    for (int i = 0; i < 1000; ++i)
      info("tick", {{"i", i}, {"filler", filler}});
    auto start = std::chrono::steady_clock::now();
    flush();
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
    EXPECT_GT(dropped(), before + 500);
    seen = reader.read_what_is_there();
    info("back");
    flush();
    seen += reader.read_what_is_there();
  }
  std::istringstream out{seen};
  bool counted = false;
  bool back = false;
  for (std::string text; std::getline(out, text);) {
    boost::json::error_code ec;
    auto line = boost::json::parse(text, ec);
    ASSERT_TRUE(!ec && line.is_object()) << text;
    auto event = line.at("event").as_string();
    counted |= event == "log_lines_dropped";
    back |= event == "back";
  }
  EXPECT_TRUE(counted);
  EXPECT_TRUE(back);
}

// The line is queued while statics are being destroyed.
struct last_words {
  ~last_words() {
    info("bye");
    flush();
  }
};

TEST_F(log_test, may_be_used_while_the_process_exits) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto run = [] {
    static last_words spoken;
    info("hello");
    std::exit(0);
  };
  EXPECT_EXIT(run(), testing::ExitedWithCode(0), "hello(.|\n)*bye");
}

} // namespace
} // namespace parley::log
