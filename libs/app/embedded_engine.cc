#include "libs/app/embedded_engine.h"

#include <sys/stat.h>

#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace regard::app {
namespace {

// A view of another version has other rows: it gets a store of its own, and the old one is dropped.
std::string StoreNameOf(const es::View& view) { return absl::StrCat(view.name(), "@", view.version()); }

template <class Found>
Found& OrDie(Found* found, absl::string_view what, absl::string_view name) {
  if (found == nullptr) {
    std::fprintf(stderr, "regard: no %s %s\n", std::string(what).c_str(), std::string(name).c_str());
    std::abort();
  }
  return *found;
}

}  // namespace

absl::StatusOr<std::unique_ptr<EmbeddedEngine>> EmbeddedEngine::Open(
    EngineOptions options, std::vector<const es::Domain*> domains, std::vector<const es::Domain*> stored,
    std::vector<es::View*> views, const Clock& clock, es::Sealer& sealer, telemetry::Metrics& metrics,
    std::function<void(const absl::Status&)> halted) {
  std::unique_ptr<EmbeddedEngine> engine(new EmbeddedEngine(std::move(options), std::move(domains), std::move(stored),
                                                            std::move(views), clock, sealer, metrics,
                                                            std::move(halted)));
  const absl::Status opened = engine->OpenFiles();
  if (!opened.ok()) return opened;
  return engine;
}

EmbeddedEngine::EmbeddedEngine(EngineOptions options, std::vector<const es::Domain*> domains,
                               std::vector<const es::Domain*> stored, std::vector<es::View*> views, const Clock& clock,
                               es::Sealer& sealer, telemetry::Metrics& metrics,
                               std::function<void(const absl::Status&)> halted)
    : options_(std::move(options)),
      domains_(std::move(domains)),
      stored_(std::move(stored)),
      views_(std::move(views)),
      clock_(clock),
      sealer_(sealer),
      metrics_(metrics),
      halted_(std::move(halted)) {
  for (const es::Domain* domain : stored_) {
    for (const es::Aggregate& aggregate : domain->aggregates()) types_.Add(aggregate.kind, aggregate.fact);
  }
}

EmbeddedEngine::~EmbeddedEngine() {
  for (auto& reactor : reactors_) reactor->Stop();
  // The writer thread first: nothing is delivered any more; then the threads whose tasks use everything else.
  for (auto& projector : projectors_) projector->Stop();
  timer_.reset();
  view_executor_.reset();
  log_store_.reset();
  command_executors_.clear();
}

absl::Status EmbeddedEngine::OpenFiles() {
  std::vector<std::string> topics;
  for (const es::Domain* domain : stored_) topics.push_back(std::string(domain->topic()));
  topics.push_back(es::kQuarantineTopic);
  std::vector<std::string> written;
  for (const es::Domain* domain : domains_) written.push_back(std::string(domain->topic()));
  written.push_back(es::kQuarantineTopic);
  telemetry::Histogram& sync = metrics_.HistogramOf("regard_log_sync_seconds", "One synced write of the log.",
                                                    telemetry::LatencyBounds());
  telemetry::Counter& records = metrics_.CounterOf("regard_log_records_total", "Records written to the log.");
  telemetry::Histogram& bytes = metrics_.HistogramOf("regard_log_record_bytes", "Mean record of one write of the log.",
                                                     telemetry::SizeBounds());
  options_.log.synced = [&sync, &records, &bytes](absl::Duration took, size_t count, size_t written) {
    sync.Observe(took);
    records.Add(count);
    bytes.Observe(static_cast<double>(written) / static_cast<double>(count));
  };
  auto log_store = options_.log_on_kafka.has_value()
                       ? OpenOnKafka(*options_.log_on_kafka, topics)
                       : OpenEmbedded(options_.data_path + "/log", topics, options_.log);
  if (!log_store.ok()) return log_store.status();
  log_store_ = *std::move(log_store);
  auto quarantine = es::Quarantine::Read(log(es::kQuarantineTopic));
  if (!quarantine.ok()) return quarantine.status();
  quarantine_ = *std::move(quarantine);
  auto state_stores = rocks::StoreSet::Open(options_.data_path + "/state", written, options_.state);
  if (!state_stores.ok()) return state_stores.status();
  state_stores_ = *std::move(state_stores);
  std::vector<std::string> view_names;
  for (const es::View* view : views_) view_names.push_back(StoreNameOf(*view));
  auto view_stores = rocks::StoreSet::Open(options_.data_path + "/views", view_names, options_.views);
  if (!view_stores.ok()) return view_stores.status();
  view_stores_ = *std::move(view_stores);

  view_executor_ = std::make_unique<es::ExecutorThread>("views");
  timer_ = std::make_unique<es::ExecutorThread>("timer");
  for (const std::string& topic : topics) gate_.AddLog(log_store_->topic(topic));
  for (const es::Domain* domain : domains_) {
    const std::string topic(domain->topic());
    command_executors_.push_back(std::make_unique<es::ExecutorThread>("cmd-" + topic));
    parts_.push_back(std::make_unique<es::EngineParts>(
        es::EngineParts{*domain, *log_store_->topic(topic), *state_stores_->store(topic), sealer_, clock_,
                        *command_executors_.back(), options_.runtime}));
    es::CommandRuntime::Hooks hooks;
    hooks.serving = [this] {
      if (serving_arrived_ != nullptr) serving_arrived_();
    };
    hooks.halted = halted_;
    runtimes_.push_back(std::make_unique<es::CommandRuntime>(*parts_.back(), std::move(hooks)));
    gate_.AddRuntime(runtimes_.back().get());
  }
  for (es::View* view : views_) {
    es::Store* store = view_stores_->store(StoreNameOf(*view));
    std::vector<es::EventLog*> logs;
    for (const std::string& topic : view->topics()) logs.push_back(&log(topic));
    const absl::Status emptied = es::EmptyIfMadeOtherwise(view->name(), logs, quarantine_, *store);
    if (!emptied.ok()) return emptied;
    es::Projector::Options projecting;
    projecting.set_aside = quarantine_.For(view->name());
    readers_.push_back(std::make_unique<es::ViewReader>(*store));
    projectors_.push_back(std::make_unique<es::Projector>(*view, std::move(logs), types_, *store, *view_executor_,
                                                          std::move(projecting), halted_));
    gate_.AddProjector(projectors_.back().get());
  }
  WatchMetrics();
  return absl::OkStatus();
}

