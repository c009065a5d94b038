#include "bench/load/peers/dialect.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley::bench {
namespace {

using namespace std::string_literals;

struct recorder final : dialect_listener {
  void write(std::string_view frame) override {
    written.emplace_back(frame);
  }
  void on_greeted() override {
    ++greeted;
  }
  void on_acknowledged(std::uint64_t counter) override {
    acknowledged.push_back(counter);
  }
  void on_message(std::string_view text) override {
    messages.emplace_back(text);
  }
  void on_nonsense(std::string_view what) override {
    nonsense.emplace_back(what);
  }

  std::vector<std::string> written = {};
  int greeted = 0;
  std::vector<std::uint64_t> acknowledged = {};
  std::vector<std::string> messages = {};
  std::vector<std::string> nonsense = {};
};

class dialect_test : public testing::Test {
protected:
  using strings = std::vector<std::string>;
  using counters = std::vector<std::uint64_t>;

  void speak(std::string_view protocol) {
    words = make_dialect(protocol, {"u1", "c0", "u0", "hello"});
    ASSERT_TRUE(words);
  }
  void hear(std::string_view frame) {
    words->read(frame, heard);
  }
  /// Byte by byte, as a bare socket may bring it.
  void hear_in_pieces(std::string_view bytes) {
    for (auto byte : bytes)
      hear({&byte, 1});
  }

