// All topics of one deployment, wherever they are kept.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/es/event_log.h"
#include "libs/kafka/address.h"
#include "libs/rocks/log_store.h"

namespace regard::app {

class Logs {
 public:
  virtual ~Logs() = default;

  // Nullptr for a topic that was not named when it was opened.
  virtual es::EventLog* topic(absl::string_view name) = 0;
  // A copy in a folder that must not exist. Where brokers keep the log there is nothing to copy, and no folder.
  virtual absl::Status Backup(const std::string& to) = 0;
};

absl::StatusOr<std::unique_ptr<Logs>> OpenEmbedded(const std::string& path, const std::vector<std::string>& topics,
                                                   rocks::LogStoreOptions options);

// Topics must have been made (kafka::CreateTopics).
absl::StatusOr<std::unique_ptr<Logs>> OpenOnKafka(const kafka::Address& address,
                                                  const std::vector<std::string>& topics);

}  // namespace regard::app
