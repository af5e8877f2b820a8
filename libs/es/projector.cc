#include "libs/es/projector.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/es/view_checkpoints.h"

namespace regard::es {

Projector::Projector(View& view, std::vector<EventLog*> logs, const FactTypes& types, Store& store, Executor& executor,
                     Options options, std::function<void(const absl::Status&)> halted)
    : view_(view),
      types_(types),
      store_(store),
      executor_(executor),
      options_(std::move(options)),
      halted_(std::move(halted)),
      rows_(store, options_.max_kept_rows) {
  for (EventLog* log : logs) {
    const size_t count = log->identity().partition_count();
    Input input;
    input.log = log;
    input.applied = std::make_unique<std::atomic<uint64_t>[]>(count);
    input.readers.resize(count);
    input.grown.assign(count, 0);
    inputs_.push_back(std::move(input));
  }
}

Projector::~Projector() = default;

absl::Status Projector::LoadCheckpoints() {
  for (Input& input : inputs_) {
    const absl::StatusOr<std::vector<log::v1::Checkpoint>> at = ReadViewCheckpoints(store_, *input.log);
    if (!at.ok()) {
      return absl::Status(at.status().code(), absl::StrCat("view ", view_.name(), ": ", at.status().message()));
    }
    for (size_t partition = 0; partition < at->size(); ++partition) {
      input.applied[partition].store((*at)[partition].position());
      input.readers[partition] =
          std::make_unique<AcceptedReader>(*input.log, static_cast<int>(partition), (*at)[partition]);
      // Now, before new records hide that the log was cut.
      const absl::Status begun = input.readers[partition]->CheckStart();
      if (!begun.ok() && !absl::IsUnavailable(begun)) {
        return absl::Status(begun.code(), absl::StrCat("view ", view_.name(), ": ", begun.message()));
      }
    }
  }
  absl::StatusOr<FactPlaces> passed_over = ReadPassedOver(store_);
  if (!passed_over.ok()) return passed_over.status();
  passed_over_ = *std::move(passed_over);
  return absl::OkStatus();
}

void Projector::Start(std::function<void()> caught_up) {
  executor_.Post([this, caught_up = std::move(caught_up)]() mutable {
    const absl::Status loaded = LoadCheckpoints();
    if (!loaded.ok()) return halted_(loaded);
    loaded_ = true;
    caught_up_ = std::move(caught_up);
    for (size_t i = 0; i < inputs_.size(); ++i) {
      inputs_[i].watch = inputs_[i].log->Watch([this, i](int partition) { OnGrown(i, partition); });
      const int count = static_cast<int>(inputs_[i].log->identity().partition_count());
      for (int partition = 0; partition < count; ++partition) OnGrown(i, partition);
    }
    Turn();
  });
}

void Projector::Stop() {
  stopped_ = true;
  for (Input& input : inputs_) input.watch.reset();
}

bool Projector::Mark(Input& input, int partition) {
  if (input.grown[partition]) return false;
  input.grown[partition] = 1;
  input.grown_list.push_back(partition);
  return true;
}

void Projector::OnGrown(size_t input, int partition) {
  std::lock_guard<std::mutex> lock(mutex_);
  MarkGrown(input, partition);
}

void Projector::MarkGrown(size_t input, int partition) {
  if (!Mark(inputs_[input], partition) || turn_posted_) return;
  turn_posted_ = true;
  executor_.Post([this] { Turn(); });
}

void Projector::Turn() {
  if (stopped_) return;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    turn_posted_ = false;
  }
  if (!loaded_) return;
  bool more = false;
  bool away = false;
  const absl::Status applied = ApplyGrown(&more, &away);
  if (!applied.ok()) {
    stopped_ = true;
    if (StoppedAtOf(applied).has_value()) return halted_(applied);
    return halted_(absl::Status(applied.code(), absl::StrCat("view ", view_.name(), ": ", applied.message())));
  }
  WakeWaiters();
  if (more || away) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (turn_posted_) return;
    turn_posted_ = true;
    if (away) {
      executor_.PostAfter(options_.retry, [this] { Turn(); });
    } else {
      executor_.Post([this] { Turn(); });
    }
    return;
  }
  if (caught_up_ != nullptr) std::exchange(caught_up_, nullptr)();
}