  std::unique_ptr<dialect> words;
  recorder heard;
  message_mark mark{1, 7, 99};
};

TEST_F(dialect_test, knows_no_other_protocol) {
  EXPECT_FALSE(make_dialect("parley", {}));
  EXPECT_FALSE(make_dialect("smtp", {}));
}

TEST_F(dialect_test, floor_enters_says_and_is_told) {
  speak("floor");
  words->greet(heard);
  words->say(mark, heard);
  EXPECT_EQ(heard.written, (strings{"hc0", "s7 1.7.99 hello"}));
  hear("h");
  hear("d0.3.98 hello");
  hear("a7");
  EXPECT_EQ(heard.greeted, 1);
  EXPECT_EQ(heard.messages, strings{"0.3.98 hello"});
  EXPECT_EQ(heard.acknowledged, counters{7});
  hear("x");
  EXPECT_EQ(heard.nonsense, strings{"x"});
}

TEST_F(dialect_test, socketio_connects_when_the_server_has_opened) {
  speak("socketio");
  words->greet(heard);
  EXPECT_TRUE(heard.written.empty());
  hear(R"(0{"sid":"x","upgrades":[],"pingInterval":25000})");
  EXPECT_EQ(heard.written, strings{R"(40{"user":"u1","conversation":"c0"})"});
  hear(R"(40{"sid":"y"})");
  EXPECT_EQ(heard.greeted, 1);
  hear("2");
  EXPECT_EQ(heard.written.back(), "3");
}

TEST_F(dialect_test, socketio_numbers_what_is_to_be_acknowledged) {
  speak("socketio");
  words->say(mark, heard);
  EXPECT_EQ(heard.written, strings{R"(427["say","1.7.99 hello"])"});
  hear("437[1]");
  hear(R"(42["said",12,"0.3.98 hello"])");
  EXPECT_EQ(heard.acknowledged, counters{7});
  EXPECT_EQ(heard.messages, strings{"0.3.98 hello"});
  hear(R"(44{"message":"no"})");
  EXPECT_EQ(heard.nonsense.size(), 1u);
}

TEST_F(dialect_test, nats_subscribes_and_publishes_with_an_inbox) {
  speak("nats");
  words->greet(heard);
  EXPECT_NE(heard.written.at(0).find("SUB chat.c0 1\r\nSUB _INBOX.u1.* 2\r\n"),
            std::string::npos);
  words->say(mark, heard);
  EXPECT_EQ(heard.written.at(1),
            "PUB chat.c0 _INBOX.u1.7 12\r\n1.7.99 hello\r\n");
}

TEST_F(dialect_test, nats_reads_lines_wherever_they_are_cut) {
  speak("nats");
  words->greet(heard);
  hear_in_pieces("INFO {}\r\nPONG\r\n"
                 "MSG chat.c0 1 _INBOX.u0.3 12\r\n0.3.98 hello\r\n"
                 "MSG _INBOX.u1.7 2 25\r\n{\"stream\":\"CHAT\",\"seq\":3}\r\n");
  EXPECT_EQ(heard.greeted, 1);
  EXPECT_EQ(heard.messages, strings{"0.3.98 hello"});
  EXPECT_EQ(heard.acknowledged, counters{7});
  EXPECT_TRUE(heard.nonsense.empty());
  hear("MSG _INBOX.u1.8 2 12\r\n{\"error\":{}}\r\n-ERR 'no'\r\n");
  EXPECT_EQ(heard.nonsense, (strings{R"({"error":{}})", "-ERR 'no'"}));
}

TEST_F(dialect_test, mqtt_keeps_its_session_and_subscribes) {
  speak("mqtt");
  EXPECT_EQ(words->upgrade(), "");
  words->greet(heard);
  EXPECT_EQ(heard.written.at(0),
            "\x10\x14\0\x04MQTT\x05\0\0\0\x05\x11\0\0\x0e\x10\0\x02u1"s);
  hear_in_pieces("\x20\x03\0\0\0"s);
  EXPECT_EQ(heard.written.at(1), "\x82\x08\0\x01\0\0\x02"
                                 "c0\x05"s);
  hear_in_pieces("\x90\x04\0\x01\0\x01"s);
  EXPECT_EQ(heard.greeted, 1);
}

TEST_F(dialect_test, mqtt_acknowledges_and_is_acknowledged) {
  speak("mqtt");
  words->say(mark, heard);
  EXPECT_EQ(heard.written.at(0), "\x32\x13\0\x02"
                                 "c0\0\x02\0"
                                 "1.7.99 hello"s);
  hear_in_pieces("\x40\x02\0\x02"
                 "\x32\x13\0\x02"
                 "c0\0\x09\0"
                 "0.3.98 hello"s);
  EXPECT_EQ(heard.acknowledged, counters{7});
  EXPECT_EQ(heard.messages, strings{"0.3.98 hello"});
  EXPECT_EQ(heard.written.at(1), "\x40\x02\0\x09"s);
  hear("\x32\x04\0\x09zz"s);
  hear("\x40\x03\0\x02\x87"s);
  EXPECT_EQ(heard.nonsense.size(), 2u);
}

TEST_F(dialect_test, mqtt_never_uses_packet_0_or_1_again) {
  speak("mqtt");
  for (std::uint64_t i = 1; i <= 65536; ++i) {
    words->say({1, i, 0}, heard);
    auto number = heard.written.back().substr(6, 2);
    ASSERT_NE(number, "\0\0"s);
    ASSERT_NE(number, "\0\x01"s);
    hear("\x40\x02"s + number);
    ASSERT_EQ(heard.acknowledged.back(), i);
  }
}

class xmpp_test : public dialect_test {
protected:
  void SetUp() override {
    speak("xmpp");
    words->greet(heard);
  }
  void log_in() {
    hear("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' id='1'/>");
    for (const auto* stanza :
         {"<stream:features/>", "<iq type='result' id='register'/>",
          "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
          "<stream:features/>", "<iq type='result' id='bind'><bind/></iq>",
          "<enabled xmlns='urn:xmpp:sm:3'/>"})
      hear(stanza);
    hear("<presence from='u1@localhost/r'/>");
    hear("<a xmlns='urn:xmpp:sm:3' h='1'/>");
  }
};

TEST_F(xmpp_test, registers_logs_in_and_is_present) {
  log_in();
  EXPECT_EQ(heard.greeted, 1);
  EXPECT_TRUE(heard.nonsense.empty());
  auto said = testing::PrintToString(heard.written);
  // Of "\0u1\0parley-bench".
  EXPECT_NE(said.find("AHUxAHBhcmxleS1iZW5jaA=="), std::string::npos) << said;
}

TEST_F(xmpp_test, counts_answers_as_acknowledgements_in_order) {
  log_in();
  words->say(mark, heard);
  words->say({1, 8, 100}, heard);
  EXPECT_TRUE(heard.acknowledged.empty());
  hear(R"(<a xmlns="urn:xmpp:sm:3" h="3"/>)");
  EXPECT_EQ(heard.acknowledged, (counters{7, 8}));
}

TEST_F(xmpp_test, reads_messages_and_says_how_many_stanzas_it_has) {
  log_in();
  hear("<message type='chat'><body>0.3.98 hello</body></message>");
  EXPECT_EQ(heard.messages, strings{"0.3.98 hello"});
  hear("<r xmlns='urn:xmpp:sm:3'/>");
  EXPECT_EQ(heard.written.back(), "<a xmlns='urn:xmpp:sm:3' h='2'/>");
  hear("<message type='error'><body>0.3.98 hello</body></message>");
  EXPECT_EQ(heard.nonsense.size(), 1u);
}

TEST_F(xmpp_test, goes_on_with_an_account_that_is_there) {
  hear("<stream:features/>");
  hear("<iq type='error' id='register'><error><conflict/></error></iq>");
  EXPECT_TRUE(heard.nonsense.empty());
  hear("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  EXPECT_EQ(heard.nonsense.size(), 1u);
}

} // namespace
} // namespace parley::bench
