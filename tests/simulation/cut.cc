// The log loses its end behind what a machine saw: whoever starts there must halt and say where.
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/es/state_rows.h"
#include "tests/simulation/views_check.h"
#include "tests/simulation/world.h"

namespace regard::simulation {

std::vector<World::Witness> World::Witnesses(bool views) {
  std::vector<Witness> witnesses;
  for (int slot = 0; slot < kSlots; ++slot) {
    for (int topic = 0; topic < kTopics; ++topic) {
      for (int partition = 0; partition < partitions_; ++partition) {
        const es::Offset seen = views ? SeenByViews(*broker_, disks_[slot], topic, partition)
                                      : SeenByStates(*broker_, disks_[slot], topic, partition);
        if (seen > (views ? 5 : 1)) witnesses.push_back({slot, topic, partition, seen});
      }
    }
  }
  return witnesses;
}

// With its states an instance writes nothing any more. Where only views are left to know, a claim comes behind the cut.
void World::CutTheLog() {
  const bool views = fate_.PerMille(300);
  const std::vector<Witness> witnesses = Witnesses(views);
  if (witnesses.empty()) return;
  log_is_cut_ = true;
  for (int slot = 0; slot < kSlots; ++slot) Kill(slot);
  const Witness witness = fate_.Pick(witnesses);
  const es::Offset end = static_cast<es::Offset>(fate_.Below(witness.seen - (views ? 4 : 0)));
  broker_->Truncate(witness.topic, witness.partition, end);
  coverage_.Hit(views ? Reached::kTruncatedBehindView : Reached::kTruncatedLog);
  if (views) {
    for (auto& [name, store] : disks_[witness.slot].stores()) {
      if (absl::StartsWith(name, "state.")) store.Clear();
    }
  }
  const std::string log = absl::StrCat(broker_->name(witness.topic), "/", witness.partition);
  Note(absl::StrCat("cut ", log, " at ", end));
  StartInstance(witness.slot);
  RunUntil(schedule_.now() + absl::Seconds(5), [this] { return Alive().empty(); });
  if (!Alive().empty()) return verdict_.Fail("halts", log + " was cut and the instance went on");
  const es::Offset now = static_cast<es::Offset>(broker_->records(witness.topic, witness.partition).size());
  if (now > end + (views ? 1 : 0)) verdict_.Fail("halts", log + " was cut and the instance wrote on");
  const std::string place = absl::StrCat(log, ": the log ends at offset ", views ? "" : absl::StrCat(end, ","));
  bool said = false;
  for (const std::string& halt : halts_) said |= absl::StrContains(halt, place);
  if (!said) return verdict_.Fail("halts", log + " was cut and the instance did not say where");
  coverage_.Hit(views ? Reached::kViewHaltedOnTruncation : Reached::kHaltedOnTruncation);
}

}  // namespace regard::simulation
