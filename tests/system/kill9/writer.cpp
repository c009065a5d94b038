#include "base/log.hpp"
#include "tests/support/lone_node.hpp"
#include "tests/system/kill9/log_rows.hpp"

#include <array>
#include <cstdlib>
#include <thread>
#include <unistd.h>

/// `kill9_writer DIR`: appends numbered messages to a few conversations, as
/// fast as the log takes them, and writes `CONVERSATION SEQ` to standard output
/// for each that is committed. Ends by being killed, or when nobody
/// reads what it writes.
namespace parley::test {
namespace {

void acknowledge(const ack& what) {
  static_assert(sizeof(what) < 4'096, "one write to a pipe is not torn");
  if (::write(STDOUT_FILENO, &what, sizeof(what)) != sizeof(what))
    ::_exit(0);
}

void append_message(cluster::log_engine& log, std::uint32_t conversation,
                    seq at) {
  auto keys = keys_of(conversation);
  storage::write_set writes;
  writes.put(keys.message(at), record_of(conversation, at));
  writes.put(keys.head(), head_of(at));
  auto shard = shard_of(conversation);
  log.append(shard, log.term(shard), std::move(writes),
             [what = ack{conversation, at}](const result<void>& outcome) {
               if (!outcome)
                 ::_exit(2);
               acknowledge(what);
             });
}

void append_for_ever(cluster::log_engine& log,
                     std::array<seq, conversations> last) {
  for (std::uint32_t i = 0;; i = (i + 1) % conversations) {
    while (!log.admit(shard_of(i)))
      std::this_thread::yield();
    append_message(log, i, ++last[i]);
  }
}

int run(const char* dir) {
  auto db = storage::store::open(writer_options(dir));
  if (!db)
    return 3;
  std::array<seq, conversations> last{};
  for (std::uint32_t i = 0; i < conversations; ++i)
    last[i] = last_message(**db, i);
  cluster::log_options opts;
  opts.queue_length_max = 64;
  lone_log log{**db, shards, opts};
  append_for_ever(*log, last);
  return 0;
}

} // namespace
} // namespace parley::test

int main(int argc, char** argv) {
  if (argc != 2)
    return EXIT_FAILURE;
  return parley::test::run(argv[1]);
}
