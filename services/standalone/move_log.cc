#include "services/standalone/move_log.h"

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/app/logs.h"
#include "libs/kafka/key_store.h"
#include "libs/kafka/topics.h"
#include "libs/privacy/key_file.h"
#include "libs/rocks/key_store.h"
#include "services/deployment/domains.h"

namespace regard::standalone {
namespace {

constexpr char kEmbedded[] = "log";
constexpr char kMoved[] = "log-moved";
constexpr char kArriving[] = "log-arriving";

std::vector<std::string> Topics() {
  std::vector<std::string> topics;
  for (const es::Domain* domain : deployment::StoredDomains()) topics.push_back(std::string(domain->topic()));
  return topics;
}

bool Has(const app::DataFolder& folder, const char* name) { return std::filesystem::exists(folder.File(name)); }

absl::Status Rename(const app::DataFolder& folder, const char* from, const char* to) {
  std::error_code error;
  std::filesystem::rename(folder.File(from), folder.File(to), error);
  return error ? absl::UnavailableError(absl::StrCat("rename ", folder.File(from), ": ", error.message()))
               : absl::OkStatus();
}

// Made from a log with other offsets than the one that the folder has now.
absl::Status DropWhatWasMade(const app::DataFolder& folder) {
  for (const char* name : {"state", "views"}) {
    std::error_code error;
    std::filesystem::remove_all(folder.File(name), error);
    if (error) return absl::UnavailableError(absl::StrCat("remove ", folder.File(name), ": ", error.message()));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<kafka::KeyStore>> SharedKeys(const app::DataFolder& folder,
                                                            const kafka::Address& address) {
  const absl::StatusOr<privacy::Key> master = privacy::LoadOrCreateKey(folder.File("master.key"));
  if (!master.ok()) return master.status();
  kafka::KeyStoreOptions options;
  options.deployment = address.deployment;
  return kafka::KeyStore::Open(address.cluster, *master, options);
}

absl::StatusOr<app::CopyReport> CopyAll(app::Logs& from, app::Logs& to) {
  app::CopyReport all;
  for (const std::string& topic : Topics()) {
    const absl::StatusOr<app::CopyReport> copied = app::CopyLog(*from.topic(topic), *to.topic(topic));
    if (!copied.ok()) return copied.status();
    all.appends += copied->appends;
    all.found += copied->found;
  }
  return all;
}

}  // namespace

absl::StatusOr<app::CopyReport> MoveToKafka(const app::DataFolder& folder, const kafka::Address& address) {
  if (!Has(folder, kEmbedded)) {
    if (!Has(folder, kMoved)) return absl::NotFoundError(absl::StrCat(folder.path(), " has no log"));
    return app::CopyReport();
  }
  const auto made = kafka::CreateTopics(address.cluster, address.deployment, Topics(), address.partition_count,
                                        address.rules);
  if (!made.ok()) return made.status();
  {
    // Keys first: what they seal must never be where they are not.
    const auto here = rocks::KeyStore::Open(folder.File("keys"));
    if (!here.ok()) return here.status();
    const auto there = SharedKeys(folder, address);
    if (!there.ok()) return there.status();
    const absl::Status copied = (*here)->Visit([&](absl::string_view subject, absl::string_view tenant,
                                                   const privacy::Key& key) {
      return (*there)->Put(subject, tenant, key);
    });
    if (!copied.ok()) return copied;
  }
  absl::StatusOr<app::CopyReport> report;
  {
    rocks::LogStoreOptions options;
    options.partition_count = address.partition_count;
    const auto from = app::OpenEmbedded(folder.File(kEmbedded), Topics(), options);
    if (!from.ok()) return from.status();
    const auto to = app::OpenOnKafka(address, Topics());
    if (!to.ok()) return to.status();
    report = CopyAll(**from, **to);
  }
  if (!report.ok()) return report;
  absl::Status status = DropWhatWasMade(folder);
  if (status.ok()) status = Rename(folder, kEmbedded, kMoved);
  if (!status.ok()) return status;
  return report;
}

absl::StatusOr<app::CopyReport> MoveFromKafka(const app::DataFolder& folder, const kafka::Address& address) {
  if (Has(folder, kEmbedded)) return absl::FailedPreconditionError(absl::StrCat(folder.path(), " has a log already"));
  {
    const auto there = SharedKeys(folder, address);
    if (!there.ok()) return there.status();
    const auto here = rocks::KeyStore::Open(folder.File("keys"));
    if (!here.ok()) return here.status();
    const absl::Status copied = (*there)->Visit([&](absl::string_view subject, absl::string_view tenant,
                                                    const privacy::Key& key) {
      return (*here)->Put(subject, tenant, key);
    });
    if (!copied.ok()) return copied;
  }
  absl::StatusOr<app::CopyReport> report;
  {
    const auto from = app::OpenOnKafka(address, Topics());
    if (!from.ok()) return from.status();
    rocks::LogStoreOptions options;
    options.partition_count = address.partition_count;
    const auto to = app::OpenEmbedded(folder.File(kArriving), Topics(), options);
    if (!to.ok()) return to.status();
    report = CopyAll(**from, **to);
  }
  if (!report.ok()) return report;
  absl::Status status = DropWhatWasMade(folder);
  if (status.ok()) status = Rename(folder, kArriving, kEmbedded);
  if (!status.ok()) return status;
  return report;
}

}  // namespace regard::standalone
