#include "services/deployment/verify_folder.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/es/fact_types.h"
#include "libs/es/quarantine_domain.h"
#include "libs/rocks/log_store.h"
#include "libs/rocks/store_set.h"
#include "services/budgets/domain/budgets_domain.h"
#include "services/budgets/reactors/on_bookings.h"
#include "services/deployment/domains.h"

namespace regard::deployment {
namespace {

// Rebuilt views go to a store of their own, since they may be larger than memory.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "regard-verify-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~Scratch() {
    stores_.reset();
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  absl::Status Open(const std::vector<std::string>& names) {
    auto stores = rocks::StoreSet::Open(path_ + "/rebuilt", names, {});
    if (!stores.ok()) return stores.status();
    stores_ = *std::move(stores);
    return absl::OkStatus();
  }
  es::Store& store(const std::string& name) { return *stores_->store(name); }

 private:
  std::string path_;
  std::unique_ptr<rocks::StoreSet> stores_;
};

// What nobody set aside, no view may have left out.
void CheckPassedOver(const es::View& view, const es::Store& rows, const es::Quarantine& quarantine,
                     es::Verification& verification) {
  const absl::StatusOr<es::FactPlaces> places = es::ReadPassedOver(rows);
  if (!places.ok()) return verification.Problem(absl::StrCat("view ", view.name(), ": ", places.status().message()));
  for (const es::FactPlace& place : *places) {
    if (!quarantine.EverHeld(view.name(), place)) {
      verification.Problem(absl::StrCat("view ", view.name(), ": passed over ", es::ToText(place),
                                        ", which nobody set aside"));
    }
  }
}

}  // namespace

absl::StatusOr<FolderReport> VerifyFolder(const std::string& data_path, const Modules& modules) {
  std::vector<std::string> topics;
  for (const es::Domain* domain : StoredDomains()) topics.push_back(std::string(domain->topic()));
  auto log = rocks::LogStore::OpenReadOnly(data_path + "/log", topics);
  if (absl::IsDataLoss(log.status())) {
    FolderReport report;
    report.verification.Problem(std::string(log.status().message()));
    return report;
  }
  if (!log.ok()) return log.status();
  return VerifyFolder(data_path, modules, [&log](absl::string_view topic) { return (*log)->topic(topic); });
}

absl::StatusOr<FolderReport> VerifyFolder(const std::string& data_path, const Modules& modules, const LogOf& log_of) {
  FolderReport report;
  es::Verification& verification = report.verification;
  std::vector<const es::Domain*> domains;
  for (const hosting::Module* module : modules) {
    if (module->domain() != nullptr) domains.push_back(module->domain());
  }
  const std::vector<std::unique_ptr<es::View>> views = hosting::MakeViewsOf(modules);
  domains.push_back(&es::QuarantineDomain());
  std::vector<std::string> topics;
  for (const es::Domain* domain : domains) topics.push_back(std::string(domain->topic()));
  es::FactTypes types;
  for (const es::Domain* domain : StoredDomains()) {
    for (const es::Aggregate& aggregate : domain->aggregates()) types.Add(aggregate.kind, aggregate.fact);
  }
  auto quarantine = es::Quarantine::Read(*log_of(es::kQuarantineTopic));
  if (!quarantine.ok()) return quarantine.status();
  report.quarantine = *std::move(quarantine);
  rocks::StoreSetOptions reading;
  reading.read_only = true;
  std::unique_ptr<rocks::StoreSet> states;
  if (std::filesystem::exists(data_path + "/state")) {
    auto opened = rocks::StoreSet::Open(data_path + "/state", topics, reading);
    if (!opened.ok()) return opened.status();
    states = *std::move(opened);
  }
  for (const es::Domain* domain : domains) {
    const es::Verification before = verification;
    es::VerifyTopic(*log_of(domain->topic()), *domain,
                    states == nullptr ? nullptr : states->store(domain->topic()), verification);
    report.topics.push_back({std::string(domain->topic()), verification.appends - before.appends,
                             verification.facts - before.facts, verification.streams - before.streams});
  }
  std::vector<std::string> names;
  for (const auto& view : views) names.push_back(absl::StrCat(view->name(), "@", view->version()));
  if (std::filesystem::exists(data_path + "/views")) {
    auto live = rocks::StoreSet::Open(data_path + "/views", names, reading);
    if (!live.ok()) return live.status();
    Scratch scratch;
    const absl::Status opened = scratch.Open(names);
    if (!opened.ok()) return opened;
    for (size_t i = 0; i < views.size(); ++i) {
      // A view that is newer than the folder is made at the next start.
      const es::Store* rows = (*live)->store(names[i]);
      if (rows == nullptr) continue;
      CheckPassedOver(*views[i], *rows, report.quarantine, verification);
      std::vector<es::EventLog*> logs;
      for (const std::string& topic : views[i]->topics()) logs.push_back(log_of(topic));
      es::VerifyView(*views[i], logs, types, *rows, scratch.store(names[i]), verification);
    }
  }
  if (std::find(domains.begin(), domains.end(), &budgets::BudgetsDomain()) == domains.end()) return report;
  const absl::StatusOr<MoneyTotals> money =
      CheckMoney(*log_of("budgets"), *log_of("bookings"),
                 report.quarantine.For(budgets::OnBookings::kName), verification);
  if (!money.ok()) {
    verification.Problem(std::string(money.status().message()));
  } else {
    report.money = *money;
  }
  return report;
}

}  // namespace regard::deployment
