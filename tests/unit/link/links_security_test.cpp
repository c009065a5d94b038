#include "base/metrics.hpp"
#include "cluster/link/hello.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/link/link_fixture.hpp"
#include "tests/unit/link/raw_peer.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <thread>

namespace parley::cluster::link {
namespace {

using std::chrono::milliseconds;

/// How often connections were refused for `why`, in this process.
double refusals(const std::string& why) {
  auto text = metrics::scrape();
  auto name = "parley_link_refused_total{reason=\"" + why + "\"} ";
  auto at = text.find(name);
  return at == std::string::npos ? 0 : std::stod(text.substr(at + name.size()));
}

/// The log and count come after the other side has been told.
bool counted(const std::string& why, double before) {
  return test::eventually([&] { return refusals(why) > before; }, patience());
}

std::unique_ptr<psk_context> keys_of(const std::string& name,
                                     const std::string& secret) {
  return psk_context::make(name, secret).value();
}

ssl_handle plain_tls(SSL_CTX* context, bool dialling) {
  ssl_handle out{SSL_new(context)};
  if (dialling)
    SSL_set_connect_state(out.get());
  else
    SSL_set_accept_state(out.get());
  return out;
}

class links_security_test : public testing::Test {
protected:
  links_security_test() {
    node.start();
    node->set_peers({{1, "127.0.0.1:1"}});
  }

  static link_options options() {
    auto out = test_options();
    out.handshake_timeout = milliseconds{300};
    out.unproved_max = 4;
    return out;
  }

  static hello greeting() {
    hello out;
    out.speaks_min = out.speaks_max = version_max;
    out.node = 1;
    out.incarnation = 5;
    return out;
  }

  /// Whether the node still takes those who hold its key.
  bool takes_members() {
    raw_peer raw{node->address()};
    if (!raw.handshake(*good))
      return false;
    raw.say(own::hello, encode(greeting()));
    return node.said.wait_up(1);
  }

