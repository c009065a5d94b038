#include "cluster/presence/loop_hook.hpp"

#include <hiredis/async.h>

namespace parley::cluster::presence {

namespace {

using boost::asio::posix::stream_descriptor;
using owner = std::shared_ptr<loop_hook>;

} // namespace

loop_hook::loop_hook(boost::asio::io_context& loop, redisAsyncContext& of)
  : socket_(loop, of.c.fd), context_(&of) {}

loop_hook& loop_hook::from(void* data) {
  return **static_cast<owner*>(data);
}

void loop_hook::attach(boost::asio::io_context& loop, redisAsyncContext& of) {
  auto& ev = of.ev;
  ev.data = new owner{new loop_hook{loop, of}};
  ev.addRead = [](void* data) {
    from(data).wants_read_ = true;
    from(data).want_read();
  };
  ev.delRead = [](void* data) { from(data).wants_read_ = false; };
  ev.addWrite = [](void* data) {
    from(data).wants_write_ = true;
    from(data).want_write();
  };
  ev.delWrite = [](void* data) { from(data).wants_write_ = false; };
  ev.cleanup = [](void* data) {
    from(data).cleanup();
    delete static_cast<owner*>(data);
  };
}

void loop_hook::want_read() {
  if (reading_ || !wants_read_ || context_ == nullptr)
    return;
  reading_ = true;
  socket_.async_wait(stream_descriptor::wait_read,
                     [self = shared_from_this()](const auto& failure) {
                       self->reading_ = false;
                       if (failure || self->context_ == nullptr)
                         return;
                       redisAsyncHandleRead(self->context_);
                       self->want_read();
                     });
}

void loop_hook::want_write() {
  if (writing_ || !wants_write_ || context_ == nullptr)
    return;
  writing_ = true;
  socket_.async_wait(stream_descriptor::wait_write,
                     [self = shared_from_this()](const auto& failure) {
                       self->writing_ = false;
                       if (failure || self->context_ == nullptr)
                         return;
                       redisAsyncHandleWrite(self->context_);
                       self->want_write();
                     });
}

// The socket is hiredis' to close.
void loop_hook::cleanup() {
  context_ = nullptr;
  socket_.release();
}

} // namespace parley::cluster::presence
