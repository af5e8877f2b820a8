#include "libs/kafka/end_asker.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace regard::kafka {
namespace {

// For all that are asked together. If one of them has no leader, each is asked apart, so that it fails alone.
constexpr absl::Duration kPatience = absl::Milliseconds(500);

}  // namespace

EndAsker::EndAsker(const Handle& handle, absl::Duration patience)
    : handle_(handle), patience_(patience), thread_([this] { Loop(); }) {
  pthread_setname_np(thread_.native_handle(), "kafka-ends");
}

EndAsker::~EndAsker() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  asked_.notify_one();
  thread_.join();
}

void EndAsker::Ask(TopicPartition of, es::EventLog::EndDone done) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    questions_.push_back({std::move(of), std::move(done)});
  }
  asked_.notify_one();
}

std::vector<EndAsker::Question> EndAsker::Next() {
  std::vector<Question> next;
  std::unique_lock<std::mutex> lock(mutex_);
  asked_.wait(lock, [this] { return stopping_ || !questions_.empty() || !apart_.empty(); });
  if (stopping_) return next;
  next.swap(questions_);
  if (!next.empty()) return next;
  next.push_back(std::move(apart_.front()));
  apart_.pop_front();
  return next;
}

void EndAsker::Loop() {
  while (true) {
    std::vector<Question> questions = Next();
    if (questions.empty()) return;
    std::vector<TopicPartition> all;
    for (const Question& question : questions) all.push_back(question.of);
    const absl::StatusOr<std::vector<int64_t>> ends = EndsOf(handle_, all, std::min(kPatience, patience_));
    for (size_t i = 0; i < questions.size(); ++i) {
      if (ends.ok()) {
        std::move(questions[i].done)((*ends)[i]);
      } else if (questions.size() == 1) {
        std::move(questions[i].done)(ends.status());
      } else {
        std::lock_guard<std::mutex> lock(mutex_);
        apart_.push_back(std::move(questions[i]));
      }
    }
  }
}

}  // namespace regard::kafka
