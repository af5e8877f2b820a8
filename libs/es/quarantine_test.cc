// A fact that a reader cannot handle stops it; set aside by an operator it is passed over, and everything else goes on.
#include "libs/es/quarantine.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/es/accepted_reader.h"
#include "libs/es/projector.h"
#include "libs/es/quarantine_domain.h"
#include "libs/es/reactor.h"
#include "libs/es/testing/memory_log.h"
#include "libs/es/testing/memory_store.h"
#include "libs/es/testing/scenario.h"
#include "libs/es/testing/tally_world.h"
#include "libs/es/verify.h"
#include "regard/log/internal/v1/quarantine.pb.h"
#include "regard/log/v1/facts.pb.h"

namespace regard::es::testing {
namespace {

constexpr int kPartitions = 4;
// What nobody downstream can take.
constexpr int64_t kUnlucky = 13;

// One row for each tally. Version 1 cannot take kUnlucky.
class SumsView : public View {
 public:
  explicit SumsView(bool takes_all = false) : takes_all_(takes_all) {}
  absl::string_view name() const override { return "tallies.sums"; }
  uint32_t version() const override { return 1; }
  std::vector<std::string> topics() const override { return {"tallies"}; }
  absl::Status Apply(const FactEvent& event, Rows& rows) override {
    const auto& fact = event.As<TallyFact>();
    if (fact.added().add() == kUnlucky && !takes_all_) return absl::InternalError("unlucky");
    TallyState& row = rows.Mutable<TallyState>(event.logged.stream());
    row.set_sum(row.sum() + fact.added().add());
    return absl::OkStatus();
  }