void EmbeddedEngine::WatchMetrics() {
  for (auto& runtime : runtimes_) {
    metrics_.Watch("regard_commands_pending", "Commands accepted and not answered yet.",
                   {{"service", std::string(runtime->domain().topic())}},
                   [runtime = runtime.get()] { return static_cast<double>(runtime->pending()); });
    metrics_.Watch("regard_fenced_records_total",
                   "Records read here that count for nothing: their writers had lost the partition, or they came twice.",
                   {{"topic", std::string(runtime->domain().topic())}},
                   [runtime = runtime.get()] { return static_cast<double>(runtime->dropped()); });
  }
  for (auto& projector : projectors_) {
    metrics_.Watch("regard_view_partitions_behind", "Partitions with records that the view has not applied.",
                   {{"view", std::string(projector->view().name())}},
                   [projector = projector.get()] { return static_cast<double>(projector->partitions_behind()); });
    WatchQuarantine(projector->view().name());
  }
}

void EmbeddedEngine::WatchQuarantine(absl::string_view reader) {
  const double facts = static_cast<double>(quarantine_.For(reader).size());
  metrics_.Watch("regard_quarantined_facts", "Facts that a view or reactor passes over by an operator's word.",
                 {{"reader", std::string(reader)}}, [facts] { return facts; });
}

void EmbeddedEngine::AddReactor(es::ReactorRules& rules, absl::string_view target_topic) {
  es::CommandRuntime& target = runtime(target_topic);
  es::Reactor::Options options;
  options.set_aside = quarantine_.For(rules.name());
  WatchQuarantine(rules.name());
  reactors_.push_back(std::make_unique<es::Reactor>(rules, log(rules.source_topic()), types_, target,
                                                    *state_stores_->store(target_topic), std::move(options),
                                                    halted_));
  es::Reactor* reactor = reactors_.back().get();
  gate_.AddReactor(reactor, &target);
  es::CommandRuntime* source = FindRuntime(rules.source_topic());
  if (source == nullptr || !source->owns_all()) return;
  metrics_.Watch("regard_reactor_lag_appends", "Source appends that have not had their effect.",
                 {{"reactor", std::string(rules.name())}}, [reactor, source] {
                   double lag = 0;
                   for (int p = 0; p < source->partition_count(); ++p) {
                     const uint64_t there = source->AcknowledgedPosition(p);
                     const uint64_t handled = reactor->Handled(p);
                     if (there > handled) lag += static_cast<double>(there - handled);
                   }
                   return lag;
                 });
}

absl::Status EmbeddedEngine::Await(const std::function<void(std::function<void()> arrived)>& start, int arrivals) {
  struct Gathering {
    std::mutex mutex;
    std::condition_variable changed;
    int left;
  };
  auto gathering = std::make_shared<Gathering>();
  gathering->left = arrivals;
  start([gathering] {
    std::lock_guard<std::mutex> lock(gathering->mutex);
    --gathering->left;
    gathering->changed.notify_one();
  });
  std::unique_lock<std::mutex> lock(gathering->mutex);
  gathering->changed.wait(lock, [&] { return gathering->left <= 0; });
  return absl::OkStatus();
}

