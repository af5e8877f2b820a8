// Does many independent things with several threads; most of the time each waits for the server.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace regard::cli {

// Calls `body` with 0 to count - 1, each once, at most `at_once` at a time, lower ones first. Returns when all are done.
template <class Body>
void InParallel(size_t count, size_t at_once, Body body) {
  std::atomic<size_t> next{0};
  std::vector<std::thread> threads;
  for (size_t i = 0; i < std::min(count, at_once); ++i) {
    threads.emplace_back([&] {
      for (size_t mine; (mine = next.fetch_add(1)) < count;) body(mine);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace regard::cli
