#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <memory>

struct redisAsyncContext;

namespace parley::cluster::presence {

/// Tells hiredis when its socket can be read and written: what its adapters
/// for other event loops do, for Asio's. Belongs to the hiredis context, which
/// gives it up when it is freed. On the loop's thread only.
class loop_hook : public std::enable_shared_from_this<loop_hook> {
public:
  static void attach(boost::asio::io_context& loop, redisAsyncContext& of);

private:
  loop_hook(boost::asio::io_context& loop, redisAsyncContext& of);

  static loop_hook& from(void* data);

  void want_read();
  void want_write();
  void cleanup();

  boost::asio::posix::stream_descriptor socket_;
  /// Null once hiredis has freed it.
  redisAsyncContext* context_;
  bool wants_read_ = false;
  bool wants_write_ = false;
  bool reading_ = false;
  bool writing_ = false;
};

} // namespace parley::cluster::presence
