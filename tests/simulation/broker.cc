#include "tests/simulation/broker.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/es/log_identity.h"

namespace regard::simulation {

Broker::Broker(Schedule& schedule, std::vector<std::string> topics, int partitions, Control control,
               std::function<void(int, int, es::Offset)> stored)
    : schedule_(schedule), control_(control), stored_(std::move(stored)) {
  for (std::string& name : topics) {
    Topic topic;
    topic.identity = es::MakeLogIdentity(absl::StrCat("sim-", name), partitions);
    topic.name = std::move(name);
    topic.partitions.resize(partitions);
    topics_.push_back(std::move(topic));
  }
}

std::shared_ptr<const log::v1::Record> Broker::Served(Partition& partition, const StoredRecord& stored) const {
  if (control_ == Control::kSequenceCheckRemoved) {
    if (stored.record->has_claim()) {
      partition.token = static_cast<es::Offset>(partition.records.size());
      partition.sequence = 0;
    } else if (stored.record->token() == partition.token) {
      auto served = std::make_shared<log::v1::Record>(*stored.record);
      served->set_sequence(++partition.sequence);
      return served;
    }
  }
  if (control_ == Control::kCursorOutsideLog) {
    auto served = std::make_shared<log::v1::Record>(*stored.record);
    for (log::v1::Append& append : *served->mutable_batch()->mutable_appends()) append.clear_cause();
    if (stored.record->has_claim()) *served->mutable_claim() = stored.record->claim();
    return served;
  }
  return stored.record;
}

es::Offset Broker::Store(int topic, int partition, StoredRecord record) {
  Partition& into = topics_[topic].partitions[partition];
  record.at = schedule_.now();
  record.bytes = record.record->ByteSizeLong();
  record.served = Served(into, record);
  into.records.push_back(std::move(record));
  const es::Offset offset = static_cast<es::Offset>(into.records.size()) - 1;
  stored_(topic, partition, offset);
  for (auto& [id, grown] : topics_[topic].followers) grown(partition, offset);
  return offset;
}

void Broker::Truncate(int topic, int partition, es::Offset end) {
  topics_[topic].partitions[partition].records.resize(end);
}

int Broker::Follow(int topic, std::function<void(int, es::Offset)> grown) {
  topics_[topic].followers[next_follower_] = std::move(grown);
  return next_follower_++;
}

struct SimLog::Core {
  Broker& broker;
  const int topic;
  Schedule& schedule;
  Random random;
  const std::shared_ptr<Life> life;
  const FaultRates& rates;
  Coverage& coverage;
  const Control control;
  std::vector<Lane> lanes;
  std::vector<char> tell_arranged;
  std::map<int, absl::AnyInvocable<void(int)>> watches;
  int next_watch = 0;
  uint64_t next_append = 1;

  static void Arrive(const std::shared_ptr<Core>& core, int partition, StoredRecord record, absl::Duration answer_in);
  static void Answer(const std::shared_ptr<Core>& core, int partition, uint64_t append,
                     absl::StatusOr<es::Offset> answer);
  static void ArrangeTell(const std::shared_ptr<Core>& core, int partition, absl::Duration in);
  void Flush(int partition);
  es::Offset ToldOffset(Lane& lane, es::Offset offset, bool claim);
  std::shared_ptr<const log::v1::Record> ReadOne(const Lane& lane, es::Offset offset, es::Offset from,
                                                 const StoredRecord& stored) const;
  absl::Duration Hop() { return random.Between(absl::Microseconds(100), absl::Milliseconds(1)); }
};

class SimLog::Handle : public es::LogWatch {
 public:
  Handle(std::shared_ptr<Core> core, int id) : core_(std::move(core)), id_(id) {}
  ~Handle() override { core_->watches.erase(id_); }

