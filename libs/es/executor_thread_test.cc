#include "libs/es/executor_thread.h"

#include <atomic>
#include <mutex>
#include <vector>

#include "gtest/gtest.h"
#include "libs/es/task_burst.h"

namespace regard::es {
namespace {

TEST(ExecutorThread, TasksNeverOverlapWhoeverRunsThem) {
  constexpr int kThreads = 4, kEach = 5000;
  int unguarded = 0;
  std::vector<int> last(kThreads, -1);
  bool ordered = true;
  {
    ExecutorThread executor("test");
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const auto task = [&, t, i] {
            ++unguarded;
            ordered &= last[t] == i - 1;
            last[t] = i;
          };
          if (i % 2 == 0) {
            executor.RunOrPost(task);
          } else {
            executor.Post(task);
          }
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(unguarded, kThreads * kEach);
  EXPECT_TRUE(ordered);
}

TEST(ExecutorThread, WhenNothingElseRunsATaskRunsOnTheCaller) {
  ExecutorThread executor("test");
  std::thread::id ran_on;
  executor.RunOrPost([&] { ran_on = std::this_thread::get_id(); });
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(ExecutorThread, WhatATaskBringsComesAfterItAndIsNotForgotten) {
  std::vector<int> order;
  {
    ExecutorThread executor("test");
    executor.RunOrPost([&] {
      executor.RunOrPost([&] {
        order.push_back(2);
        executor.Post([&] { order.push_back(3); });
      });
      order.push_back(1);
    });
  }
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(ExecutorThread, ABurstRunsTogetherWhenItEnds) {
  ExecutorThread executor("test");
  ExecutorThread other("other");
  std::vector<int> order;
  {
    TaskBurst burst;
    executor.RunOrPost([&] {
      order.push_back(1);
      executor.Post([&] { order.push_back(4); });
    });
    other.RunOrPost([&] { order.push_back(3); });
    executor.RunOrPost([&] { order.push_back(2); });
    order.push_back(0);
  }
  // Nothing else ran here, so all of it is done. What a task brought comes after the burst.
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 4, 3}));
  executor.RunOrPost([&] { order.push_back(5); });
  EXPECT_EQ(order.back(), 5);
}

TEST(ExecutorThread, DestroyingItRunsWhatWasPosted) {
  std::atomic<int> ran{0};
  {
    ExecutorThread executor("test");
    for (int i = 0; i < 100; ++i) executor.Post([&] { ran.fetch_add(1); });
  }
  EXPECT_EQ(ran.load(), 100);
}

}  // namespace
}  // namespace regard::es
