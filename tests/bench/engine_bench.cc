// What the engine costs without gRPC around it. `engine`: durable holds beside the same batches written again by one
// thread. `rebuild`: a view made again from the log beside reading that log and writing those rows.
#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/app/data_folder.h"
#include "libs/app/embedded_engine.h"
#include "libs/base/clock.h"
#include "libs/base/ids.h"
#include "libs/base/money.h"
#include "libs/base/time.h"
#include "libs/privacy/digester.h"
#include "libs/privacy/memory_key_store.h"
#include "libs/privacy/sealer.h"
#include "libs/telemetry/metrics.h"
#include "services/budgets/api/requests.h"
#include "services/budgets/domain/budgets_domain.h"
#include "services/budgets/views/balances.h"
#include "services/deployment/domains.h"
#include "services/standalone/inside.h"
#include "tests/bench/captured_writes.h"
#include "tests/bench/result_line.h"

namespace regard::bench {
namespace {

constexpr int kRounds = 5;
constexpr int kBudgets = 10'000;
constexpr int kHoldsPerRound = 30'000;
constexpr size_t kInFlight = 256;
constexpr char kTopic[] = "budgets";
constexpr char kTenant[] = "E08000009";

void OrDie(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "engine_bench: %s\n", std::string(status.message()).c_str());
  std::abort();
}

template <class T>
T OrDie(absl::StatusOr<T> value) {
  OrDie(value.status());
  return *std::move(value);
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

std::string IdOf(absl::string_view kind, uint64_t n) { return Uuid::Derived(kind, "", absl::StrCat(n)).ToString(); }

// Commands as the api and its door make them.
class Commands {
 public:
  explicit Commands(const Clock& clock) : clock_(clock), digester_(privacy::Key::Random()) {
    caller_.subject = "practitioner-1";
    caller_.role = options::v1::ROLE_PRACTITIONER;
    caller_.tenant = kTenant;
    provider_.set_standing(budgets::internal::v1::PROVIDER_STANDING_GOOD);
    provider_.set_kind(base::v1::PROVIDER_KIND_MICRO_ENTERPRISE);
    provider_.set_tenant(kTenant);
    provider_.set_owner_id("owner-1");
  }

  es::Command Open(uint64_t n) {
    const absl::CivilDay today = LondonDay(clock_.Now());
    budgets::v1::OpenBudgetRequest request;
    request.set_request_id(NewId().ToString());
    request.set_person_id(IdOf("person", n));
    request.set_budget_id(IdOf("budget", n));
    request.set_funder(budgets::v1::FUNDER_COUNCIL);
    budgets::v1::Line& line = *request.add_lines();
    line.set_line_id("support");
    line.set_holding(base::v1::HOLDING_DIRECT_PAYMENT);
    *line.mutable_allocation() = Pounds(1'000'000);
    *request.mutable_period_start() = ToProto(today - 30);
    *request.mutable_period_end() = ToProto(today + 330);
    request.set_source("LOAD");
    OrDie(budgets::Check(request, caller_));
    return Make(request, budgets::CommandOf(request, caller_));
  }

  es::Command Hold() {
    const uint64_t n = chance_() % kBudgets;
    budgets::v1::PlaceHoldRequest request;
    request.set_request_id(NewId().ToString());
    request.set_person_id(IdOf("person", n));
    request.set_budget_id(IdOf("budget", n));
    *request.mutable_amount() = Pounds(1);
    request.set_provider_id(IdOf("provider", 1));
    request.set_category("regard:gardening");
    *request.mutable_effective() = ToProto(LondonDay(clock_.Now()));
    OrDie(budgets::Check(request));
    return Make(request, budgets::CommandOf(request, caller_, provider_));
  }

 private:
  Uuid NewId() {
    const uint64_t high = chance_();
    return Uuid::V7(clock_.Now(), high, chance_());
  }

  template <class Request>
  es::Command Make(const Request& request, std::unique_ptr<budgets::Command> body) {
    es::Command command;
    command.routing_key = budgets::RoutingKeyOf(*body);
    command.body = std::move(body);
    command.actor.set_subject(caller_.subject);
    command.actor.set_role(caller_.role);
    command.actor.set_tenant(caller_.tenant);
    command.request = es::RequestKey{*Uuid::Parse(request.request_id()),
                                     digester_.Digest(request.GetTypeName() + '\n' + request.SerializeAsString())};
    return command;
  }

  const Clock& clock_;
  const privacy::Digester digester_;
  auth::Identity caller_;
  budgets::internal::v1::ProviderStandingRow provider_;
  std::mt19937_64 chance_{4711};
};

// Keeps so many commands in flight until all are answered; dies when one is refused.
class Submitter {
 public:
  explicit Submitter(es::CommandRuntime& runtime) : runtime_(runtime) {}

  void Run(std::vector<es::Command> commands) {
    for (es::Command& command : commands) {
      {
        std::unique_lock<std::mutex> lock(mutex_);
        room_.wait(lock, [this] { return in_flight_ < kInFlight; });
        ++in_flight_;
      }
      runtime_.Submit(std::move(command), [this](const es::Outcome& outcome) { OnDone(outcome); });
    }
    std::unique_lock<std::mutex> lock(mutex_);
    room_.wait(lock, [this] { return in_flight_ == 0; });
  }

 private:
  void OnDone(const es::Outcome& outcome) {
    if (outcome.kind != es::Outcome::Kind::kCommitted) OrDie(absl::InternalError(outcome.rejection.reason));
    std::lock_guard<std::mutex> lock(mutex_);
    --in_flight_;
    room_.notify_one();
  }

  es::CommandRuntime& runtime_;
  std::mutex mutex_;
  std::condition_variable room_;
  size_t in_flight_ = 0;
};

// An engine with everything that a standalone process has inside, and nothing around it.
class Inside {
 public:
  Inside(const std::string& data_path, Capture* capture) : sealer_(keys_), views_(standalone::MakeViews()) {
    app::EngineOptions options;
    options.data_path = data_path;
    options.runtime.instance = {"bench", ""};
    if (capture != nullptr) {
      options.log.tap = capture->TapOf(Database::kLog);
      options.state.tap = capture->TapOf(Database::kState);
      options.views.tap = capture->TapOf(Database::kViews);
    }
    std::vector<es::View*> views;
    for (const auto& view : views_) views.push_back(view.get());
    engine_ = OrDie(app::EmbeddedEngine::Open(options, deployment::Domains(), deployment::Domains(), views, clock_, sealer_,
                                              metrics_,
                                              [](const absl::Status& why) { OrDie(why); }));
  }

  app::EmbeddedEngine& engine() { return *engine_; }
  const Clock& clock() const { return clock_; }

 private:
  SystemClock clock_;
  telemetry::Metrics metrics_;
  privacy::MemoryKeyStore keys_;
  privacy::Sealer sealer_;
  std::vector<std::unique_ptr<es::View>> views_;
  std::unique_ptr<app::EmbeddedEngine> engine_;
};

void MakeFolder(const std::string& data_path) { OrDie(app::DataFolder::Open(data_path).status()); }

// Empty databases as an engine makes them.
std::unique_ptr<Replay> EmptyDatabases(const std::string& data_path, const std::vector<Database>& databases) {
  MakeFolder(data_path);
  { Inside made(data_path, nullptr); }
  return std::make_unique<Replay>(data_path, databases, rocks::StoreSetOptions().block_cache_bytes);
}

// Leaves the log behind in `folder`/data.
void Engine(const std::string& folder) {
  const auto replay = EmptyDatabases(folder + "/replay", {Database::kLog, Database::kState, Database::kViews});
  MakeFolder(folder + "/data");
  Capture capture;
  Inside inside(folder + "/data", &capture);
  OrDie(inside.engine().Start());
  es::CommandRuntime& runtime = inside.engine().runtime(kTopic);
  Commands commands(inside.clock());
  std::vector<double> mine, theirs, ratios;
  for (int round = -2; round < kRounds; ++round) {
    std::vector<es::Command> work;
    if (round == -2) {
      for (uint64_t n = 0; n < kBudgets; ++n) work.push_back(commands.Open(n));
    } else {
      for (int i = 0; i < kHoldsPerRound; ++i) work.push_back(commands.Hold());
    }
    // Over when every answer was given and every view shows it.
    const absl::Time start = absl::Now();
    Submitter(runtime).Run(std::move(work));
    const absl::Time answered = absl::Now();
    OrDie(inside.engine().Settle(absl::Minutes(1)));
    const absl::Time shown = absl::Now();
    const std::vector<CapturedBatch> batches = capture.Take();
    const absl::Time again = absl::Now();
    replay->Write(batches);
    const absl::Duration replayed = absl::Now() - again;
    if (round < 0) continue;  // the first opens the budgets, the second warms both up
    size_t bytes = 0;
    for (const CapturedBatch& batch : batches) bytes += batch.data.size();
    std::fprintf(stderr, "engine: answered in %.2f s, shown in %.2f s; replayed in %.2f s: %zu batches, %.0f bytes a hold\n",
                 absl::ToDoubleSeconds(answered - start), absl::ToDoubleSeconds(shown - start),
                 absl::ToDoubleSeconds(replayed), batches.size(), static_cast<double>(bytes) / kHoldsPerRound);
    mine.push_back(kHoldsPerRound / absl::ToDoubleSeconds(shown - start));
    theirs.push_back(kHoldsPerRound / absl::ToDoubleSeconds(replayed));
    ratios.push_back(mine.back() / theirs.back());
  }
  inside.engine().Stop();
  PrintResult("engine", Median(mine), "holds/s", Median(theirs), "holds/s, the same batches written by one thread",
              Median(ratios), "at least 0.8");
}

struct Log {
  explicit Log(const std::string& data_path)
      : store(OrDie(rocks::LogStore::Open(data_path + "/log", {kTopic}, rocks::LogStoreOptions()))),
        topic(*store->topic(kTopic)) {}
  std::unique_ptr<rocks::LogStore> store;
  es::EventLog& topic;
};

// Builds the balances from an empty store, and how long that took.
absl::Duration Rebuild(Log& log, const es::FactTypes& types, const std::string& path, Capture& capture) {
  budgets::BalancesView view;
  rocks::StoreSetOptions options;
  options.tap = capture.TapOf(Database::kViews);
  const auto stores = OrDie(rocks::StoreSet::Open(path, {std::string(view.name())}, options));
  std::promise<void> caught_up;
  es::ExecutorThread executor("rebuild");
  es::Projector projector(view, {&log.topic}, types, *stores->store(view.name()), executor, es::Projector::Options(),
                          [](const absl::Status& why) { OrDie(why); });
  const absl::Time start = absl::Now();
  projector.Start([&] { caught_up.set_value(); });
  caught_up.get_future().wait();
  const absl::Duration took = absl::Now() - start;
  std::promise<void> stopped;
  executor.Post([&] {
    projector.Stop();
    stopped.set_value();
  });
  stopped.get_future().wait();
  return took;
}

// Reads the log record by record, and says how many facts it holds.
size_t ReadAll(Log& log) {
  size_t facts = 0;
  const int partitions = static_cast<int>(log.topic.identity().partition_count());
  for (int partition = 0; partition < partitions; ++partition) {
    const es::Offset end = OrDie(log.topic.End(partition));
    for (es::Offset at = 0; at < end;) {
      const auto records = OrDie(log.topic.Read(partition, at, es::Projector::Options().max_read_bytes));
      at = records.back().offset + 1;
      for (const es::LoggedRecord& logged : records) {
        for (const log::v1::Append& append : logged.record->batch().appends()) facts += append.facts_size();
      }
    }
  }
  return facts;
}

// Needs the log that Engine left.
void RebuildBench(const std::string& folder) {
  Log log(folder + "/data");
  es::FactTypes types;
  for (const es::Domain* domain : deployment::Domains()) {
    for (const es::Aggregate& aggregate : domain->aggregates()) types.Add(aggregate.kind, aggregate.fact);
  }
  std::vector<double> mine, theirs, ratios;
  for (int round = -1; round < kRounds; ++round) {
    const std::string path = absl::StrCat(folder, "/rebuild", round, "/views");
    MakeFolder(absl::StrCat(folder, "/rebuild", round));
    Capture capture;
    const absl::Duration rebuilt = Rebuild(log, types, path, capture);
    const std::vector<CapturedBatch> rows = capture.Take();
    // A store of the same shape, empty.
    const std::string copy = absl::StrCat(folder, "/rewrite", round);
    MakeFolder(copy);
    OrDie(rocks::StoreSet::Open(copy + "/views", {budgets::BalancesView::kName}, {}).status());
    Replay replay(copy, {Database::kViews}, rocks::StoreSetOptions().block_cache_bytes);
    const absl::Time start = absl::Now();
    const auto facts = static_cast<double>(ReadAll(log));
    replay.Write(rows);
    const absl::Duration rewritten = absl::Now() - start;
    if (round < 0) continue;
    mine.push_back(facts / absl::ToDoubleSeconds(rebuilt));
    theirs.push_back(facts / absl::ToDoubleSeconds(rewritten));
    ratios.push_back(mine.back() / theirs.back());
  }
  PrintResult("rebuild", Median(mine), "facts/s", Median(theirs), "facts/s, reading and writing alone", Median(ratios),
              "at least 0.5");
}

int Main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s FOLDER [engine] [rebuild]\n", argv[0]);
    return 2;
  }
  const std::set<std::string> wanted(argv + 2, argv + argc);
  Engine(argv[1]);
  if (wanted.empty() || wanted.count("rebuild") > 0) RebuildBench(argv[1]);
  return 0;
}

}  // namespace
}  // namespace regard::bench

int main(int argc, char** argv) { return regard::bench::Main(argc, argv); }