absl::Status Projector::ApplyGrown(bool* more, bool* away) {
  std::vector<std::vector<int>> read(inputs_.size());
  size_t facts = 0;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    Input& input = inputs_[i];
    std::vector<int> grown;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      grown.swap(input.grown_list);
      for (int partition : grown) input.grown[partition] = 0;
    }
    for (int partition : grown) {
      bool any = facts < options_.max_facts_per_batch;
      if (any) {
        const absl::StatusOr<std::vector<AcceptedAppend>> accepted =
            input.readers[partition]->Next(options_.max_read_bytes, &any);
        if (absl::IsUnavailable(accepted.status())) {
          std::lock_guard<std::mutex> lock(mutex_);
          Mark(input, partition);
          *away = true;
          continue;
        }
        if (!accepted.ok()) return accepted.status();
        for (const AcceptedAppend& append : *accepted) {
          const absl::Status applied = ApplyOne(input, partition, append, rows_);
          if (!applied.ok()) return applied;
          facts += append.append->facts_size();
        }
        if (any) read[i].push_back(partition);
      } else {
        any = true;
      }
      // Read again until a read finds nothing: a record may have been longer than one read.
      if (any) {
        std::lock_guard<std::mutex> lock(mutex_);
        Mark(input, partition);
        *more = true;
      }
    }
  }
  absl::StatusOr<StoreBatch> batch = rows_.Finish();
  if (!batch.ok()) return batch.status();
  // Facts that made no rows may be read again after a restart: their checkpoint is worth a write only now and then.
  unsaved_facts_ += facts;
  const bool save = !batch->empty() || passed_over_changed_ || unsaved_facts_ >= options_.max_facts_per_batch;
  if (passed_over_changed_) PutPassedOver(passed_over_, *batch);
  bool moved = false;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    if (read[i].empty()) continue;
    moved = true;
    if (!save) continue;
    std::vector<const log::v1::Checkpoint*> at;
    for (const auto& reader : inputs_[i].readers) at.push_back(&reader->checkpoint());
    batch->Put(ViewCheckpointsKey(inputs_[i].log->topic()),
               EncodeViewCheckpoints(inputs_[i].log->identity().log_id(), at));
    if (const uint32_t level = HighestFeatureLevel(at); level != inputs_[i].saved_level) {
      batch->Put(ViewFeatureLevelKey(inputs_[i].log->topic()), EncodeFeatureLevel(level));
      inputs_[i].saved_level = level;
    }
  }
  if (!moved) return absl::OkStatus();
  if (save) {
    const absl::Status written = store_.Write(*batch, Store::Durability::kBuffered);
    if (!written.ok()) return written;
    unsaved_facts_ = 0;
    passed_over_changed_ = false;
  }
  view_.Applied();
  for (size_t i = 0; i < inputs_.size(); ++i) {
    for (int partition : read[i]) {
      inputs_[i].applied[partition].store(inputs_[i].readers[partition]->checkpoint().position(),
                                          std::memory_order_release);
    }
  }
  return absl::OkStatus();
}

absl::Status Projector::ApplyOne(Input& input, int partition, const AcceptedAppend& accepted, Rows& rows) {
  for (int index = 0; index < accepted.append->facts_size(); ++index) {
    if (!options_.set_aside.empty()) {
      FactPlace place{input.log->topic(), partition, accepted.position, index};
      if (options_.set_aside.count(place) > 0) {
        passed_over_changed_ |= passed_over_.insert(std::move(place)).second;
        continue;
      }
    }
    const log::v1::Fact& fact = accepted.append->facts(index);
    const absl::StatusOr<const google::protobuf::Message*> message = types_.ParseOnce(accepted.record, fact);
    absl::Status status = message.status();
    if (message.ok()) {
      status = view_.Apply({input.log->topic(), partition, accepted.position, index, *accepted.append, fact, **message},
                           rows);
    } else if (message.status().code() == absl::StatusCode::kUnimplemented && fact.ignorable()) {
      status = absl::OkStatus();
    }
    if (!status.ok()) {
      return StoppedAt("view", view_.name(), {input.log->topic(), partition, accepted.position, index}, status);
    }
  }
  return absl::OkStatus();
}

void Projector::WakeWaiters() {
  std::vector<std::function<void()>> ready;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (size_t i = 0; i < waiters_.size();) {
      Waiter& waiter = waiters_[i];
      if (inputs_[waiter.input].applied[waiter.partition].load(std::memory_order_acquire) < waiter.position) {
        ++i;
        continue;
      }
      ready.push_back(std::move(waiter.done));
      waiter = std::move(waiters_.back());
      waiters_.pop_back();
    }
  }
  for (auto& done : ready) done();
}

const Projector::Input* Projector::FindInput(absl::string_view topic, size_t* index) const {
  for (size_t i = 0; i < inputs_.size(); ++i) {
    if (inputs_[i].log->topic() == topic) {
      *index = i;
      return &inputs_[i];
    }
  }
  return nullptr;
}

uint64_t Projector::Applied(absl::string_view topic, int partition) const {
  size_t index = 0;
  const Input* input = FindInput(topic, &index);
  return input == nullptr ? 0 : input->applied[partition].load(std::memory_order_acquire);
}

bool Projector::WhenApplied(absl::string_view topic, int partition, uint64_t position, std::function<void()> done) {
  size_t index = 0;
  const Input* input = FindInput(topic, &index);
  if (input == nullptr) return false;
  if (input->applied[partition].load(std::memory_order_acquire) < position) {
    std::lock_guard<std::mutex> lock(mutex_);
    // Looked at again under the lock that waking takes, so that no wake is missed.
    if (input->applied[partition].load(std::memory_order_acquire) < position) {
      waiters_.push_back({index, partition, position, std::move(done)});
      // It is durable: nobody needs to wait until the log tells.
      MarkGrown(index, partition);
      return true;
    }
  }
  done();
  return true;
}

uint64_t Projector::partitions_behind() {
  std::lock_guard<std::mutex> lock(mutex_);
  uint64_t behind = 0;
  for (const Input& input : inputs_) behind += input.grown_list.size();
  return behind;
}

}  // namespace regard::es
