#include "tests/simulation/world.h"

#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulation/reactions.h"
#include "tests/simulation/views_check.h"

namespace regard::simulation {
namespace {

// Operations.
constexpr int kLongRun = 500;

}  // namespace

class World::Keys : public privacy::KeyStore {
 public:
  Keys(privacy::KeyStore& kept, Random random, const FaultRates& rates, Coverage& coverage)
      : kept_(kept), random_(random), rates_(rates), coverage_(coverage) {}

  absl::StatusOr<privacy::Key> GetOrCreate(absl::string_view subject, absl::string_view tenant) override {
    if (random_.PerMille(rates_.keys_away)) {
      coverage_.Hit(Reached::kKeysAway);
      return absl::UnavailableError("keys are away");
    }
    return kept_.GetOrCreate(subject, tenant);
  }
  absl::StatusOr<absl::optional<privacy::Key>> Get(absl::string_view subject, absl::string_view tenant) override {
    return kept_.Get(subject, tenant);
  }
  absl::Status Erase(absl::string_view subject, absl::string_view tenant) override {
    return kept_.Erase(subject, tenant);
  }

 private:
  privacy::KeyStore& kept_;
  Random random_;
  const FaultRates& rates_;
  Coverage& coverage_;
};

World::World(const RunOptions& options)
    : options_(options),
      random_(options.seed * 0x100000001b3u + 0x5eed),
      fate_(random_.Fork()),
      rates_(options.calm ? FaultRates() : DrawRates(random_)),
      start_(absl::FromUnixSeconds(1'780'000'000)),
      partitions_(1 + static_cast<int>(random_.Below(3))),
      operations_wanted_(options.operations > 0       ? options.operations
                         : random_.PerMille(100) ? static_cast<int>(random_.Between(kLongRun, 2 * kLongRun))
                                                 : static_cast<int>(random_.Between(50, 250))),
      shares_(random_.PerMille(600)),
      kept_keys_(options.seed),
      keys_(std::make_unique<Keys>(kept_keys_, random_.Fork(), rates_, coverage_)) {
  // Long runs see bookings through to their end.
  if (operations_wanted_ >= kLongRun && !options.calm) rates_.leap = 200;
  broker_ = std::make_unique<Broker>(
      schedule_, std::vector<std::string>{"providers", "bookings", "budgets"}, partitions_, options.control,
      [this](int topic, int partition, es::Offset offset) {
        last_record_ = schedule_.now();
        const StoredRecord& stored = broker_->records(topic, partition)[offset];
        const log::v1::Record& record = *stored.record;
        Note(absl::StrCat("record ", topic, "/", partition, " ", offset, " by ", stored.writer, " ",
                          record.has_claim() ? "claim"
                                             : absl::StrCat(record.token(), ":", record.sequence(), " of ",
                                                            record.batch().appends_size())));
        Note(stored.record->SerializeAsString());
        truth_->OnStored(topic, partition, offset);
      });
  if (random_.PerMille(700)) broker_->MakeOlder();
  truth_ = std::make_unique<Truth>(*broker_, verdict_, coverage_);
  board_.answers = [this](int from, const std::string& name) {
    for (int slot = 0; slot < kSlots; ++slot) {
      if (At(slot) == nullptr || At(slot)->life().name() != name) continue;
      return At(slot)->life().running() && board_.blocked.count({from, slot}) == 0;
    }
    return false;
  };
  answers_ = std::make_unique<Answers>(*truth_, partitions_, start_, verdict_, coverage_);
  workload_ = std::make_unique<Workload>(*truth_, random_.Fork());
}

World::~World() {
  for (auto& instance : instances_) instance.reset();
  schedule_.Clear();
}

void World::Note(absl::string_view what) {
  // FNV-1a, with the time before each entry.
  const auto add = [this](absl::string_view bytes) {
    for (char c : bytes) digest_ = (digest_ ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
  };
  const std::string at = absl::StrCat(absl::ToInt64Nanoseconds(schedule_.now()), " ");
  add(at);
  add(what);
  if (!options_.trace || what.empty()) return;
  for (char c : what) {
    if (c < ' ' || c > '~') return;
  }
  std::printf("%12.6f %s\n", absl::ToDoubleSeconds(schedule_.now()), std::string(what).c_str());
}

std::vector<int> World::Alive() const {
  std::vector<int> alive;
  for (int slot = 0; slot < kSlots; ++slot) {
    if (instances_[slot] != nullptr && instances_[slot]->life().alive()) alive.push_back(slot);
  }
  return alive;
}

void World::StartInstance(int slot) {
  if (instances_[slot] != nullptr) return;
  const int id = next_instance_++;
  if (disks_[slot].stores().empty() && id > 1) coverage_.Hit(Reached::kReplayedFromNothing);
  if (!Alive().empty()) coverage_.Hit(Reached::kSecondInstance);
  Note(absl::StrCat("start ", id, " on ", slot));
  instances_[slot] = std::make_unique<Instance>(
      Surroundings{schedule_, *broker_, *keys_, rates_, coverage_, options_.control, start_,
                   shares_ ? &board_ : nullptr}, random_.Fork(), id,
      absl::StrCat("i", id), slot, disks_[slot], [this, id](const absl::Status& why) { Halted(id, why); });
  Life& life = instances_[slot]->life();
  life.died = [this, id] { schedule_.After(absl::ZeroDuration(), [this, id] { Bury(id); }); };
  if (id == 1 && options_.die_at_await >= 0) life.DieAt(options_.die_at_await);
  instances_[slot]->Start();
}

void World::Halted(int id, const absl::Status& why) {
  for (auto& instance : instances_) {
    if (instance == nullptr || instance->life().id() != id || !instance->life().alive()) continue;
    Note(absl::StrCat("halted ", id, ": ", why.message()));
    if (!log_is_cut_) verdict_.Fail("halts", absl::StrCat("instance ", id, " halted: ", why.ToString()));
    halts_.push_back(std::string(why.message()));
    instance->life().Die();
    instance->life().died();
  }
}

// A dead process leaves its disk, more or less.
void World::Bury(int id) {
  for (int slot = 0; slot < kSlots; ++slot) {
    if (instances_[slot] == nullptr || instances_[slot]->life().id() != id) continue;
    if (id == 1) first_awaits_ = instances_[slot]->life().awaits();
    Note(absl::StrCat("dead ", id, " on ", slot));
    instances_[slot].reset();
    if (log_is_cut_ || calm_) return;
    if (options_.die_at_await >= 0) {
      // On what it left, or on a new machine.
      const int next = static_cast<int>(fate_.Below(2));
      schedule_.After(absl::Milliseconds(5), [this, next] {
        if (Alive().empty()) StartInstance(next);
      });
    }
    const int fate = static_cast<int>(fate_.Below(100));
    if (fate < 12 && !options_.calm) {
      coverage_.Hit(Reached::kDiskLost);
      disks_[slot].Clear();
    } else if (fate < 55) {
      for (auto& [name, store] : disks_[slot].stores()) {
        const size_t lost = fate_.Below(store.unsynced() + 1);
        if (lost > 0) coverage_.Hit(Reached::kUnsyncedLost);
        store.Lose(lost);
      }
    }
  }
}

void World::Kill(int slot) {
  Instance* instance = At(slot);
  if (instance == nullptr || !instance->life().alive()) return;
  instance->life().Die();
  Bury(instance->life().id());
}

void World::RunUntil(absl::Duration until, const std::function<bool()>& enough) {
  while (!verdict_.failed() && schedule_.now() < until && !enough()) {
    if (!schedule_.RunNext()) return;
  }
}

RunResult World::Run() {
  StartInstance(0);
  StartClients();
  if (!options_.calm) schedule_.After(absl::Milliseconds(20), [this] { ChaosTick(); });
  // Leaps do not count.
  const uint64_t events_at_most = 400000;
  RunUntil(absl::InfiniteDuration(), [&] {
    return (operations_ >= static_cast<uint64_t>(operations_wanted_)) || schedule_.events_run() > events_at_most;
  });
  CalmDown();
  const absl::Duration patience = schedule_.now() + absl::Seconds(60);
  RunUntil(patience, [this] { return AtRest(); });
  if (!verdict_.failed() && !AtRest()) {
    std::string why = absl::StrCat(ReactionsOpen(*truth_, partitions_), " reactions open");
    for (const Client& client : clients_) {
      if (client.operation != nullptr) absl::StrAppend(&why, ", operation ", client.operation->id, " open");
    }
    verdict_.Fail("rest", "it did not come to rest: " + why);
    CheckReactions(*truth_, partitions_, verdict_);
  }
  if (!verdict_.failed()) CheckAtRest();
  if (!verdict_.failed() && !options_.calm && fate_.PerMille(200)) CutTheLog();
  RunResult result;
  result.verdict = verdict_;
  result.coverage = coverage_;
  result.digest = digest_;
  result.events = schedule_.events_run();
  for (int topic = 0; topic < kTopics; ++topic) {
    for (int partition = 0; partition < partitions_; ++partition) {
      if (truth_->Find(topic, partition, 1) != nullptr) result.appends += truth_->appends(topic, partition).size();
    }
  }
  result.operations = operations_;
  result.awaits = first_awaits_;
  if (At(0) != nullptr && At(0)->life().id() == 1) result.awaits = At(0)->life().awaits();
  result.simulated = schedule_.now();
  return result;
}

// Nothing goes wrong from here on, and one instance is left.
void World::CalmDown() {
  Note("calm");
  calm_ = true;
  const absl::Duration timeout = rates_.timeout;
  rates_ = FaultRates();
  rates_.timeout = timeout;
  board_.blocked.clear();
  std::vector<int> alive = Alive();
  while (alive.size() > 1 || (alive.size() == 1 && At(alive[0])->stopping())) {
    Kill(alive.back());
    alive.pop_back();
  }
  if (alive.empty()) {
    for (int slot = 0; slot < kSlots; ++slot) instances_[slot].reset();
    StartInstance(static_cast<int>(fate_.Below(kSlots)));
    alive = Alive();
  }
  Instance& last = *At(alive[0]);
  last.life().DieAt(-1);
  last.life().view_slowness = 1;
  last.Resume();
  last.Heal();
}

bool World::AtRest() {
  if (schedule_.now() - last_record_ < absl::Milliseconds(400)) return false;
  for (const Client& client : clients_) {
    if (client.operation != nullptr) return false;
  }
  const std::vector<int> alive = Alive();
  if (alive.size() != 1 || !At(alive[0])->serving()) return false;
  for (const auto& projector : At(alive[0])->projectors()) {
    for (const std::string& topic : projector->view().topics()) {
      for (int partition = 0; partition < partitions_; ++partition) {
        const int index = TopicNamed(topic);
        const size_t end = truth_->Find(index, partition, 1) == nullptr ? 0 : truth_->appends(index, partition).size();
        if (projector->Applied(topic, partition) < end) return false;
      }
    }
  }
  return ReactionsOpen(*truth_, partitions_) == 0;
}

void World::CheckAtRest() {
  CheckReactions(*truth_, partitions_, verdict_);
  for (int slot = 0; slot < kSlots; ++slot) {
    CheckStates(*truth_, *broker_, disks_[slot], verdict_);
  }
  // The last one's, and what some other left behind.
  const int last = Alive()[0];
  CheckViews(*truth_, *broker_, disks_[last], fate_.Fork(), verdict_);
  CheckViews(*truth_, *broker_, disks_[(last + 1 + fate_.Below(2)) % kSlots], fate_.Fork(), verdict_);
}

}  // namespace regard::simulation
