#include "tests/unit/link/link_fixture.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <future>
#include <string>
#include <string_view>
#include <thread>

namespace parley::cluster::link {
namespace {

using std::chrono::milliseconds;

result<std::string> ask(test_node& from, const std::string& address,
                        std::string bytes, milliseconds deadline = patience()) {
  std::promise<result<std::string>> told;
  from->request(
    address, std::move(bytes), deadline,
    [&](result<std::string> with) { told.set_value(std::move(with)); });
  return told.get_future().get();
}

TEST(request_test, is_answered_to_who_is_no_member_yet) {
  test_node member{1};
  member.said.on_asked
    = [](std::string request, const reply_to& then) { then("to " + request); };
  member.start();
  test_node stranger{0};
  auto answer = ask(stranger, member->address(), "join");
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(*answer, "to join");
}

TEST(request_test, is_answered_later_and_from_elsewhere) {
  test_node member{1};
  std::thread other;
  member.said.on_asked = [&](std::string request, reply_to then) {
    other = std::thread{[request, then = std::move(then)] {
      then(request + request);
      then(std::string{"too late"});
    }};
  };
  member.start();
  test_node stranger{0};
  std::string large(1'000'000, 'x');
  auto answer = ask(stranger, member->address(), large);
  other.join();
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(*answer, large + large);
}

TEST(request_test, may_end_in_an_error_of_the_other_side) {
  test_node member{1};
  member.said.on_asked = [](const std::string&, const reply_to& then) {
    then(error{errc::conflict, "there is such a node"});
  };
  member.start();
  test_node stranger{0};
  auto answer = ask(stranger, member->address(), "join");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::conflict);
  EXPECT_EQ(answer.error().detail, "there is such a node");
}

TEST(request_test, is_told_who_else_to_ask) {
  test_node member{1};
  member.said.on_asked = [](const std::string&, const reply_to& then) {
    then(error{errc::unavailable, "not I", "10.0.0.2:7400"});
  };
  member.start();
  test_node stranger{0};
  auto answer = ask(stranger, member->address(), "join");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().detail, "not I");
  EXPECT_EQ(answer.error().field, "10.0.0.2:7400");
}

TEST(request_test, is_refused_by_a_node_that_has_not_started) {
  test_node member{1};
  test_node stranger{0};
  auto answer = ask(stranger, member->address(), "join");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::unavailable);
  EXPECT_NE(answer.error().detail.find("busy"), std::string::npos);
}

TEST(request_test, ends_where_nobody_listens) {
  test_node stranger{0};
  auto gone = std::make_unique<test_node>(1);
  auto address = (*gone)->address();
  gone.reset();
  for (const auto& where : {address, std::string{"not an address"}}) {
    auto answer = ask(stranger, where, "join");
    ASSERT_FALSE(answer);
    EXPECT_NE(answer.error().detail.find(where), std::string::npos);
    auto is_address = where == address;
    EXPECT_EQ(answer.error().code,
              is_address ? errc::io_failed : errc::bad_config);
    EXPECT_EQ(answer.error().field, is_address ? "" : "cluster.join");
  }
}

TEST(request_test, names_the_setting_that_keeps_it_out) {
  test_node member{1};
  member.start();
  auto with = [&](auto change) {
    auto opts = test_options();
    change(opts);
    test_node stranger{0, opts};
    auto answer = ask(stranger, member->address(), "join");
    EXPECT_FALSE(answer);
    auto why = answer ? error{} : answer.error();
    EXPECT_EQ(why.code, errc::bad_config) << why.detail;
    EXPECT_NE(why.detail.find(why.field), std::string::npos) << why.detail;
    return why.field;
  };
  EXPECT_EQ(with([](auto& x) { x.secret = "quite another secret than that"; }),
            "cluster.secret");
  EXPECT_EQ(with([](auto& x) { x.cluster_name = "another"; }), "cluster.name");
}

TEST(request_test, tells_what_is_no_node_by_what_it_answers) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor web{
    io, {boost::asio::ip::make_address("127.0.0.1"), 0}};
  std::thread server{[&] {
    boost::asio::ip::tcp::socket client{io};
    web.accept(client);
    char some[64];
    client.read_some(boost::asio::buffer(some));
    boost::asio::write(client, boost::asio::buffer(std::string_view{
                                 "HTTP/1.1 400 Bad Request\r\n\r\n"}));
  }};
  test_node stranger{0};
  auto port = web.local_endpoint().port();
  auto answer = ask(stranger, "127.0.0.1:" + std::to_string(port), "join");
  server.join();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::bad_config);
  EXPECT_EQ(answer.error().field, "cluster.join");
}

TEST(request_test, ends_at_its_deadline) {
  test_node member{1};
  reply_to kept;
  member.said.on_asked
    = [&](const std::string&, reply_to then) { kept = std::move(then); };
  member.start();
  test_node stranger{0};
  auto answer = ask(stranger, member->address(), "join", milliseconds{200});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::unavailable);
  // Nobody waits for it any more.
  member->stop();
  kept(std::string{"too late"});
}

TEST(request_test, ends_when_its_node_stops) {
  test_node member{1};
  std::promise<void> came;
  member.said.on_asked
    = [&](const std::string&, const reply_to&) { came.set_value(); };
  member.start();
  auto stranger = std::make_unique<test_node>(0);
  std::promise<result<std::string>> told;
  (*stranger)->request(
    member->address(), "join", patience(),
    [&](result<std::string> with) { told.set_value(std::move(with)); });
  came.get_future().wait();
  stranger.reset();
  auto answer = told.get_future().get();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::unavailable);
}

} // namespace
} // namespace parley::cluster::link
