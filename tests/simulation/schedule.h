// Simulated time: events in the order of their time, then of their making. Nothing else runs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"

namespace regard::simulation {

class Schedule {
 public:
  using Event = absl::AnyInvocable<void() &&>;

  // Since the run began.
  absl::Duration now() const { return absl::Nanoseconds(now_); }

  void After(absl::Duration delay, Event event) {
    heap_.push_back({now_ + absl::ToInt64Nanoseconds(delay), made_++, std::move(event)});
    std::push_heap(heap_.begin(), heap_.end(), Later);
  }
  // Time passes in which nothing runs, as in a suspended machine: what fell due meanwhile is late.
  void Leap(absl::Duration by) { now_ += absl::ToInt64Nanoseconds(by); }

  // False when there is nothing left.
  bool RunNext() {
    if (heap_.empty()) return false;
    std::pop_heap(heap_.begin(), heap_.end(), Later);
    Item next = std::move(heap_.back());
    heap_.pop_back();
    now_ = std::max(now_, next.at);
    ++run_;
    std::move(next.event)();
    return true;
  }
  // Drops what was not run.
  void Clear() { heap_.clear(); }
  uint64_t events_run() const { return run_; }

 private:
  struct Item {
    int64_t at;
    uint64_t made;
    Event event;
  };
  static bool Later(const Item& a, const Item& b) { return a.at != b.at ? a.at > b.at : a.made > b.made; }

  int64_t now_ = 0;
  uint64_t made_ = 0;
  uint64_t run_ = 0;
  std::vector<Item> heap_;
};

}  // namespace regard::simulation
