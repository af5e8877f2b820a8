// What happened, counted as it happens.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace regard::demo {

// Thread-safe.
struct Tally {
  std::atomic<int64_t> requested{0};
  std::atomic<int64_t> accepted{0};
  std::atomic<int64_t> declined_by_provider{0};
  std::atomic<int64_t> declined_by_budget{0};
  std::atomic<int64_t> unanswered{0};
  std::atomic<int64_t> cancelled{0};
  std::atomic<int64_t> cancelled_late{0};
  std::atomic<int64_t> person_away{0};
  std::atomic<int64_t> nobody_came{0};
  std::atomic<int64_t> recorded{0};
  std::atomic<int64_t> confirmed_by_person{0};
  // As of the last Sunday.
  std::atomic<int64_t> left_to_time{0};
  std::atomic<int64_t> disputed{0};
  std::atomic<int64_t> lapsed{0};
  std::atomic<int64_t> decisions{0};
  std::atomic<int64_t> unmet_said{0};

  // Refusals by reason, the budgets' too.
  void CountRefusal(const std::string& reason) {
    std::lock_guard<std::mutex> lock(mutex_);
    ++refusals_[reason];
  }
  std::map<std::string, int64_t> refusals() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return refusals_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, int64_t> refusals_;
};

}  // namespace regard::demo