 private:
  const std::shared_ptr<Core> core_;
  const int id_;
};

SimLog::SimLog(Broker& broker, int topic, Schedule& schedule, Random random, std::shared_ptr<Life> life,
               const FaultRates& rates, Coverage& coverage, Control control)
    : broker_(broker),
      topic_(topic),
      core_(std::make_shared<Core>(
          Core{broker, topic, schedule, random, std::move(life), rates, coverage, control, {}, {}, {}})) {
  core_->lanes = std::vector<Lane>(broker.partitions());
  core_->tell_arranged.resize(broker.partitions());
  follower_ = broker.Follow(topic, [core = core_](int partition, es::Offset offset) {
    if (!core->life->alive()) return;
    Lane& lane = core->lanes[partition];
    const absl::Duration now = core->schedule.now();
    if (core->random.PerMille(core->rates.read_lag) && now >= lane.lag_until) {
      core->coverage.Hit(Reached::kReadLag);
      lane.lag_at = offset;
      lane.lag_until = now + core->random.Between(absl::Milliseconds(1), absl::Milliseconds(80));
      core->schedule.After(lane.lag_until - now, [core, partition] {
        Core::ArrangeTell(core, partition, absl::ZeroDuration());
      });
    }
    Core::ArrangeTell(core, partition, core->Hop());
  });
}

SimLog::~SimLog() { broker_.Forget(topic_, follower_); }

void SimLog::Append(int partition, std::shared_ptr<const log::v1::Record> record, AppendDone done) {
  Core& core = *core_;
  if (!core.life->Pass(Await::kAppend)) return;
  const bool claim = record->has_claim();
  Lane& lane = core.lanes[partition];
  if (claim) lane.end_at_claim = static_cast<es::Offset>(broker_.records(topic_, partition).size());
  const absl::Duration now = core.schedule.now();
  StoredRecord stored;
  stored.record = std::move(record);
  stored.writer = core.life->id();
  stored.append = core.next_append++;
  stored.sent = now;
  lane.in_flight.push_back({stored.append, std::move(done), absl::nullopt, claim});
  const auto fail_in = [&](absl::Duration in) {
    core.schedule.After(in, [core = core_, partition, append = stored.append] {
      Core::Answer(core, partition, append, absl::UnavailableError("the broker did not answer"));
    });
  };
  const auto arrive_in = [&](absl::Duration in, absl::Duration answer_in) {
    core.schedule.After(in, [core = core_, partition, stored, answer_in] {
      Core::Arrive(core, partition, stored, answer_in);
    });
  };
  // An error is reported, and then the record arrives after all, or not.
  const auto arrive_late = [&](absl::Duration after) {
    core.coverage.Hit(claim ? Reached::kClaimLate : Reached::kRecordLate);
    fail_in(core.rates.timeout);
    arrive_in(core.rates.timeout + after, absl::InfiniteDuration());
  };

  const int fate = static_cast<int>(core.random.Below(1000));
  const FaultRates& rates = core.rates;
  if (core.life->cut) {
    if (fate < 500) {
      fail_in(rates.timeout);
    } else {
      arrive_late(core.Hop());
    }
  } else if (fate < rates.lost) {
    core.coverage.Hit(Reached::kRecordLost);
    fail_in(rates.timeout);
  } else if (fate < rates.lost + rates.late) {
    const bool very = core.random.PerMille(100);
    arrive_late(core.random.Between(absl::Milliseconds(1), very ? absl::Seconds(3) : absl::Milliseconds(100)));
  } else {
    absl::Duration in = core.Hop();
    if (core.random.PerMille(rates.delayed)) {
      core.coverage.Hit(Reached::kRecordDelayed);
      in = core.random.Between(absl::Milliseconds(5), absl::Milliseconds(60));
    }
    absl::Duration at = std::max(now + in, lane.last_arrival);
    if (core.random.PerMille(rates.overtaken)) {
      // Others may overtake it: it does not hold them up.
      core.coverage.Hit(Reached::kRecordOvertaken);
      at += core.random.Between(absl::Milliseconds(1), absl::Milliseconds(15));
    } else {
      lane.last_arrival = at;
    }
    const bool lie = fate < rates.lost + rates.late + rates.lied;
    if (lie) {
      core.coverage.Hit(Reached::kLyingError);
      fail_in(at - now + core.Hop());
    }
    arrive_in(at - now, lie ? absl::InfiniteDuration() : core.Hop());
    if (core.random.PerMille(rates.duplicated)) {
      core.coverage.Hit(Reached::kRecordDuplicated);
      arrive_in(at - now + core.random.Between(absl::Microseconds(10), absl::Milliseconds(30)),
                absl::InfiniteDuration());
    }
  }
  core.life->Pass(Await::kAppended);
}

void SimLog::Core::Arrive(const std::shared_ptr<Core>& core, int partition, StoredRecord record,
                          absl::Duration answer_in) {
  if (core->life->alive() && core->life->cut) {
    core->schedule.After(absl::Milliseconds(7), [core, partition, record = std::move(record), answer_in]() mutable {
      Arrive(core, partition, std::move(record), answer_in);
    });
    return;
  }
  // Of what a dead process had on the wire some arrives.
  if (!core->life->alive() && core->random.PerMille(400)) return;
  const uint64_t append = record.append;
  const es::Offset offset = core->broker.Store(core->topic, partition, std::move(record));
  if (answer_in == absl::InfiniteDuration()) return;
  core->schedule.After(answer_in, [core, partition, append, offset] { Answer(core, partition, append, offset); });
}

void SimLog::Core::Answer(const std::shared_ptr<Core>& core, int partition, uint64_t append,
                          absl::StatusOr<es::Offset> answer) {
  if (!core->life->alive()) return;
  if (core->life->cut && answer.ok()) {
    core->schedule.After(absl::Milliseconds(3), [core, partition, append, answer] {
      Answer(core, partition, append, answer);
    });
    return;
  }
  for (InFlight& one : core->lanes[partition].in_flight) {
    if (one.append == append && !one.answer.has_value()) one.answer = std::move(answer);
  }
  core->Flush(partition);
}

void SimLog::Core::Flush(int partition) {
  Lane& lane = lanes[partition];
  while (!lane.in_flight.empty() && lane.in_flight.front().answer.has_value() && life->alive()) {
    InFlight first = std::move(lane.in_flight.front());
    lane.in_flight.pop_front();
    absl::StatusOr<es::Offset> answer = *std::move(first.answer);
    if (answer.ok()) answer = ToldOffset(lane, *answer, first.claim);
    std::move(first.done)(std::move(answer));
  }
}

es::Offset SimLog::Core::ToldOffset(Lane& lane, es::Offset offset, bool claim) {
  if (claim) lane.token = offset;
  if (!claim && offset <= lane.told) {
    coverage.Hit(Reached::kDeliveredOutOfOrder);
    if (control == Control::kOffsetOrderUnchecked) offset = lane.told + 1;
  }
  lane.told = offset;
  return offset;
}

void SimLog::Core::ArrangeTell(const std::shared_ptr<Core>& core, int partition, absl::Duration in) {
  if (core->tell_arranged[partition]) return;
  core->tell_arranged[partition] = 1;
  core->schedule.After(in, [core, partition] {
    core->tell_arranged[partition] = 0;
    if (!core->life->alive() || core->life->cut) return;
    for (auto& [id, grown] : core->watches) grown(partition);
  });
}

std::shared_ptr<const log::v1::Record> SimLog::Core::ReadOne(const Lane& lane, es::Offset offset, es::Offset from,
                                                             const StoredRecord& stored) const {
  static const auto* const kBlank = [] {
    auto blank = std::make_shared<log::v1::Record>();
    blank->set_token(-7);
    return new std::shared_ptr<const log::v1::Record>(std::move(blank));
  }();
  const bool gap_hidden =
      control == Control::kGapCheckRemoved && from > lane.token && lane.token >= 0 && stored.record->has_claim();
  const bool not_replayed = control == Control::kClaimNotReplayed && from <= lane.token && offset < lane.token &&
                            offset >= lane.end_at_claim && !stored.record->has_claim();
  return gap_hidden || not_replayed ? *kBlank : stored.served;
}

absl::StatusOr<std::vector<es::LoggedRecord>> SimLog::Read(int partition, es::Offset from, size_t max_bytes) {
  if (!core_->life->alive() || core_->life->cut) return absl::UnavailableError("the broker is away");
  const std::vector<StoredRecord>& records = broker_.records(topic_, partition);
  const Lane& lane = core_->lanes[partition];
  es::Offset end = static_cast<es::Offset>(records.size());
  if (core_->schedule.now() < lane.lag_until) end = std::min(end, lane.lag_at);
  std::vector<es::LoggedRecord> read;
  size_t bytes = 0;
  for (es::Offset offset = from; offset < end; ++offset) {
    bytes += records[offset].bytes;
    if (!read.empty() && bytes > max_bytes) break;
    read.push_back({offset, core_->ReadOne(lane, offset, from, records[offset])});
  }
  return read;
}

absl::StatusOr<es::Offset> SimLog::End(int partition) {
  if (!core_->life->alive() || core_->life->cut) return absl::UnavailableError("the broker is away");
  return static_cast<es::Offset>(broker_.records(topic_, partition).size());
}

void SimLog::AskEnd(int partition, EndDone done) {
  const absl::StatusOr<es::Offset> end = End(partition);
  core_->schedule.After(core_->Hop(), [core = core_, end, done = std::move(done)]() mutable {
    if (core->life->alive()) std::move(done)(end);
  });
}

std::unique_ptr<es::LogWatch> SimLog::Watch(absl::AnyInvocable<void(int partition)> grown) {
  core_->watches[core_->next_watch] = std::move(grown);
  return std::make_unique<Handle>(core_, core_->next_watch++);
}

void SimLog::Healed() {
  for (int partition = 0; partition < broker_.partitions(); ++partition) {
    Core::ArrangeTell(core_, partition, absl::ZeroDuration());
  }
}

}  // namespace regard::simulation