absl::Status EmbeddedEngine::Start() {
  absl::Status status = Await(
      [this](std::function<void()> arrived) {
        serving_arrived_ = std::move(arrived);
        for (auto& runtime : runtimes_) runtime->Start();
      },
      static_cast<int>(runtimes_.size()));
  if (!status.ok()) return status;
  status = Await(
      [this](const std::function<void()>& arrived) {
        for (auto& projector : projectors_) projector->Start(arrived);
      },
      static_cast<int>(projectors_.size()));
  if (!status.ok()) return status;
  for (auto& reactor : reactors_) reactor->Start();
  return absl::OkStatus();
}

void EmbeddedEngine::Stop() {
  // Reactors first: what they would still do is done after the next start.
  for (size_t i = 0; i < reactors_.size(); ++i) {
    Await(
        [&](std::function<void()> arrived) {
          for (auto& runtime : runtimes_) {
            runtime->executor().Post([this, i, arrived, runtime = runtime.get()] {
              if (&reactors_[i]->target() == runtime) reactors_[i]->Stop();
              arrived();
            });
          }
        },
        static_cast<int>(runtimes_.size()))
        .IgnoreError();
  }
  Await(
      [this](const std::function<void()>& arrived) {
        for (auto& runtime : runtimes_) runtime->Stop(arrived);
      },
      static_cast<int>(runtimes_.size()))
      .IgnoreError();
}

std::vector<es::CommandRuntime*> EmbeddedEngine::runtimes() const {
  std::vector<es::CommandRuntime*> all;
  for (const auto& runtime : runtimes_) all.push_back(runtime.get());
  return all;
}

es::CommandRuntime* EmbeddedEngine::FindRuntime(absl::string_view topic) const {
  for (const auto& runtime : runtimes_) {
    if (runtime->domain().topic() == topic) return runtime.get();
  }
  return nullptr;
}

es::CommandRuntime& EmbeddedEngine::runtime(absl::string_view topic) {
  return OrDie(FindRuntime(topic), "runtime", topic);
}

const es::ViewReader& EmbeddedEngine::reader(absl::string_view view) {
  es::ViewReader* found = nullptr;
  for (size_t i = 0; i < views_.size(); ++i) {
    if (views_[i]->name() == view) found = readers_[i].get();
  }
  return OrDie(found, "view", view);
}

es::EventLog& EmbeddedEngine::log(absl::string_view topic) { return OrDie(log_store_->topic(topic), "log", topic); }

bool EmbeddedEngine::AtRest() {
  for (auto& runtime : runtimes_) {
    if (runtime->pending() > 0) return false;
  }
  // What is written elsewhere is at rest as far as was heard of it.
  for (auto& reactor : reactors_) {
    if (!reactor->AtRest()) return false;
    const es::CommandRuntime* source = FindRuntime(reactor->rules().source_topic());
    for (int p = 0; source != nullptr && p < source->partition_count(); ++p) {
      if (reactor->Handled(p) < source->AcknowledgedPosition(p)) return false;
    }
  }
  for (auto& projector : projectors_) {
    if (projector->partitions_behind() > 0) return false;
    for (const std::string& topic : projector->view().topics()) {
      const es::CommandRuntime* source = FindRuntime(topic);
      for (int p = 0; source != nullptr && p < source->partition_count(); ++p) {
        if (projector->Applied(topic, p) < source->AcknowledgedPosition(p)) return false;
      }
    }
  }
  return true;
}

absl::Status EmbeddedEngine::Settle(absl::Duration patience) {
  const absl::Time until = absl::Now() + patience;
  // Each round fires what is due and lets it land; at rest after a round in which nothing was fired means done.
  for (int quiet = 0; quiet < 2;) {
    std::atomic<int> fired{0};
    Await(
        [&](std::function<void()> arrived) {
          for (auto& runtime : runtimes_) {
            runtime->executor().Post([&fired, arrived, runtime = runtime.get()] {
              fired.fetch_add(runtime->Tick());
              arrived();
            });
          }
        },
        static_cast<int>(runtimes_.size()))
        .IgnoreError();
    if (absl::Now() > until) return absl::DeadlineExceededError("what fell due did not come to rest in time");
    if (fired.load() == 0 && AtRest()) {
      ++quiet;
    } else {
      quiet = 0;
      absl::SleepFor(absl::Microseconds(300));
    }
  }
  return absl::OkStatus();
}

absl::Status EmbeddedEngine::Backup(const std::string& to) {
  // As private as the data folder, since it will hold keys too.
  if (mkdir(to.c_str(), 0700) != 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot make ", to));
  absl::Status status = view_stores_->Backup(to + "/views");
  if (status.ok()) status = state_stores_->Backup(to + "/state");
  if (status.ok()) status = log_store_->Backup(to + "/log");
  return status;
}

}  // namespace regard::app
