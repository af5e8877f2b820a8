#include "tests/simulation/views_check.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/time.h"
#include "libs/es/state_rows.h"
#include "libs/es/view.h"
#include "libs/es/view_checkpoints.h"
#include "tests/simulation/instance.h"

namespace regard::simulation {
namespace {

// Knows a log's name and identity, which is all that reading checkpoints asks of it.
class NamedLog : public es::EventLog {
 public:
  NamedLog(const Broker& broker, int topic) : broker_(broker), topic_(topic) {}
  const std::string& topic() const override { return broker_.name(topic_); }
  const log::v1::LogIdentity& identity() const override { return broker_.identity(topic_); }
  void Append(int, std::shared_ptr<const log::v1::Record>, AppendDone) override {}
  absl::StatusOr<std::vector<es::LoggedRecord>> Read(int, es::Offset, size_t) override {
    return absl::UnimplementedError("only a name");
  }
  absl::StatusOr<es::Offset> End(int) override { return absl::UnimplementedError("only a name"); }
  std::unique_ptr<es::LogWatch> Watch(absl::AnyInvocable<void(int)>) override { return nullptr; }

 private:
  const Broker& broker_;
  const int topic_;
};

struct Input {
  int topic;
  int partition;
  uint64_t applied = 0;
  uint64_t until = 0;
};

void ApplyOne(const Truth& truth, const Broker& broker, const Input& input, es::View& view, es::Rows& rows,
              Verdict& verdict) {
  const Truth::Append& append = *truth.Find(input.topic, input.partition, input.applied + 1);
  int index = 0;
  for (const log::v1::Fact& fact : append.append->facts()) {
    const auto message = Types().Parse(fact);
    if (!message.ok()) return verdict.Fail("views", std::string(message.status().message()));
    const absl::Status applied = view.Apply({broker.name(input.topic), input.partition, input.applied + 1, index++,
                                             *append.append, fact, **message},
                                            rows);
    if (!applied.ok()) return verdict.Fail("views", std::string(applied.message()));
  }
}

bool IsRow(absl::string_view key) { return key[0] != '\0'; }

void Compare(const std::string& name, const SimStore& live, const SimStore& rebuilt, Verdict& verdict) {
  auto a = live.rows().begin();
  auto b = rebuilt.rows().begin();
  while (a != live.rows().end() && !IsRow(a->first)) ++a;
  while (b != rebuilt.rows().end() && !IsRow(b->first)) ++b;
  for (; a != live.rows().end() && b != rebuilt.rows().end(); ++a, ++b) {
    if (*a == *b) continue;
    return verdict.Fail("views", absl::StrCat(name, ": row ", std::min(a->first, b->first), " differs from a rebuild"));
  }
  if (a != live.rows().end()) verdict.Fail("views", absl::StrCat(name, ": row ", a->first, " is not in a rebuild"));
  if (b != rebuilt.rows().end()) verdict.Fail("views", absl::StrCat(name, ": row ", b->first, " is missing"));
}

void CheckView(const Truth& truth, const Broker& broker, es::View& view, const SimStore& live, Random& random,
               Verdict& verdict) {
  std::vector<Input> inputs;
  for (const std::string& topic : view.topics()) {
    const NamedLog log(broker, TopicNamed(topic));
    const auto at = es::ReadViewCheckpoints(live, log);
    if (!at.ok()) return verdict.Fail("views", std::string(at.status().message()));
    for (size_t partition = 0; partition < at->size(); ++partition) {
      Input input{TopicNamed(topic), static_cast<int>(partition)};
      input.until = (*at)[partition].position();
      if (input.until > truth.appends(input.topic, input.partition).size()) {
        return verdict.Fail("views", absl::StrCat(view.name(), " is beyond the log"));
      }
      if (input.until > 0) inputs.push_back(input);
    }
  }
  SimStore scratch;
  while (!inputs.empty() && !verdict.failed()) {
    es::Rows rows(scratch);
    // Batches of any size, from any partition.
    for (int64_t left = random.Between(1, 30); left > 0 && !inputs.empty(); --left) {
      Input& input = random.Pick(inputs);
      ApplyOne(truth, broker, input, view, rows, verdict);
      if (++input.applied < input.until) continue;
      std::swap(input, inputs.back());
      inputs.pop_back();
    }
    const absl::StatusOr<es::StoreBatch> batch = rows.Finish();
    if (!batch.ok()) return verdict.Fail("views", std::string(batch.status().message()));
    scratch.Write(*batch, es::Store::Durability::kBuffered).IgnoreError();
    view.Applied();
  }
  Compare(std::string(view.name()), live, scratch, verdict);
}

}  // namespace

void CheckViews(const Truth& truth, const Broker& broker, Disk& disk, Random random, Verdict& verdict) {
  for (const std::unique_ptr<es::View>& view : MakeViews()) {
    CheckView(truth, broker, *view, disk.store(absl::StrCat("view.", view->name())), random, verdict);
  }
}

void CheckStates(const Truth& truth, const Broker& broker, Disk& disk, Verdict& verdict) {
  for (int topic = 0; topic < kTopics; ++topic) {
    const es::Domain& domain = *Domains()[topic];
    const SimStore& store = disk.store(absl::StrCat("state.", domain.topic()));
    for (int partition = 0; partition < broker.partitions(); ++partition) {
      const auto found = store.Get(es::CheckpointKey(partition));
      if (!found->has_value()) continue;
      const auto row = es::DecodeCheckpointRow(**found);
      std::map<std::string, std::pair<uint64_t, std::unique_ptr<google::protobuf::Message>>> folded;
      for (uint64_t position = 1; position <= row->checkpoint.position(); ++position) {
        const Truth::Append* append = truth.Find(topic, partition, position);
        if (append == nullptr) return verdict.Fail("states", absl::StrCat(domain.topic(), " is beyond the log"));
        for (const log::v1::Fact& fact : append->append->facts()) {
          const es::Aggregate* aggregate = es::FindAggregate(domain, fact.stream());
          auto& [version, state] = folded[fact.stream()];
          if (state == nullptr) state.reset(aggregate->state->New());
          version = fact.version();
          aggregate->evolve(*state, **Types().Parse(fact), {FromProto(append->append->record_time())});
        }
      }
      for (const auto& [stream, fold] : folded) {
        const auto value = store.Get(es::StateKey(partition, stream));
        if (!value->has_value() || **value != es::EncodeStateRow(fold.first, *fold.second)) {
          return verdict.Fail("states", absl::StrCat("the stored state of ", stream, " is not the fold"));
        }
      }
    }
  }
}

es::Offset SeenByStates(const Broker& broker, Disk& disk, int topic, int partition) {
  const auto row = disk.store(absl::StrCat("state.", broker.name(topic))).Get(es::CheckpointKey(partition));
  return row->has_value() ? es::DecodeCheckpointRow(**row)->checkpoint.offset() : 0;
}

es::Offset SeenByViews(const Broker& broker, Disk& disk, int topic, int partition) {
  es::Offset seen = 0;
  const NamedLog log(broker, topic);
  for (auto& [name, store] : disk.stores()) {
    const auto at = es::ReadViewCheckpoints(store, log);
    if (at.ok()) seen = std::max(seen, (*at)[partition].offset());
  }
  return seen;
}

}  // namespace regard::simulation
