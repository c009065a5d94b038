#pragma once

#include <pthread.h>

namespace parley {

/// What `top -H` calls this thread, at most 15 characters.
inline void name_thread(const char* name) {
  pthread_setname_np(pthread_self(), name);
}

} // namespace parley
