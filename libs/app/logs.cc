#include "libs/app/logs.h"

#include <utility>

#include "libs/kafka/log_store.h"

namespace regard::app {
namespace {

class Embedded : public Logs {
 public:
  explicit Embedded(std::unique_ptr<rocks::LogStore> store) : store_(std::move(store)) {}
  es::EventLog* topic(absl::string_view name) override { return store_->topic(name); }
  absl::Status Backup(const std::string& to) override { return store_->Backup(to); }

 private:
  const std::unique_ptr<rocks::LogStore> store_;
};

class OnKafka : public Logs {
 public:
  explicit OnKafka(std::unique_ptr<kafka::LogStore> store) : store_(std::move(store)) {}
  es::EventLog* topic(absl::string_view name) override { return store_->topic(name); }
  absl::Status Backup(const std::string&) override { return absl::OkStatus(); }

 private:
  const std::unique_ptr<kafka::LogStore> store_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Logs>> OpenEmbedded(const std::string& path, const std::vector<std::string>& topics,
                                                   rocks::LogStoreOptions options) {
  auto store = rocks::LogStore::Open(path, topics, std::move(options));
  if (!store.ok()) return store.status();
  return std::make_unique<Embedded>(*std::move(store));
}

absl::StatusOr<std::unique_ptr<Logs>> OpenOnKafka(const kafka::Address& address,
                                                  const std::vector<std::string>& topics) {
  kafka::LogStoreOptions options;
  options.deployment = address.deployment;
  options.partition_count = address.partition_count;
  options.rules = address.rules;
  auto store = kafka::LogStore::Open(address.cluster, topics, options);
  if (!store.ok()) return store.status();
  return std::make_unique<OnKafka>(*std::move(store));
}

}  // namespace regard::app