 private:
  const bool takes_all_;
};

// Copies what is added; refuses to have an opinion about kUnlucky.
class CopyRules : public ReactorRules {
 public:
  absl::string_view name() const override { return "copies.on-tallies"; }
  absl::string_view source_topic() const override { return "tallies"; }
  absl::StatusOr<std::vector<Reaction>> React(const FactEvent& event) override {
    const auto& fact = event.As<TallyFact>();
    if (fact.added().add() == kUnlucky) return absl::InternalError("unlucky");
    auto command = std::make_unique<TallyCommand>();
    command->add_tallies("copy");
    command->set_add(fact.added().add());
    // The target has no place for more than this at once.
    if (fact.added().add() > 1000) command->set_limit(1000);
    std::vector<Reaction> reactions;
    reactions.push_back({"copy", std::move(command)});
    return reactions;
  }
};

class QuarantineTest : public ::testing::Test {
 protected:
  QuarantineTest()
      : log_("tallies", kPartitions, executor_),
        copies_log_("copies", kPartitions, executor_),
        quarantine_log_(kQuarantineTopic, kPartitions, executor_),
        clock_(absl::FromUnixSeconds(1'767'600'000)),
        world_(log_, states_, executor_, clock_) {
    types_.Add("tally", &TallyFact::default_instance());
    world_.Start();
  }

  FactPlace Add(const std::string& tally, int64_t add) {
    const Outcome outcome = world_.Run(TallyWorld::Add({tally}, add));
    EXPECT_EQ(outcome.kind, Outcome::Kind::kCommitted);
    return {"tallies", outcome.partition, outcome.position, 0};
  }

  // A command of an operator, through a runtime as any other.
  Outcome Tell(const std::string& reader, const FactPlace& place, bool take_back = false) {
    EngineParts parts{QuarantineDomain(), quarantine_log_, quarantine_states_, sealer_, clock_, executor_, {}};
    auto runtime = std::make_unique<CommandRuntime>(parts, CommandRuntime::Hooks{});
    runtime->Start();
    Command command;
    command.routing_key = reader;
    command.actor.set_subject("ada");
    auto body = std::make_unique<log::internal::v1::QuarantineCommand>();
    if (take_back) {
      body->mutable_take_back()->set_reader(reader);
      *body->mutable_take_back()->mutable_place() = PlaceToProto(place);
      body->mutable_take_back()->set_why("mended");
    } else {
      body->mutable_set_aside()->set_reader(reader);
      *body->mutable_set_aside()->mutable_place() = PlaceToProto(place);
      body->mutable_set_aside()->set_why("unlucky");
    }
    command.body = std::move(body);
    Outcome outcome;
    outcome.kind = Outcome::Kind::kUnknown;
    runtime->Submit(std::move(command), [&](const Outcome& done) { outcome = done; });
    executor_.RunUntilIdle();
    runtimes_.push_back(std::move(runtime));
    return outcome;
  }
  Quarantine Read() { return Quarantine::Read(quarantine_log_).value(); }

  // As a process does at its start.
  void StartView(View& view) {
    halted_ = absl::OkStatus();
    const Quarantine quarantine = Read();
    ASSERT_TRUE(EmptyIfMadeOtherwise(view.name(), {&log_}, quarantine, rows_).ok());
    Projector::Options options;
    options.set_aside = quarantine.For(view.name());
    if (projector_ != nullptr) projector_->Stop();
    projector_ = std::make_unique<Projector>(view, std::vector<EventLog*>{&log_}, types_, rows_, executor_, options,
                                             [this](const absl::Status& why) { halted_ = why; });
    projector_->Start([] {});
    executor_.RunUntilIdle();
  }
  void StartReactor() {
    halted_ = absl::OkStatus();
    if (reactor_ != nullptr) reactor_->Stop();
    targets_.push_back(std::make_unique<TallyWorld>(copies_log_, copies_states_, executor_, clock_,
                                                    absl::StrCat("target", targets_.size())));
    targets_.back()->Start();
    Reactor::Options options;
    options.set_aside = Read().For(rules_.name());
    reactor_ = std::make_unique<Reactor>(rules_, log_, types_, targets_.back()->runtime(), copies_states_, options,
                                         [this](const absl::Status& why) { halted_ = why; });
    reactor_->Start();
    executor_.RunUntilIdle();
  }
  int64_t Sum(const std::string& tally) {
    const auto row = ViewReader(rows_).Get<TallyState>(absl::StrCat("tally/", tally)).value();
    return row.has_value() ? row->sum() : 0;
  }
  int64_t Copied() {
    int64_t sum = 0;
    EXPECT_TRUE(VisitAccepted(copies_log_, [&](int, const AcceptedAppend& accepted) {
                  for (const log::v1::Fact& fact : accepted.append->facts()) {
                    TallyFact parsed;
                    EXPECT_TRUE(parsed.ParseFromString(fact.body()));
                    sum += parsed.added().add();
                  }
                }).ok());
    return sum;
  }
  std::vector<std::string> ProblemsOfARebuild(View& fresh) {
    MemoryStore scratch;
    Verification report;
    VerifyView(fresh, {&log_}, types_, rows_, scratch, report);
    return report.problems;
  }

  ManualExecutor executor_;
  MemoryLog log_;
  MemoryLog copies_log_;
  MemoryLog quarantine_log_;
  MemoryStore states_;
  MemoryStore copies_states_;
  MemoryStore quarantine_states_;
  MemoryStore rows_;
  ManualClock clock_;
  PlainSealer sealer_;
  TallyWorld world_;
  FactTypes types_;
  CopyRules rules_;
  absl::Status halted_;
  std::vector<std::unique_ptr<CommandRuntime>> runtimes_;
  std::vector<std::unique_ptr<TallyWorld>> targets_;
  std::unique_ptr<Projector> projector_;
  std::unique_ptr<Reactor> reactor_;
};

TEST_F(QuarantineTest, AViewStopsAtTheFactAndPassesOverItOnceItIsSetAside) {
  Add("a", 1);
  const FactPlace place = Add("a", kUnlucky);
  Add("a", 5);
  SumsView view;
  StartView(view);
  const absl::optional<Stop> stop = StoppedAtOf(halted_);
  ASSERT_TRUE(stop.has_value()) << halted_;
  EXPECT_EQ(stop->reader, "tallies.sums");
  EXPECT_EQ(stop->place, place);
  // Again and again.
  StartView(view);
  EXPECT_FALSE(halted_.ok());

  EXPECT_EQ(Tell(stop->reader, stop->place).kind, Outcome::Kind::kCommitted);
  StartView(view);
  EXPECT_TRUE(halted_.ok()) << halted_;
  EXPECT_EQ(Sum("a"), 6);
  SumsView fresh;
  EXPECT_TRUE(ProblemsOfARebuild(fresh).empty());
}

TEST_F(QuarantineTest, ARebuildThatPassesOverNothingDiffers) {
  const FactPlace place = Add("a", kUnlucky);
  Add("a", 5);
  ASSERT_EQ(Tell("tallies.sums", place).kind, Outcome::Kind::kCommitted);
  SumsView view;
  StartView(view);
  // What the rows were made without is part of what is compared: hidden, the rebuild stops where the view would have.
  StoreBatch forget;
  PutPassedOver({}, forget);
  ASSERT_TRUE(rows_.Write(forget, Store::Durability::kBuffered).ok());
  SumsView fresh;
  EXPECT_EQ(ProblemsOfARebuild(fresh).size(), 1u);
}

TEST_F(QuarantineTest, AnotherReaderStillStopsThere) {
  const FactPlace place = Add("a", kUnlucky);
  ASSERT_EQ(Tell("another.view", place).kind, Outcome::Kind::kCommitted);
  SumsView view;
  StartView(view);
  EXPECT_FALSE(halted_.ok());
}

TEST_F(QuarantineTest, TakenBackTheViewIsMadeAgainWithTheFact) {
  Add("a", 1);
  const FactPlace place = Add("a", kUnlucky);
  Add("b", 2);
  ASSERT_EQ(Tell("tallies.sums", place).kind, Outcome::Kind::kCommitted);
  SumsView view;
  StartView(view);
  ASSERT_EQ(Sum("a"), 1);
  ASSERT_EQ(Tell("tallies.sums", place, true).kind, Outcome::Kind::kCommitted);
  SumsView mended(true);
  StartView(mended);
  EXPECT_TRUE(halted_.ok()) << halted_;
  EXPECT_EQ(Sum("a"), 14);
  EXPECT_EQ(Sum("b"), 2);
  SumsView fresh(true);
  EXPECT_TRUE(ProblemsOfARebuild(fresh).empty());
}

TEST_F(QuarantineTest, SetAsideAfterItWasReadTheViewIsMadeAgainWithoutIt) {
  const FactPlace place = Add("a", 7);
  Add("a", 5);
  SumsView view;
  StartView(view);
  ASSERT_EQ(Sum("a"), 12);
  ASSERT_EQ(Tell("tallies.sums", place).kind, Outcome::Kind::kCommitted);
  StartView(view);
  EXPECT_EQ(Sum("a"), 5);
  SumsView fresh;
  EXPECT_TRUE(ProblemsOfARebuild(fresh).empty());
}

TEST_F(QuarantineTest, AReactorStopsAtTheFactAndPassesOverItOnceItIsSetAside) {
  Add("a", 1);
  const FactPlace place = Add("a", kUnlucky);
  Add("a", 5);
  StartReactor();
  const absl::optional<Stop> stop = StoppedAtOf(halted_);
  ASSERT_TRUE(stop.has_value()) << halted_;
  EXPECT_EQ(stop->reader, "copies.on-tallies");
  EXPECT_EQ(stop->place, place);
  ASSERT_EQ(Tell(stop->reader, stop->place).kind, Outcome::Kind::kCommitted);
  StartReactor();
  EXPECT_TRUE(halted_.ok()) << halted_;
  EXPECT_EQ(Copied(), 6);
  EXPECT_EQ(reactor_->Handled(place.partition), 3u);
  // Nothing twice, also when it starts once more.
  StartReactor();
  EXPECT_EQ(Copied(), 6);
}

TEST_F(QuarantineTest, AReactionThatIsRefusedNamesItsFactToo) {
  Add("a", 1);
  const FactPlace place = Add("a", 2000);
  Add("a", 5);
  StartReactor();
  const absl::optional<Stop> stop = StoppedAtOf(halted_);
  ASSERT_TRUE(stop.has_value()) << halted_;
  EXPECT_EQ(stop->place, place);
  ASSERT_EQ(Tell(stop->reader, stop->place).kind, Outcome::Kind::kCommitted);
  StartReactor();
  EXPECT_TRUE(halted_.ok()) << halted_;
  EXPECT_EQ(Copied(), 6);
}

TEST_F(QuarantineTest, WhoWhenAndWhyAreInTheLog) {
  const FactPlace place = Add("a", kUnlucky);
  ASSERT_EQ(Tell("tallies.sums", place).kind, Outcome::Kind::kCommitted);
  clock_.Advance(absl::Hours(1));
  ASSERT_EQ(Tell("tallies.sums", place, true).kind, Outcome::Kind::kCommitted);
  const Quarantine quarantine = Read();
  ASSERT_EQ(quarantine.entries().size(), 1u);
  const QuarantineEntry& entry = quarantine.entries()[0];
  EXPECT_EQ(entry.place, place);
  EXPECT_EQ(entry.set_aside.by, "ada");
  EXPECT_EQ(entry.set_aside.why, "unlucky");
  ASSERT_TRUE(entry.taken_back.has_value());
  EXPECT_EQ(entry.taken_back->why, "mended");
  EXPECT_EQ(entry.taken_back->at - entry.set_aside.at, absl::Hours(1));
  EXPECT_TRUE(quarantine.For("tallies.sums").empty());
  EXPECT_TRUE(quarantine.EverHeld("tallies.sums", place));
  EXPECT_FALSE(quarantine.EverHeld("another.view", place));
}

constexpr char kAside[] = R"pb(set_aside {
                                 reader: "v"
                                 place { topic: "t" position: 3 }
                                 why: "w"
                               })pb";
constexpr char kTakeBack[] = R"pb(take_back {
                                    reader: "v"
                                    place { topic: "t" position: 3 }
                                    why: "w"
                                  })pb";

