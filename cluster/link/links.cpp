#include "cluster/link/links.hpp"

#include "base/check.hpp"
#include "base/thread_name.hpp"
#include "cluster/link/switchboard.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <utility>

namespace parley::cluster::link {

class links::impl {
public:
  impl(const link_options& opts, std::unique_ptr<psk_context> keys)
    : opts_(opts), board_(io_, opts, std::move(keys)) {}

  result<void> listen() {
    auto at = board_.listen();
    if (!at)
      return std::move(at).error();
    address_ = std::move(*at);
    thread_ = std::thread{[this] {
      name_thread("parley:links");
      io_->run();
    }};
    return {};
  }

  const std::string& address() const {
    return address_;
  }

  void start(const identity& self, link_listener& to) {
    self_ = self.node;
    post([this, self, &to] { board_.start(self, to); });
  }

  void set_peers(const std::vector<peer_address>& peers) {
    PARLEY_CHECK(self_ != 0);
    std::unique_lock held{guard_};
    std::map<node_id, switchboard::placed> next;
    for (const auto& at : peers) {
      if (at.node == self_ || at.node == 0)
        continue;
      auto found = table_.find(at.node);
      auto record = found != table_.end()
                      ? found->second.record
                      : std::make_shared<link_record>(at.node, opts_);
      next[at.node] = {at.address, std::move(record)};
    }
    table_ = next;
    // Under the lock, so that the last call is the last one done.
    post([this, next = std::move(next)] { board_.set_peers(next); });
  }

  void set_removed(const std::vector<node_id>& nodes) {
    post([this, nodes] { board_.set_removed({nodes.begin(), nodes.end()}); });
  }

  void set_living(std::uint32_t nodes) {
    post([this, nodes] { board_.set_living(nodes); });
  }

  bool send(node_id to, urgency how, channel_id channel,
            std::span<const std::string_view> pieces) {
    std::shared_lock held{guard_};
    auto found = table_.find(to);
    if (found == table_.end())
      return false;
    auto outcome = found->second.record->queue.put(how, channel, pieces);
    if (outcome == outbox::outcome::wake)
      post([this, to] { board_.flush(to); });
    return outcome != outbox::outcome::refused;
  }

  void request(const std::string& address, std::string bytes,
               milliseconds deadline, reply_to then) {
    std::unique_lock held{guard_};
    if (stopped_) {
      held.unlock();
      return then(error{errc::unavailable, "the links are stopped"});
    }
    post([this, address, bytes = std::move(bytes), deadline,
          then = std::move(then)]() mutable {
      board_.request(address, std::move(bytes), deadline, std::move(then));
    });
  }

  std::vector<link_info> list() const {
    std::shared_lock held{guard_};
    std::vector<link_info> out;
    for (const auto& [node, at] : table_)
      out.push_back(at.record->info(at.address));
    return out;
  }

  void stop() {
    {
      std::unique_lock held{guard_};
      if (std::exchange(stopped_, true))
        return;
    }
    post([this] {
      board_.stop();
      io_->stop();
    });
    thread_.join();
    std::unique_lock held{guard_};
    for (auto& [node, at] : table_)
      at.record->queue.close();
  }

private:
  template <class F>
  void post(F&& what) {
    boost::asio::post(*io_, std::forward<F>(what));
  }

  const link_options opts_;
  std::shared_ptr<boost::asio::io_context> io_
    = std::make_shared<boost::asio::io_context>(1);
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
    work_{io_->get_executor()};
  std::string address_;
  std::atomic<node_id> self_ = 0;
  mutable std::shared_mutex guard_;
  std::map<node_id, switchboard::placed> table_;
  bool stopped_ = false;
  switchboard board_;
  std::thread thread_;
};

links::links(std::unique_ptr<impl> inside) : impl_(std::move(inside)) {}

links::~links() {
  stop();
}

result<std::unique_ptr<links>> links::open(const link_options& opts) {
  auto keys = psk_context::make(opts.cluster_name, opts.secret);
  if (!keys)
    return std::move(keys).error();
  auto inside = std::make_unique<impl>(opts, std::move(*keys));
  auto listening = inside->listen();
  if (!listening)
    return std::move(listening).error();
  return std::unique_ptr<links>{new links{std::move(inside)}};
}

std::string links::address() const {
  return impl_->address();
}

void links::start(const identity& self, link_listener& to) {
  impl_->start(self, to);
}

void links::set_peers(const std::vector<peer_address>& peers) {
  impl_->set_peers(peers);
}

void links::set_removed(const std::vector<node_id>& nodes) {
  impl_->set_removed(nodes);
}

void links::set_living(std::uint32_t nodes) {
  impl_->set_living(nodes);
}

bool links::send(node_id to, urgency how, channel_id channel,
                 std::span<const std::string_view> pieces) {
  return impl_->send(to, how, channel, pieces);
}

void links::request(const std::string& address, std::string bytes,
                    milliseconds deadline, reply_to then) {
  impl_->request(address, std::move(bytes), deadline, std::move(then));
}

std::vector<link_info> links::list() const {
  return impl_->list();
}

void links::stop() {
  impl_->stop();
}

} // namespace parley::cluster::link
