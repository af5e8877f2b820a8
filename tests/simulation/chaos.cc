// What goes wrong with processes, machines and clocks.
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/es/feature_level.h"
#include "tests/simulation/world.h"

namespace regard::simulation {

void World::ChaosTick() {
  if (calm_ || log_is_cut_) return;
  Chaos();
  schedule_.After(fate_.Between(absl::Milliseconds(5), absl::Milliseconds(30)), [this] { ChaosTick(); });
}

void World::Chaos() {
  const std::vector<int> alive = Alive();
  if (alive.empty()) {
    if (fate_.PerMille(500)) StartInstance(static_cast<int>(fate_.Below(kSlots)));
    return;
  }
  const int slot = fate_.Pick(alive);
  Instance& one = *At(slot);
  // Where each claims all, the other goes after a while.
  if (!shares_ && alive.size() > 1 && fate_.PerMille(100)) {
    if (fate_.PerMille(500)) {
      Note(absl::StrCat("kill ", slot));
      coverage_.Hit(Reached::kCrash);
      return Kill(slot);
    }
    if (one.life().running()) {
      Note(absl::StrCat("stop ", slot));
      coverage_.Hit(Reached::kStopped);
      return one.Stop();
    }
  }
  if (fate_.PerMille(rates_.crash)) {
    coverage_.Hit(Reached::kCrash);
    one.life().DieAt(fate_.Between(0, 150));
  }
  if (fate_.PerMille(rates_.second)) {
    const int other = static_cast<int>(fate_.Below(kSlots));
    StartInstance(other);
  }
  if (fate_.PerMille(rates_.stop) && one.life().running()) {
    Note(absl::StrCat("stop ", slot));
    coverage_.Hit(Reached::kStopped);
    one.Stop();
  }
  if (fate_.PerMille(rates_.pause) && one.life().running()) Pause(slot);
  if (fate_.PerMille(rates_.cut) && !one.life().cut) {
    Note(absl::StrCat("cut off ", slot));
    coverage_.Hit(Reached::kBrokerCut);
    one.life().cut = true;
    const int id = one.life().id();
    schedule_.After(fate_.Between(absl::Milliseconds(10), absl::Milliseconds(400)), [this, slot, id] {
      if (At(slot) != nullptr && At(slot)->life().id() == id) At(slot)->Heal();
    });
    if (fate_.PerMille(500)) StartInstance(static_cast<int>(fate_.Below(kSlots)));
  }
  if (shares_ && fate_.PerMille(rates_.peers_cut)) CutPeers();
  if (fate_.PerMille(rates_.slow_views)) SlowViews(slot);
  if (fate_.PerMille(rates_.wall_jump)) JumpWall(slot);
  if (fate_.PerMille(rates_.raise) && one.life().running()) RaiseLevel(one);
  if (workload_->Ready() && fate_.PerMille(rates_.leap)) Leap();
}

// Long enough for another to take over, now and then.
void World::Pause(int slot) {
  Note(absl::StrCat("pause ", slot));
  coverage_.Hit(Reached::kPaused);
  Instance& one = *At(slot);
  const int id = one.life().id();
  one.Pause();
  const bool replaced = fate_.PerMille(600);
  if (replaced) StartInstance((slot + 1) % kSlots);
  const absl::Duration longest = absl::Milliseconds(replaced ? 500 : 100);
  const absl::Duration pause = fate_.Between(absl::Milliseconds(5), longest);
  schedule_.After(pause, [this, slot, id, replaced] {
    if (At(slot) == nullptr || At(slot)->life().id() != id) return;
    Note(absl::StrCat("wake ", slot));
    if (replaced) truth_->Woken(id);
    At(slot)->Resume();
  });
}

// In one direction; often in the other, too.
void World::CutPeers() {
  coverage_.Hit(Reached::kPeersCut);
  const int from = static_cast<int>(fate_.Below(kSlots));
  const int to = (from + 1 + static_cast<int>(fate_.Below(kSlots - 1))) % kSlots;
  Note(absl::StrCat("peers cut ", from, " ", to));
  std::vector<std::pair<int, int>> cut = {{from, to}};
  if (fate_.PerMille(500)) cut.emplace_back(to, from);
  for (const auto& pair : cut) board_.blocked.insert(pair);
  schedule_.After(fate_.Between(absl::Milliseconds(10), absl::Milliseconds(400)), [this, cut] {
    for (const auto& pair : cut) board_.blocked.erase(pair);
  });
}

void World::SlowViews(int slot) {
  coverage_.Hit(Reached::kSlowProjector);
  Instance& one = *At(slot);
  one.life().view_slowness = 1 << fate_.Below(9);
}

void World::RaiseLevel(Instance& one) {
  const int topic = static_cast<int>(fate_.Below(kTopics));
  const int partition = static_cast<int>(fate_.Below(partitions_));
  Note(absl::StrCat("raise ", topic, "/", partition));
  one.Raise(topic, partition, absl::Seconds(1), [this, topic, partition](const es::Outcome& outcome) {
    if (outcome.kind != es::Outcome::Kind::kCommitted) return;
    if (truth_->LevelAt(topic, partition, outcome.position) < es::kFeatureLevel) {
      verdict_.Fail("levels", absl::StrCat(broker_->name(topic), "/", partition, " was not raised at position ",
                                           outcome.position));
    }
    coverage_.Hit(Reached::kLevelKnown);
  });
}

// Hours, days or weeks in which everything sleeps: visits come and go, requests expire, papers lapse.
void World::Leap() {
  absl::Duration leap = absl::Hours(3);
  const int dice = static_cast<int>(fate_.Below(100));
  if (dice < 10) {
    leap = absl::Minutes(10);
  } else if (dice < 30) {
    leap = absl::Hours(1);
  } else if (dice < 45) {
    leap = absl::Hours(9);
  } else if (dice < 60) {
    leap = absl::Hours(25);
  } else if (dice < 66) {
    leap = absl::Hours(50);
  } else if (dice < 68) {
    leap = absl::Hours(24 * 8);
  } else if (dice < 70) {
    leap = absl::Hours(24 * 30);
  }
  if (!seasoned_ && workload_->HasSettledIn() && fate_.PerMille(300)) {
    // Providers that are not new any more: from now on time may confirm.
    seasoned_ = true;
    leap = absl::Hours(24 * 29);
  }
  Note(absl::StrCat("leap ", absl::FormatDuration(leap)));
  coverage_.Hit(Reached::kClockLeap);
  schedule_.Leap(leap);
}

void World::JumpWall(int slot) {
  const bool far = fate_.PerMille(200);
  coverage_.Hit(far ? Reached::kWallDrift : Reached::kWallJump);
  const int64_t seconds = far ? 400 : 100;
  At(slot)->clock().JumpWall(absl::Seconds(fate_.Between(-seconds, seconds)));
}

}  // namespace regard::simulation
