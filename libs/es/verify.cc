#include "libs/es/verify.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/time.h"
#include "libs/es/feature_level.h"
#include "libs/es/quarantine.h"
#include "libs/es/state_rows.h"
#include "libs/es/view_checkpoints.h"

namespace regard::es {
namespace {

constexpr size_t kReadBytes = 1 << 20;
constexpr size_t kFactsPerBatch = 5000;

std::string At(const EventLog& log, int partition, uint64_t position) {
  return absl::StrCat(log.topic(), "/", partition, " position ", position);
}

struct Folded {
  const Aggregate* aggregate = nullptr;
  std::unique_ptr<google::protobuf::Message> state;
  uint64_t version = 0;
};

// Folds accepted appends; rows of `states` are compared at the end, when they are as far.
class Folding {
 public:
  Folding(EventLog& log, const Domain& domain, Verification& report)
      : log_(log),
        domain_(domain),
        report_(report),
        levels_(log.identity().partition_count(), FeatureLevel(log.identity().feature_level())) {}

  void Fold(int partition, const AcceptedAppend& accepted) {
    ++report_.appends;
    const uint32_t said = FeatureLevel(accepted.append->feature_level());
    if (accepted.append->facts().empty()) {
      levels_[partition] = std::max(levels_[partition], said);
    } else if (said > levels_[partition]) {
      report_.Problem(absl::StrCat(At(log_, partition, accepted.position), ": needs feature level ", said,
                                   " where it was not raised above ", levels_[partition]));
    }
    for (const log::v1::Fact& fact : accepted.append->facts()) {
      ++report_.facts;
      Folded& folded = folded_[{partition, fact.stream()}];
      if (folded.aggregate == nullptr) {
        folded.aggregate = FindAggregate(domain_, fact.stream());
        if (folded.aggregate == nullptr) {
          report_.Problem(absl::StrCat(At(log_, partition, accepted.position), ": unknown stream ", fact.stream()));
          continue;
        }
        folded.state.reset(folded.aggregate->state->New());
      }
      if (fact.version() != folded.version + 1) {
        report_.Problem(absl::StrCat(At(log_, partition, accepted.position), ": version ", fact.version(), " of ",
                                     fact.stream(), " after ", folded.version));
      }
      std::unique_ptr<google::protobuf::Message> message(folded.aggregate->fact->New());
      if (!message->ParseFromString(fact.body())) {
        report_.Problem(absl::StrCat(At(log_, partition, accepted.position), ": a fact does not parse"));
        continue;
      }
      if (FeatureLevelOf(*message) > said) {
        report_.Problem(absl::StrCat(At(log_, partition, accepted.position), ": a fact of feature level ",
                                     FeatureLevelOf(*message), " in an append that says ", said));
      }
      folded.aggregate->evolve(*folded.state, *message, {FromProto(accepted.append->record_time())});
      folded.version = fact.version();
    }
  }

  void CompareWith(const Store* states) {
    report_.streams += folded_.size();
    if (states == nullptr) return;
    for (const auto& [where, folded] : folded_) {
      const auto& [partition, stream] = where;
      const absl::StatusOr<absl::optional<std::string>> value = states->Get(StateKey(partition, stream));
      if (!value.ok()) {
        report_.Problem(absl::StrCat(log_.topic(), " ", stream, ": ", value.status().message()));
        continue;
      }
      if (!value->has_value()) continue;  // behind: replayed at the next start
      const absl::StatusOr<StateRow> row = DecodeStateRow(**value);
      if (!row.ok() || row->version > folded.version) {
        report_.Problem(absl::StrCat(log_.topic(), " ", stream, ": the stored state is ahead of the log"));
      } else if (row->version == folded.version && row->state != folded.state->SerializeAsString()) {
        report_.Problem(absl::StrCat(log_.topic(), " ", stream, ": the stored state is not the fold"));
      }
    }
  }

