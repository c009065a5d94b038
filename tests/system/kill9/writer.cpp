#include "base/log.hpp"
#include "storage/committer.hpp"
#include "tests/system/kill9/log_rows.hpp"

#include <array>
#include <cstdlib>
#include <thread>
#include <unistd.h>

/// `kill9_writer DIR`: appends numbered messages to a few conversations, as
/// fast as the committer takes them, and writes `CONVERSATION SEQ` to standard
/// output for each that is committed. Ends by being killed, or when nobody
/// reads what it writes.
namespace parley::test {
namespace {

struct message_work final : storage::submission {
  std::uint32_t conversation = 0;
  seq at = 0;
};

class acknowledger final : public storage::commit_listener {
public:
  void completed(std::vector<std::unique_ptr<storage::submission>> batch,
                 const result<void>& outcome) override {
    if (!outcome)
      ::_exit(2);
    std::vector<ack> acks;
    acks.reserve(batch.size());
    for (const auto& x : batch) {
      const auto& done = static_cast<const message_work&>(*x);
      acks.push_back({done.conversation, done.at});
    }
    write_all(acks);
  }

private:
  static void write_all(const std::vector<ack>& acks) {
    auto from = reinterpret_cast<const char*>(acks.data());
    auto size = acks.size() * sizeof(ack);
    while (size > 0) {
      auto written = ::write(STDOUT_FILENO, from, size);
      if (written <= 0)
        ::_exit(0);
      from += written;
      size -= static_cast<std::size_t>(written);
    }
  }
};

std::unique_ptr<message_work> next_message(std::uint32_t conversation, seq at,
                                           std::uint64_t term) {
  auto work = std::make_unique<message_work>();
  work->shard = shard_of(conversation);
  work->term = term;
  work->conversation = conversation;
  work->at = at;
  auto keys = keys_of(conversation);
  work->writes.put(keys.message(at), record_of(conversation, at));
  work->writes.put(keys.head(), head_of(at));
  return work;
}

void append_for_ever(storage::committer& commits,
                     std::array<seq, conversations> last) {
  for (std::uint32_t i = 0;; i = (i + 1) % conversations) {
    while (!commits.admit())
      std::this_thread::yield();
    commits.submit(next_message(i, ++last[i], commits.term(shard_of(i))));
  }
}

int run(const char* dir) {
  auto opts = writer_options(dir);
  auto db = storage::store::open(opts);
  if (!db)
    return 3;
  std::array<seq, conversations> last{};
  for (std::uint32_t i = 0; i < conversations; ++i)
    last[i] = last_message(**db, i);
  acknowledger acks;
  storage::committer commits{**db, acks, opts};
  append_for_ever(commits, last);
  return 0;
}

} // namespace
} // namespace parley::test

int main(int argc, char** argv) {
  if (argc != 2)
    return EXIT_FAILURE;
  return parley::test::run(argv[1]);
}