  test_node node{2, options()};
  std::unique_ptr<psk_context> good
    = keys_of(options().cluster_name, options().secret);
};

TEST_F(links_security_test, a_wrong_secret_is_refused) {
  auto before = refusals("wrong_secret");
  auto other = keys_of("test", "another secret of enough bytes");
  raw_peer raw{node->address()};
  EXPECT_FALSE(raw.handshake(*other));
  EXPECT_TRUE(raw.is_closed());
  EXPECT_TRUE(counted("wrong_secret", before));
  EXPECT_TRUE(takes_members());
}

TEST_F(links_security_test, another_cluster_is_refused_by_name) {
  auto before = refusals("other_cluster");
  auto other = keys_of("other", options().secret);
  raw_peer raw{node->address()};
  EXPECT_FALSE(raw.handshake(*other));
  EXPECT_TRUE(raw.is_closed());
  EXPECT_TRUE(counted("other_cluster", before));
}

TEST_F(links_security_test, tls_without_the_secret_is_refused) {
  std::unique_ptr<SSL_CTX, ssl_ctx_free> context{
    SSL_CTX_new(TLS_client_method())};
  auto before = refusals("no_key");
  raw_peer raw{node->address()};
  EXPECT_FALSE(raw.handshake(plain_tls(context.get(), true)));
  EXPECT_TRUE(raw.is_closed());
  EXPECT_TRUE(counted("no_key", before));
}

TEST_F(links_security_test, an_older_tls_is_refused) {
  std::unique_ptr<SSL_CTX, ssl_ctx_free> context{
    SSL_CTX_new(TLS_client_method())};
  SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
  raw_peer raw{node->address()};
  EXPECT_FALSE(raw.handshake(plain_tls(context.get(), true)));
  EXPECT_TRUE(raw.is_closed());
}

TEST_F(links_security_test, bytes_that_are_no_tls_are_refused) {
  auto before = refusals("not_tls");
  for (const auto& bytes :
       {std::string{"GET / HTTP/1.1\r\nHost: x\r\n\r\n"},
        std::string(100'000, '\0'), std::string(1000, '\xff')}) {
    raw_peer raw{node->address()};
    raw.send(bytes);
    EXPECT_TRUE(raw.is_closed());
  }
  EXPECT_TRUE(counted("not_tls", before));
  EXPECT_TRUE(takes_members());
}

TEST_F(links_security_test, a_hello_without_tls_is_refused) {
  raw_peer raw{node->address()};
  std::string bytes;
  append_header(bytes, own::hello, hello_bytes);
  raw.send(bytes + encode(greeting()));
  EXPECT_TRUE(raw.is_closed());
  EXPECT_EQ(node.said.ups[1], 0);
}

TEST_F(links_security_test, recorded_bytes_are_worth_nothing) {
  std::string recorded;
  {
    raw_peer raw{node->address()};
    ASSERT_TRUE(raw.handshake(*good));
    raw.say(own::hello, encode(greeting()));
    ASSERT_TRUE(node.said.wait_up(1));
    recorded = raw.recorded();
  }
  ASSERT_TRUE(node.said.wait_down(1));
  raw_peer again{node->address()};
  again.send(recorded);
  EXPECT_TRUE(again.is_closed());
  EXPECT_EQ(node.said.ups[1], 1);
}

TEST_F(links_security_test, who_says_nothing_is_closed_in_time) {
  auto before = refusals("timeout");
  raw_peer silent{node->address()};
  EXPECT_TRUE(silent.is_closed());
  raw_peer half{node->address()};
  ASSERT_TRUE(half.handshake(*good));
  EXPECT_TRUE(half.is_closed());
  EXPECT_TRUE(counted("timeout", before + 1));
}

TEST_F(links_security_test, those_who_hold_places_give_way_to_others) {
  auto before = refusals("too_many");
  std::vector<std::unique_ptr<raw_peer>> idle;
  for (int i = 0; i < 20; ++i)
    idle.push_back(std::make_unique<raw_peer>(node->address()));
  EXPECT_TRUE(takes_members());
  EXPECT_TRUE(idle.front()->is_closed());
  EXPECT_GT(refusals("too_many"), before);
}

/// A server with a certificate that it made itself.
std::unique_ptr<SSL_CTX, ssl_ctx_free> self_signed() {
  std::unique_ptr<SSL_CTX, ssl_ctx_free> out{SSL_CTX_new(TLS_server_method())};
  auto* key = EVP_EC_gen("P-256");
  auto* shown = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(shown), 1);
  X509_gmtime_adj(X509_getm_notBefore(shown), -60);
  X509_gmtime_adj(X509_getm_notAfter(shown), 3600);
  X509_set_pubkey(shown, key);
  X509_sign(shown, key, EVP_sha256());
  EXPECT_EQ(SSL_CTX_use_certificate(out.get(), shown), 1);
  EXPECT_EQ(SSL_CTX_use_PrivateKey(out.get(), key), 1);
  X509_free(shown);
  EVP_PKEY_free(key);
  return out;
}

TEST(links_impostor_test, a_server_with_a_certificate_is_not_believed) {
  using boost::asio::ip::tcp;
  boost::asio::io_context io;
  tcp::acceptor door{io, {boost::asio::ip::address_v4::loopback(), 0}};
  auto context = self_signed();
  test_node node{1};
  node.start();
  node->set_peers(
    {{2, "127.0.0.1:" + std::to_string(door.local_endpoint().port())}});
  auto caller = door.accept();
  auto tls = plain_tls(context.get(), false);
  SSL_set_fd(tls.get(), caller.native_handle());
  // The client's verdict comes after what the server takes for the end.
  if (SSL_do_handshake(tls.get()) == 1) {
    char byte = 0;
    EXPECT_LE(SSL_read(tls.get(), &byte, 1), 0);
  }
  EXPECT_EQ(node.said.ups[2], 0);
}

TEST(links_impostor_test, a_node_of_another_secret_is_not_linked) {
  auto opts = test_options();
  opts.secret = "another secret of enough bytes";
  test_node one{1};
  test_node two{2, opts};
  one.start();
  two.start();
  auto before = refusals("wrong_secret");
  one.know({&two});
  two.know({&one});
  EXPECT_TRUE(counted("wrong_secret", before));
  EXPECT_EQ(one.said.ups[2] + two.said.ups[1], 0);
}

TEST(links_options_test, a_secret_is_demanded) {
  for (const auto* secret : {"", "fifteen bytes.."}) {
    auto opts = test_options();
    opts.secret = secret;
    auto opened = links::open(opts);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, errc::bad_config);
    EXPECT_EQ(opened.error().field, "cluster.secret");
  }
}

TEST(links_options_test, a_name_and_an_address_are_demanded) {
  auto opts = test_options();
  opts.cluster_name = "";
  EXPECT_EQ(links::open(opts).error().field, "cluster.name");
  for (const auto* where : {"", "nonsense", "localhost:0", "127.0.0.1"}) {
    opts = test_options();
    opts.listen = where;
    EXPECT_EQ(links::open(opts).error().code, errc::bad_config) << where;
  }
}

TEST(links_options_test, an_address_in_use_is_said_so) {
  test_node first{1};
  auto opts = test_options();
  opts.listen = first->address();
  auto second = links::open(opts);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::io_failed);
}

} // namespace
} // namespace parley::cluster::link
