#include "cluster/presence/connection.hpp"

#include "cluster/presence/loop_hook.hpp"
#include "cluster/presence/presence_metrics.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <hiredis/async.h>

#include <utility>

namespace parley::cluster::presence {

namespace {

constexpr std::size_t depth_max = 4;

std::string text_of(const redisReply& from) {
  return from.str ? std::string{from.str, static_cast<std::size_t>(from.len)}
                  : std::string{};
}

reply copy_of(const redisReply& from, std::size_t depth) {
  reply out;
  switch (from.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      out.what = reply::kind::text;
      out.text = text_of(from);
      break;
    case REDIS_REPLY_ERROR:
      out.what = reply::kind::error;
      out.text = text_of(from);
      break;
    case REDIS_REPLY_INTEGER:
      out.what = reply::kind::number;
      out.number = from.integer;
      break;
    case REDIS_REPLY_ARRAY:
      out.what = reply::kind::list;
      for (std::size_t i = 0; depth > 0 && i < from.elements; ++i)
        out.items.push_back(copy_of(*from.element[i], depth - 1));
      break;
    default: break;
  }
  return out;
}

} // namespace

connection::connection(boost::asio::io_context& loop, target to, events call)
  : loop_(loop), to_(std::move(to)), call_(std::move(call)), resolver_(loop) {}

std::shared_ptr<connection> connection::open(boost::asio::io_context& loop,
                                             target to, events call) {
  std::shared_ptr<connection> out{
    new connection{loop, std::move(to), std::move(call)}};
  boost::asio::post(loop, [out] { out->resolve(); });
  return out;
}

connection::~connection() {
  close();
}

connection* connection::of(const redisAsyncContext* context) {
  return static_cast<connection*>(context->data);
}

// hiredis would look names up itself, and the whole loop would wait for it.
void connection::resolve() {
  if (down_)
    return;
  boost::system::error_code no_address;
  boost::asio::ip::make_address(to_.where.host, no_address);
  if (!to_.where.path.empty() || !no_address)
    return connect(to_.where);
  resolver_.async_resolve(
    to_.where.host, std::to_string(to_.where.port),
    [self = shared_from_this()](const auto& failure, const auto& found) {
      if (self->down_)
        return;
      if (failure || found.empty())
        return self->fail("host not found");
      auto where = found.begin()->endpoint();
      self->connect({where.address().to_string(), where.port(), {}});
    });
}

void connection::connect(const address& to) {
  context_ = to.path.empty() ? redisAsyncConnect(to.host.c_str(), to.port)
                             : redisAsyncConnectUnix(to.path.c_str());
  if (context_ == nullptr)
    return fail("no memory");
  if (context_->err != 0)
    return fail(context_->errstr);
  context_->data = this;
  loop_hook::attach(loop_, *context_);
  redisAsyncSetConnectCallback(context_, [](const auto* context, int status) {
    auto* self = of(context);
    if (self == nullptr || status == REDIS_OK)
      return;
    // hiredis frees it after this.
    self->context_ = nullptr;
    self->fail(context->errstr);
  });
  redisAsyncSetDisconnectCallback(
    context_, [](const auto* context, int status) {
      auto* self = of(context);
      if (self == nullptr)
        return;
      self->context_ = nullptr;
      self->fail(status == REDIS_OK ? "closed" : context->errstr);
    });
  greet();
}

void connection::greet() {
  auto expect_ok = [this](const char* what) {
    return [this, what](const reply* answer) {
      if (answer && answer->is_error())
        fail(std::string{what} + ": " + answer->text);
    };
  };
  if (!to_.login.password.empty()) {
    std::vector<std::string> words{"AUTH"};
    if (!to_.login.user.empty())
      words.push_back(to_.login.user);
    words.push_back(to_.login.password);
    send(words, expect_ok("AUTH"));
  }
  if (to_.database != 0)
    send({"SELECT", std::to_string(to_.database)}, expect_ok("SELECT"));
  send({"INFO", "server"}, [this](const reply* answer) {
    if (!answer)
      return;
    if (answer->is_error())
      return fail("INFO: " + answer->text);
    greeting_.run_id = info_field(answer->text, "run_id").value_or("");
  });
  send({"CLIENT", "ID"}, [this](const reply* answer) {
    greeting_.client = answer ? answer->number : 0;
  });
  send({"ROLE"}, [this](const reply* answer) { on_role(answer); });
}

void connection::on_role(const reply* answer) {
  if (!answer || down_)
    return;
  if (answer->is_error())
    return fail("ROLE: " + answer->text);
  greeting_.is_master
    = !answer->items.empty() && answer->items.front().text == "master";
  up_ = true;
  // It may close this.
  auto call = call_.on_up;
  call(greeting_);
}

void connection::send(const std::vector<std::string>& words, on_reply then) {
  if (down_ || context_ == nullptr)
    return then(nullptr);
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const auto& word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  owed_.push_back({std::move(then), steady_clock::now()});
  auto on_answer = [](redisAsyncContext* context, void* answer, void*) {
    auto* self = of(context);
    if (self == nullptr || answer == nullptr)
      return;
    auto copied = copy_of(*static_cast<redisReply*>(answer), depth_max);
    self->answered(&copied);
  };
  auto sent = redisAsyncCommandArgv(context_, on_answer, nullptr,
                                    static_cast<int>(texts.size()),
                                    texts.data(), sizes.data());
  if (sent != REDIS_OK)
    fail("cannot send");
}

void connection::answered(const reply* answer) {
  if (owed_.empty())
    return;
  // The callback may give the last hold on this up.
  auto self = shared_from_this();
  auto paid = std::move(owed_.front());
  owed_.pop_front();
  auto& all = presence_metrics::instance();
  all.commands.Increment();
  if (answer->is_error())
    all.errors.Increment();
  std::chrono::duration<double> took = steady_clock::now() - paid.since;
  all.latency.Observe(took.count());
  paid.then(answer);
}

void connection::tick(steady_clock::time_point now) {
  if (down_)
    return;
  if (!owed_.empty() ? now - owed_.front().since > to_.silence
                     : !up_ && now - began_ > to_.silence)
    fail("no answer in time");
}

void connection::fail(const std::string& why) {
  if (down_)
    return;
  auto self = shared_from_this();
  down_ = true;
  up_ = false;
  presence_metrics::instance().errors.Increment();
  resolver_.cancel();
  drop_context();
  settle_debts();
  auto call = std::exchange(call_, {});
  if (call.on_down)
    call.on_down(why);
}

void connection::close() {
  down_ = true;
  up_ = false;
  call_ = {};
  resolver_.cancel();
  drop_context();
  settle_debts();
}

// Freed by hiredis at once or, within one of its callbacks, after it.
void connection::drop_context() {
  auto* context = std::exchange(context_, nullptr);
  if (context == nullptr)
    return;
  context->data = nullptr;
  redisAsyncFree(context);
}

void connection::settle_debts() {
  auto owed = std::exchange(owed_, {});
  for (auto& each : owed)
    each.then(nullptr);
}

} // namespace parley::cluster::presence
