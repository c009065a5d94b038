#include "net/poller.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace parley::net {
namespace {

/// One end of a pair of sockets; the test holds the other.
class end_of_pair final : public poll_handler {
public:
  explicit end_of_pair(poller& where) : where_(where) {
    int pair[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    mine_ = unique_fd{pair[0]};
    theirs = unique_fd{pair[1]};
    where_.change(mine_.get(), *this, interest::none, interest::read);
  }

  void on_ready(bool readable, bool) override {
    char byte = 0;
    if (!readable)
      return;
    if (::read(mine_.get(), &byte, 1) == 1)
      ++heard;
    else
      leave();
  }

  void leave() {
    where_.change(mine_.get(), *this, interest::read, interest::none);
    gone = true;
  }

  void say() const {
    EXPECT_EQ(::write(theirs.get(), "x", 1), 1);
  }

  unique_fd theirs;
  int heard = 0;
  bool gone = false;

private:
  poller& where_;
  unique_fd mine_;
};

class poller_test : public testing::Test {
protected:
  void make(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      ends.push_back(std::make_unique<end_of_pair>(sockets));
  }

  std::size_t gone() const {
    std::size_t count = 0;
    for (const auto& one : ends)
      count += one->gone ? 1 : 0;
    return count;
  }

  poller sockets = *poller::make();
  std::vector<std::unique_ptr<end_of_pair>> ends;
};

TEST_F(poller_test, looks_at_as_many_as_it_may) {
  make(5);
  for (auto& one : ends)
    one->say();
  EXPECT_EQ(sockets.dispatch(2), 2u);
  EXPECT_EQ(sockets.dispatch(2), 2u);
  EXPECT_EQ(sockets.dispatch(2), 1u);
  EXPECT_EQ(sockets.dispatch(2), 0u);
  for (auto& one : ends)
    EXPECT_EQ(one->heard, 1) << "each has had its turn";
}

TEST_F(poller_test, a_crowd_that_leaves_does_not_keep_others_waiting) {
  constexpr auto crowd = std::size_t{100};
  make(crowd + 1);
  for (std::size_t i = 0; i < crowd; ++i)
    ends[i]->theirs.reset();
  ends.back()->say();
  sockets.dispatch();
  EXPECT_EQ(ends.back()->heard, 1);
  EXPECT_EQ(gone(), poller::farewells_max);
  for (std::size_t i = 0; i < crowd; ++i)
    sockets.dispatch();
  EXPECT_EQ(gone(), crowd) << "but all of it goes";
}

TEST_F(poller_test, what_was_said_before_leaving_is_heard) {
  make(1);
  ends[0]->say();
  ends[0]->theirs.reset();
  sockets.dispatch();
  EXPECT_EQ(ends[0]->heard, 1);
  sockets.dispatch();
  EXPECT_TRUE(ends[0]->gone);
}

} // namespace
} // namespace parley::net