TEST(QuarantineRules, SetAsideOnceAndTakenBackOnce) {
  Scenario s(QuarantineDomain(), log::internal::v1::QuarantineCommand::default_instance());
  s.When(kTakeBack).ThenRefused("NOT_IN_QUARANTINE");
  s.When(kAside).Then("quarantine/v", kAside).ThenNoMore();
  s.Given("quarantine/v", kAside).When(kAside).ThenNothing();
  s.When(kTakeBack).Then("quarantine/v", R"pb(taken_back { reader: "v" why: "w" })pb").ThenNoMore();
}

TEST(QuarantineRules, NothingWithoutAReason) {
  Scenario s(QuarantineDomain(), log::internal::v1::QuarantineCommand::default_instance());
  s.When(R"pb(set_aside { reader: "v" })pb").ThenRefused("MISSING");
  s.When(R"pb(take_back { reader: "v" })pb").ThenRefused("MISSING");
}

TEST(FactPlaceText, ReadsWhatItWrites) {
  const FactPlace place{"budgets", 3, 120, 1};
  EXPECT_EQ(ToText(place), "budgets/3/120/1");
  EXPECT_EQ(ReadFactPlace("budgets/3/120/1").value(), place);
  for (const char* wrong : {"", "budgets", "budgets/3/120", "budgets/3/0/0", "budgets/-1/2/0", "/3/120/1", "b/3/1/0/0"}) {
    EXPECT_EQ(ReadFactPlace(wrong).status().code(), absl::StatusCode::kInvalidArgument) << wrong;
  }
}

}  // namespace
}  // namespace regard::es::testing
