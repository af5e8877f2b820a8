#include "tests/simulation/member.h"

#include <algorithm>
#include <utility>

namespace regard::simulation {
namespace {

// Everything in a run is some twenty times faster than on brokers.
constexpr absl::Duration kBeat = absl::Milliseconds(20);
constexpr absl::Duration kProbeEvery = absl::Milliseconds(10);

cluster::MembershipOptions Quick() {
  cluster::MembershipOptions options;
  options.beat = kBeat;
  options.silence = 6 * kBeat;
  return options;
}

cluster::OwnershipOptions Patient(Random& random) {
  cluster::OwnershipOptions options;
  options.standbys = static_cast<int>(random.Below(3));
  options.retry = absl::Milliseconds(30);
  options.longest_retry = absl::Milliseconds(200);
  return options;
}

std::vector<cluster::OwnedTopic> TopicsOf(const std::vector<es::CommandRuntime*>& runtimes) {
  std::vector<cluster::OwnedTopic> topics;
  for (const es::CommandRuntime* runtime : runtimes) {
    topics.push_back({std::string(runtime->domain().topic()), runtime->partition_count()});
  }
  return topics;
}

}  // namespace

Member::Member(Board& board, Random random, std::shared_ptr<Life> life, int slot, const SimClock& clock,
               SimExecutor& executor, const std::vector<es::CommandRuntime*>& runtimes, Coverage& coverage)
    : board_(board),
      random_(std::move(random)),
      life_(std::move(life)),
      slot_(slot),
      clock_(clock),
      executor_(executor),
      runtimes_(runtimes),
      coverage_(coverage),
      membership_(life_->name(), Quick()),
      ownership_(life_->name(), TopicsOf(runtimes), Patient(random_)),
      heard_(board.notes.size()) {
  for (es::CommandRuntime* runtime : runtimes_) {
    partitions_ += runtime->partition_count();
    runtime->WatchPartitions([this, runtime](const es::CommandRuntime::PartitionChange& change) {
      const absl::string_view topic = runtime->domain().topic();
      say_ = true;
      if (change.serves) {
        coverage_.Hit(Reached::kPartitionGained);
        return ownership_.Serves(topic, change.partition, change.token);
      }
      coverage_.Hit(change.why.ok() ? Reached::kPartitionLeft : Reached::kPartitionLost);
      ownership_.Idle(topic, change.partition, !change.why.ok(), clock_.Monotonic());
    });
  }
}

void Member::Start() { Tick(); }

void Member::Retire(std::function<void()> retired) {
  retired_ = std::move(retired);
  ownership_.Retire();
  say_ = true;
}

void Member::Tick() {
  Hear();
  for (const cluster::Ownership::Action& action : ownership_.Decide(membership_, clock_.Monotonic())) Act(action);
  Say();
  Probe();
  if (retired_ != nullptr && ownership_.HasRetired()) std::exchange(retired_, nullptr)();
  executor_.PostAfter(random_.Between(absl::Milliseconds(1), absl::Milliseconds(8)), [this] { Tick(); });
}

void Member::Hear() {
  if (life_->cut) return;
  // The last few may not have come yet.
  const size_t late = random_.PerMille(200) ? random_.Below(4) : 0;
  while (heard_ + late < board_.notes.size()) {
    const cluster::Heartbeat& note = board_.notes[heard_++];
    if (note.instance_id() != life_->name() && !note.owned().empty()) coverage_.Hit(Reached::kHeardOwner);
    membership_.Hear(note, clock_.Monotonic());
  }
}

void Member::Say() {
  const absl::Duration now = clock_.Monotonic();
  if (!say_ && now < next_beat_) return;
  cluster::Heartbeat note;
  note.set_instance_id(life_->name());
  // A machine's address is its processes'.
  note.set_address(std::to_string(slot_));
  note.set_beat(++beat_);
  ownership_.Describe(note);
  membership_.Sent(beat_, now);
  next_beat_ = now + kBeat;
  say_ = false;
  if (!life_->cut && !random_.PerMille(20)) board_.notes.push_back(std::move(note));
}

void Member::Probe() {
  const absl::Duration now = clock_.Monotonic();
  if (now < next_probe_) return;
  next_probe_ = now + kProbeEvery;
  std::vector<std::string> names;
  for (const cluster::Heartbeat* peer : membership_.Known()) {
    if (peer->instance_id() != life_->name()) names.push_back(peer->instance_id());
  }
  for (const std::string& name : names) {
    const bool answers = board_.answers(slot_, name);
    if (!answers) coverage_.Hit(Reached::kProbeFailed);
    membership_.Probed(name, answers);
  }
}

void Member::Act(const cluster::Ownership::Action& action) {
  for (es::CommandRuntime* runtime : runtimes_) {
    if (runtime->domain().topic() != action.topic) continue;
    switch (action.kind) {
      case cluster::Ownership::Action::Kind::kOwn: runtime->Own(action.partition); break;
      case cluster::Ownership::Action::Kind::kLeave: runtime->Leave(action.partition); break;
      case cluster::Ownership::Action::Kind::kFollow: runtime->Follow(action.partition, true); break;
      case cluster::Ownership::Action::Kind::kUnfollow: runtime->Follow(action.partition, false); break;
    }
  }
}

}  // namespace regard::simulation
