#include "libs/es/log_watchers.h"

#include <utility>

namespace regard::es {

class LogWatchers::Handle : public LogWatch {
 public:
  Handle(LogWatchers& watchers, int id) : watchers_(watchers), id_(id) {}
  ~Handle() override {
    std::lock_guard<std::mutex> lock(watchers_.mutex_);
    watchers_.grown_.erase(id_);
  }

 private:
  LogWatchers& watchers_;
  const int id_;
};

std::unique_ptr<LogWatch> LogWatchers::Add(absl::AnyInvocable<void(int partition)> grown) {
  std::lock_guard<std::mutex> lock(mutex_);
  grown_[next_] = std::move(grown);
  return std::make_unique<Handle>(*this, next_++);
}

void LogWatchers::Tell(int partition) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (auto& [id, grown] : grown_) grown(partition);
}

}  // namespace regard::es