 private:
  EventLog& log_;
  const Domain& domain_;
  Verification& report_;
  std::map<std::pair<int, std::string>, Folded> folded_;
  // What may be written to each partition.
  std::vector<uint32_t> levels_;
};

}  // namespace

absl::Status VisitAccepted(EventLog& log, const std::function<void(int partition, const AcceptedAppend&)>& visit) {
  for (int partition = 0; partition < static_cast<int>(log.identity().partition_count()); ++partition) {
    AcceptedReader reader(log, partition, StartOf(log));
    for (bool more = true; more;) {
      const absl::StatusOr<std::vector<AcceptedAppend>> appends = reader.Next(kReadBytes, &more);
      if (!appends.ok()) return appends.status();
      for (const AcceptedAppend& append : *appends) visit(partition, append);
    }
  }
  return absl::OkStatus();
}

void VerifyTopic(EventLog& log, const Domain& domain, const Store* states, Verification& report) {
  Folding folding(log, domain, report);
  const absl::Status read =
      VisitAccepted(log, [&](int partition, const AcceptedAppend& append) { folding.Fold(partition, append); });
  if (!read.ok()) report.Problem(std::string(read.message()));
  folding.CompareWith(states);
}

namespace {

// Applies one partition up to `until`.
absl::Status Build(View& view, EventLog& log, int partition, const log::v1::Checkpoint& until, const FactTypes& types,
                   const FactPlaces& passed_over, Store& scratch) {
  AcceptedReader reader(log, partition, StartOf(log));
  while (reader.checkpoint().offset() < until.offset()) {
    Rows rows(scratch);
    size_t facts = 0;
    bool more = true;
    while (facts < kFactsPerBatch && reader.checkpoint().offset() < until.offset() && more) {
      // Record by record near the end, so that nothing beyond the live view's checkpoint is applied.
      const bool near_end = until.offset() - reader.checkpoint().offset() < 4096;
      const absl::StatusOr<std::vector<AcceptedAppend>> appends = reader.Next(near_end ? 1 : kReadBytes / 64, &more);
      if (!appends.ok()) return appends.status();
      for (const AcceptedAppend& accepted : *appends) {
        for (int index = 0; index < accepted.append->facts_size(); ++index) {
          if (passed_over.count({log.topic(), partition, accepted.position, index}) > 0) continue;
          const log::v1::Fact& fact = accepted.append->facts(index);
          const absl::StatusOr<std::unique_ptr<google::protobuf::Message>> message = types.Parse(fact);
          if (!message.ok() && fact.ignorable()) continue;
          if (!message.ok()) return message.status();
          const absl::Status applied = view.Apply(
              {log.topic(), partition, accepted.position, index, *accepted.append, fact, **message}, rows);
          if (!applied.ok()) return applied;
          ++facts;
        }
      }
    }
    const absl::StatusOr<StoreBatch> batch = rows.Finish();
    if (!batch.ok()) return batch.status();
    const absl::Status written = scratch.Write(*batch, Store::Durability::kBuffered);
    if (!written.ok()) return written;
    view.Applied();
    if (!more) break;
  }
  return absl::OkStatus();
}

}  // namespace

void VerifyView(View& view, const std::vector<EventLog*>& logs, const FactTypes& types, const Store& live,
                Store& scratch, Verification& report) {
  const std::string name(view.name());
  const absl::StatusOr<FactPlaces> passed_over = ReadPassedOver(live);
  if (!passed_over.ok()) return report.Problem(absl::StrCat("view ", name, ": ", passed_over.status().message()));
  for (auto log = logs.rbegin(); log != logs.rend(); ++log) {
    const absl::StatusOr<std::vector<log::v1::Checkpoint>> until = ReadViewCheckpoints(live, **log);
    if (!until.ok()) return report.Problem(absl::StrCat("view ", name, ": ", until.status().message()));
    for (int partition = static_cast<int>(until->size()) - 1; partition >= 0; --partition) {
      const absl::Status built = Build(view, **log, partition, (*until)[partition], types, *passed_over, scratch);
      if (!built.ok()) return report.Problem(absl::StrCat("view ", name, ": ", built.message()));
    }
  }
  std::map<std::string, std::string> rebuilt;
  absl::Status status = scratch.Scan("\x01", "", [&](absl::string_view key, absl::string_view value) {
    rebuilt.emplace(std::string(key), std::string(value));
    return true;
  });
  size_t live_rows = 0;
  size_t different = 0;
  std::string first;
  if (status.ok()) {
    status = live.Scan("\x01", "", [&](absl::string_view key, absl::string_view value) {
      ++live_rows;
      const auto found = rebuilt.find(std::string(key));
      if (found == rebuilt.end() || found->second != value) {
        if (different++ == 0) first = std::string(key);
      }
      return true;
    });
  }
  if (!status.ok()) return report.Problem(absl::StrCat("view ", name, ": ", status.message()));
  if (different > 0 || live_rows != rebuilt.size()) {
    return report.Problem(absl::StrCat("view ", name, ": ", different, " of ", live_rows, " rows differ from a rebuild (",
                                       rebuilt.size(), " rows), first ", first));
  }
  report.views_equal.push_back(name);
}

}  // namespace regard::es
