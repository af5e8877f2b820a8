#include "tests/simulation/instance.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/es/feature_level.h"
#include "libs/es/state_rows.h"
#include "libs/hosting/module.h"
#include "regard/bookings/internal/v1/commands.pb.h"
#include "regard/budgets/internal/v1/commands.pb.h"
#include "services/bookings/service.h"
#include "services/bookings/views/terms_view.h"
#include "services/budgets/service.h"
#include "services/providers/service.h"
#include "tests/simulation/faulty_domain.h"

namespace regard::simulation {
namespace {

using bookings::internal::v1::BookingsCommand;
using budgets::internal::v1::BudgetsCommand;

const std::vector<const hosting::Module*>& Services() {
  static const auto* const kServices = new std::vector<const hosting::Module*>{
      &providers::ProvidersService(), &bookings::BookingsService(), &budgets::BudgetsService()};
  return *kServices;
}

// Checkpoints of states as builds from before there were feature levels wrote them.
void ForgetLevels(SimStore& store) {
  es::StoreBatch forgetful;
  const absl::Status scanned = store.Scan("c", "d", [&](absl::string_view key, absl::string_view value) {
    absl::StatusOr<es::CheckpointRow> row = es::DecodeCheckpointRow(value);
    if (!row.ok()) return true;
    row->checkpoint.clear_feature_level();
    forgetful.Put(std::string(key), es::EncodeCheckpointRow(row->fold_version, row->checkpoint));
    return true;
  });
  if (scanned.ok()) store.Write(forgetful, es::Store::Durability::kBuffered).IgnoreError();
}

void CopyTerms(const bookings::TermsQuery& terms, const Operation& operation,
               bookings::internal::v1::ProviderCopy* provider, bookings::internal::v1::ListingCopy* listing) {
  const auto known = terms.FindProvider(operation.provider);
  if (known.ok() && known->has_value()) *provider = **known;
  if (listing == nullptr) return;
  const auto offered = terms.FindListing(operation.provider, operation.listing);
  if (offered.ok() && offered->has_value()) *listing = **offered;
}

}  // namespace

const std::vector<const es::Domain*>& Domains() {
  static const auto* const kDomains = [] {
    auto* domains = new std::vector<const es::Domain*>();
    for (const hosting::Module* service : Services()) domains->push_back(service->domain());
    return domains;
  }();
  return *kDomains;
}

std::vector<std::unique_ptr<es::View>> MakeViews() { return hosting::MakeViewsOf(Services()); }

const es::FactTypes& Types() {
  static const auto* const kTypes = [] {
    auto* types = new es::FactTypes();
    for (const es::Domain* domain : Domains()) {
      for (const es::Aggregate& aggregate : domain->aggregates()) types->Add(aggregate.kind, aggregate.fact);
    }
    return types;
  }();
  return *kTypes;
}

int TopicNamed(absl::string_view name) {
  for (int topic = 0; topic < kTopics; ++topic) {
    if (Domains()[topic]->topic() == name) return topic;
  }
  return -1;
}

Instance::Instance(const Surroundings& around, Random random, int id, std::string name, int slot, Disk& disk,
                   std::function<void(const absl::Status&)> halted)
    : around_(around),
      slot_(slot),
      life_(std::make_shared<Life>(id, std::move(name), around.coverage)),
      clock_(around.schedule, around.start),
      halted_(std::move(halted)),
      sealer_(around.keys) {
  options_.instance.instance_id = life_->name();
  options_.owns_all = around.board == nullptr;
  options_.max_records_in_flight = 1 + random.Below(4);
  options_.max_appends_per_record = random.PerMille(500) ? 1 + random.Below(3) : 256;
  options_.tick = random.Between(absl::Milliseconds(40), absl::Milliseconds(200));
  view_executor_ = std::make_unique<SimExecutor>(around_.schedule, random.Fork(), life_, true);
  rpc_executor_ = std::make_unique<SimExecutor>(around_.schedule, random.Fork(), life_, false);
  for (int topic = 0; topic < kTopics; ++topic) {
    domains_.push_back(Around(*Domains()[topic], around_.control,
                              [this](const google::protobuf::Message& command, const Rejection& rejection) {
                                const auto found = deciding_.find(&command);
                                if (found != deciding_.end()) found->second(rejection);
                              }));
    const es::Domain* const domain = domains_.back().get();
    executors_.push_back(std::make_unique<SimExecutor>(around_.schedule, random.Fork(), life_, false));
    for (auto* logs : {&writer_logs_, &reader_logs_}) {
      logs->push_back(std::make_unique<SimLog>(around_.broker, topic, around_.schedule, random.Fork(), life_,
                                               around_.rates, around_.coverage,
                                               logs == &writer_logs_ ? around_.control : Control::kNone));
    }
    SimStore& store = disk.store(absl::StrCat("state.", domain->topic()));
    if (around_.control == Control::kDeduplicationForgotten) store.DropPrefix("d");
    if (around_.control == Control::kLevelForgotten) ForgetLevels(store);
    stores_.push_back(
        std::make_unique<StoreOfProcess>(store, life_, StoreOfProcess::Kind::kState, around_.control));
    parts_.push_back(std::make_unique<es::EngineParts>(es::EngineParts{*domain, *writer_logs_.back(), *stores_.back(),
                                                                       sealer_, clock_, *executors_.back(), options_}));
  }
  for (std::unique_ptr<es::View>& view : MakeViews()) {
    view_stores_.push_back(std::make_unique<StoreOfProcess>(disk.store(absl::StrCat("view.", view->name())), life_,
                                                            StoreOfProcess::Kind::kView, around_.control));
    readers_.push_back(std::make_unique<es::ViewReader>(*view_stores_.back()));
    views_.push_back(std::move(view));
  }
  for (int topic = 0; topic < kTopics; ++topic) {
    es::CommandRuntime::Hooks hooks;
    hooks.serving = [this] { ++serving_; };
    hooks.halted = halted_;
    runtimes_.push_back(std::make_unique<es::CommandRuntime>(*parts_[topic], std::move(hooks)));
  }
  MakeProjectors(random);
  standings_ = std::make_unique<budgets::ProviderStandings>(rows(budgets::ProviderStandingView::kName));
  budgets_on_bookings_ = std::make_unique<budgets::OnBookings>(*standings_);
  MakeReactor(*budgets_on_bookings_, kBudgets, random);
  MakeReactor(bookings_on_budgets_, kBookings, random);
  MakeReactor(bookings_on_providers_, kBookings, random);
  if (around_.board == nullptr) return;
  std::vector<es::CommandRuntime*> runtimes;
  for (auto& runtime : runtimes_) runtimes.push_back(runtime.get());
  member_ = std::make_unique<Member>(*around_.board, random.Fork(), life_, slot_, clock_, *rpc_executor_, runtimes,
                                     around_.coverage);
}

Instance::~Instance() {
  life_->Die();
  for (auto& executor : executors_) executor->Drop();
  view_executor_->Drop();
  rpc_executor_->Drop();
}

const es::ViewReader& Instance::rows(absl::string_view view) const {
  for (size_t i = 0; i < views_.size(); ++i) {
    if (views_[i]->name() == view) return *readers_[i];
  }
  std::abort();
}

void Instance::MakeProjectors(Random& random) {
  for (size_t i = 0; i < views_.size(); ++i) {
    es::Projector::Options options;
    options.max_read_bytes = random.PerMille(500) ? 1 : 1 << 20;
    options.max_kept_rows = random.PerMille(500) ? random.Below(4) : 8192;
    options.max_facts_per_batch = random.PerMille(300) ? 1 + random.Below(5) : 10000;
    std::vector<es::EventLog*> logs;
    for (const std::string& topic : views_[i]->topics()) logs.push_back(reader_logs_[TopicNamed(topic)].get());
    projectors_.push_back(std::make_unique<es::Projector>(*views_[i], std::move(logs), Types(), *view_stores_[i],
                                                          *view_executor_, options, halted_));
  }
}

void Instance::MakeReactor(es::ReactorRules& rules, int target, Random& random) {
  es::Reactor::Options options;
  options.max_read_bytes = random.PerMille(500) ? 1 : 256 << 10;
  if (random.PerMille(300)) options.max_pending = 1 + random.Below(3);
  options.mark_every = 8 + random.Below(30);
  reactors_.push_back(std::make_unique<es::Reactor>(rules, *reader_logs_[TopicNamed(rules.source_topic())], Types(),
                                                    *runtimes_[target], *stores_[target], options, halted_));
}

void Instance::Start() {
  for (auto& runtime : runtimes_) runtime->Start();
  if (member_ != nullptr) rpc_executor_->Post([this] { member_->Start(); });
  for (auto& projector : projectors_) {
    projector->Start([this] {
      // Reactors decide on views; their commands wait until the target serves.
      if (++views_caught_up_ < projectors_.size()) return;
      for (auto& reactor : reactors_) reactor->Start();
    });
  }
}

void Instance::Arrive(std::shared_ptr<Operation> operation, absl::Duration patience, Answered answered) {
  rpc_executor_->Post([this, operation = std::move(operation), patience, answered = std::move(answered)] {
    es::Command command;
    command.routing_key = operation->routing_key;
    command.body = Complete(*operation);
    command.actor = operation->actor;
    command.request = operation->request;
    command.expected_version = operation->expected_version;
    command.deadline = clock_.Monotonic() + patience;
    const google::protobuf::Message* const body = command.body.get();
    auto refused = std::make_shared<bool>(false);
    deciding_[body] = [this, refused, answered](const Rejection& rejection) {
      *refused = true;
      if (around_.control != Control::kRefusalReleasedEarly) return;
      es::Outcome outcome;
      outcome.kind = es::Outcome::Kind::kRefused;
      outcome.rejection = rejection;
      answered(outcome, true);
    };
    es::CommandRuntime& runtime = *runtimes_[operation->topic];
    runtime.Submit(std::move(command), [this, body, refused, answered](const es::Outcome& outcome) {
      deciding_.erase(body);
      if (*refused && outcome.kind == es::Outcome::Kind::kUnknown) {
        around_.coverage.Hit(Reached::kRefusalFailedWithItsFacts);
      }
      if (outcome.rejection.reason == es::kNotOwner) around_.coverage.Hit(Reached::kNotOwner);
      if (life_->Pass(Await::kAnswer)) answered(outcome, false);
    });
  });
}

void Instance::Raise(int topic, int partition, absl::Duration patience,
                     std::function<void(const es::Outcome&)> answered) {
  rpc_executor_->Post([this, topic, partition, patience, answered = std::move(answered)] {
    es::Command command;
    command.partition = partition;
    command.raise_level = es::kFeatureLevel;
    command.deadline = clock_.Monotonic() + patience;
    runtimes_[topic]->Submit(std::move(command), [this, answered](const es::Outcome& outcome) {
      if (life_->Pass(Await::kAnswer)) answered(outcome);
    });
  });
}

// What an api adds from its instance's own copies of the other services' facts.
std::unique_ptr<google::protobuf::Message> Instance::Complete(const Operation& operation) const {
  if (operation.body == nullptr) return nullptr;
  std::unique_ptr<google::protobuf::Message> body(operation.body->New());
  body->CopyFrom(*operation.body);
  if (operation.topic == kBudgets && operation.kind == "place_hold") {
    auto& place = *static_cast<BudgetsCommand&>(*body).mutable_place_hold();
    const auto standing = standings_->Of(place.provider_id());
    if (standing.ok()) place.set_standing(standing->standing());
  }
  if (operation.topic != kBookings) return body;
  auto& command = static_cast<BookingsCommand&>(*body);
  const bookings::TermsQuery terms(rows(bookings::TermsView::kName));
  bookings::internal::v1::ProviderCopy provider;
  CopyTerms(terms, operation, &provider, nullptr);
  command.mutable_standing()->set_provider_owner_id(provider.owner_id());
  if (command.has_request()) {
    CopyTerms(terms, operation, command.mutable_request()->mutable_provider(),
              command.mutable_request()->mutable_listing());
  }
  if (command.has_accept()) {
    CopyTerms(terms, operation, command.mutable_accept()->mutable_provider(),
              command.mutable_accept()->mutable_listing());
  }
  if (command.has_record_visit()) *command.mutable_record_visit()->mutable_provider() = provider;
  return body;
}

void Instance::Stop() {
  if (std::exchange(stopping_, true)) return;
  if (member_ == nullptr) return StopRuntimes();
  member_->Retire([this] { StopRuntimes(); });
}

void Instance::StopRuntimes() {
  for (auto& reactor : reactors_) reactor->Stop();
  auto left = std::make_shared<int>(kTopics);
  for (auto& runtime : runtimes_) {
    runtime->Stop([this, left] {
      if (--*left > 0 || !life_->alive()) return;
      life_->Die();
      life_->died();
    });
  }
}

void Instance::Pause() { life_->paused = true; }

void Instance::Resume() {
  life_->paused = false;
  for (auto& executor : executors_) executor->Resume();
  view_executor_->Resume();
  rpc_executor_->Resume();
}

void Instance::Heal() {
  life_->cut = false;
  for (auto& log : writer_logs_) log->Healed();
  for (auto& log : reader_logs_) log->Healed();
}

}  // namespace regard::simulation
