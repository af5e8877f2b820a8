// A log that is another one: for whoever changes one thing about it.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/es/event_log.h"

namespace regard::es {

class ForwardingLog : public EventLog {
 public:
  // `log` outlives it.
  explicit ForwardingLog(EventLog& log) : log_(log) {}

  const std::string& topic() const override { return log_.topic(); }
  const log::v1::LogIdentity& identity() const override { return log_.identity(); }
  void Append(int partition, std::shared_ptr<const log::v1::Record> record, AppendDone done) override {
    log_.Append(partition, std::move(record), std::move(done));
  }
  absl::StatusOr<std::vector<LoggedRecord>> Read(int partition, Offset from, size_t max_bytes) override {
    return log_.Read(partition, from, max_bytes);
  }
  absl::StatusOr<Offset> End(int partition) override { return log_.End(partition); }
  void AskEnd(int partition, EndDone done) override { log_.AskEnd(partition, std::move(done)); }
  absl::StatusOr<bool> Reaches(int partition, Offset offset) override { return log_.Reaches(partition, offset); }
  void WillRead(int partition, Offset from) override { log_.WillRead(partition, from); }
  std::unique_ptr<LogWatch> Watch(absl::AnyInvocable<void(int partition)> grown) override {
    return log_.Watch(std::move(grown));
  }

 protected:
  EventLog& log_;
};

}  // namespace regard::es
