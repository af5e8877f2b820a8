#include "libs/kafka/end_asker.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace regard::kafka {
namespace {

// For all at once. Then for each apart, so that a partition without a leader fails alone.
constexpr absl::Duration kTogether = absl::Milliseconds(500);
constexpr absl::Duration kApart = absl::Milliseconds(150);

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

void EndAsker::Loop() {
  while (true) {
    std::vector<Question> questions;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      asked_.wait(lock, [this] { return stopping_ || !questions_.empty(); });
      if (stopping_) return;
      questions.swap(questions_);
    }
    Answer(std::move(questions));
  }
}

void EndAsker::Answer(std::vector<Question> questions) {
  std::vector<TopicPartition> all;
  for (const Question& question : questions) all.push_back(question.of);
  const absl::StatusOr<std::vector<int64_t>> ends = EndsOf(handle_, all, std::min(kTogether, patience_));
  for (size_t i = 0; i < questions.size(); ++i) {
    Question& question = questions[i];
    if (ends.ok()) {
      std::move(question.done)((*ends)[i]);
    } else if (questions.size() == 1) {
      std::move(question.done)(ends.status());
    } else {
      std::move(question.done)(EndOf(handle_, question.of.topic, question.of.partition, std::min(kApart, patience_)));
    }
  }
}

}  // namespace regard::kafka
