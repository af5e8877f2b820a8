#include "services/bookings/domain/diary.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/base/time.h"
#include "rapidcheck/gtest.h"
#include "services/bookings/domain/testing/booking_scenario.h"

namespace regard::bookings {
namespace {

using internal::v1::DiaryEntry;
using internal::v1::DiaryState;
using testing::BookingScenario;
using testing::Interval;
using testing::kBooking;
using testing::kDiary;
using testing::kEnd;
using testing::kNow;
using testing::kStart;

constexpr char kAsk[] = "provider_id: 'v1' ask_decisions { reason: 'CREDENTIAL_LAPSED' subject_id: 'c1' }";

TEST(AskDecisions, ForEachBookingToComeOnce) {
  BookingScenario s;
  s.Accepted();
  s.Given(kDiary, absl::StrCat("added { booking_id: 'b2' person_id: 'p2' worker_id: 'w2' when { ",
                               Interval(kNow + absl::Hours(1), kEnd), " } }"));
  s.At(kNow + absl::Hours(1));  // b2 has begun
  s.When(kAsk).Then(kDiary,
                    "decision_asked { reason: 'CREDENTIAL_LAPSED' subject_id: 'c1' booking_id: 'b1' person_id: 'p1' }");
  s.When(kAsk).ThenNothing();
  s.Given(kDiary, "decision_closed { booking_id: 'b1' }");
  s.When(kAsk).Then(kDiary, "decision_asked { booking_id: 'b1' }");
}

TEST(AskDecisions, NothingToComeIsNothing) {
  BookingScenario s;
  s.When(kAsk).ThenNothing();
}

TEST(Diary, FoldsFactsOfBookingsItForgot) {
  BookingScenario s;
  s.Given(kDiary, "removed { booking_id: 'x' }");
  s.Given(kDiary, "decision_asked { booking_id: 'x' reason: 'R' }");
  s.Given(kDiary, "decision_closed { booking_id: 'x' }");
  s.Given(kDiary, "first_visit_confirmed { person_id: 'p1' }");
  s.Given(kDiary, "first_visit_confirmed { person_id: 'p1' }");
  s.Given(kDiary, "");
  s.Given(kBooking, "");
  EXPECT_EQ(s.diary().entries_size(), 0);
  EXPECT_EQ(s.diary().paired_person_ids_size(), 1);
}

TEST(Diary, ForgetsWhatEnded) {
  BookingScenario s;
  s.Accepted();
  s.At(kEnd - absl::Seconds(1)).Given(kDiary, "removed { booking_id: 'x' }");
  EXPECT_EQ(s.diary().entries_size(), 1);
  s.At(kEnd).Given(kDiary, "removed { booking_id: 'x' }");
  EXPECT_EQ(s.diary().entries_size(), 0);
}

DiaryEntry Entry(const std::string& booking_id, const std::string& listing_id, const std::string& worker_id, int start,
                 int end, providers::v1::ListingForm form, int capacity) {
  DiaryEntry entry;
  entry.set_booking_id(booking_id);
  entry.set_listing_id(listing_id);
  entry.set_worker_id(worker_id);
  *entry.mutable_when()->mutable_start() = ToProto(kNow + absl::Minutes(start));
  *entry.mutable_when()->mutable_end() = ToProto(kNow + absl::Minutes(end));
  entry.set_form(form);
  entry.set_capacity(capacity);
  return entry;
}

v1::DiaryFact Added(const DiaryEntry& entry) {
  v1::DiaryFact fact;
  v1::DiaryEntryAdded& added = *fact.mutable_added();
  added.set_booking_id(entry.booking_id());
  added.set_listing_id(entry.listing_id());
  added.set_worker_id(entry.worker_id());
  *added.mutable_when() = entry.when();
  added.set_form(entry.form());
  added.set_capacity(entry.capacity());
  return fact;
}

constexpr auto kVisit = providers::v1::LISTING_FORM_VISIT;
constexpr auto kGroup = providers::v1::LISTING_FORM_GROUP_SESSION;

TEST(Conflict, AWorkerIsNeverInTwoPlaces) {
  DiaryState diary;
  EvolveDiary(diary, Added(Entry("b1", "l1", "w1", 60, 120, kVisit, 1)), {kNow});
  const auto conflict = [&](const std::string& listing, const std::string& worker, int start, int end,
                            providers::v1::ListingForm form = kVisit) {
    return ConflictOf(diary, Entry("b2", listing, worker, start, end, form, 5)).value_or("");
  };
  EXPECT_EQ(conflict("l1", "w1", 119, 180), "WORKER_ALREADY_BOOKED");
  EXPECT_EQ(conflict("l2", "w1", 0, 61), "WORKER_ALREADY_BOOKED");
  EXPECT_EQ(conflict("l2", "w1", 60, 120, kGroup), "WORKER_ALREADY_BOOKED");
  EXPECT_EQ(conflict("l1", "w1", 120, 180), "");
  EXPECT_EQ(conflict("l1", "w1", 0, 60), "");
  EXPECT_EQ(conflict("l1", "w2", 60, 120), "");
  EXPECT_EQ(conflict("l1", "", 60, 120), "");
}

TEST(Conflict, ASessionSharesItsWorkerUpToItsCapacity) {
  DiaryState diary;
  EvolveDiary(diary, Added(Entry("b1", "l1", "w1", 60, 120, kGroup, 2)), {kNow});
  EXPECT_EQ(ConflictOf(diary, Entry("b2", "l1", "w1", 60, 120, kGroup, 2)), absl::nullopt);
  EXPECT_EQ(ConflictOf(diary, Entry("b2", "l1", "w1", 60, 121, kGroup, 2)).value_or(""), "WORKER_ALREADY_BOOKED");
  EXPECT_EQ(ConflictOf(diary, Entry("b2", "l2", "w1", 60, 120, kGroup, 2)).value_or(""), "WORKER_ALREADY_BOOKED");
  EvolveDiary(diary, Added(Entry("b2", "l1", "w1", 60, 120, kGroup, 2)), {kNow});
  EXPECT_EQ(ConflictOf(diary, Entry("b3", "l1", "w1", 60, 120, kGroup, 2)).value_or(""), "GROUP_FULL");
  EXPECT_EQ(ConflictOf(diary, Entry("b3", "l1", "", 119, 130, kGroup, 2)).value_or(""), "GROUP_FULL");
  EXPECT_EQ(ConflictOf(diary, Entry("b3", "l1", "", 120, 130, kGroup, 2)), absl::nullopt);
}

// The naive model: every minute of a short day by itself.
struct Model {
  static constexpr int kMinutes = 12;
  std::map<std::string, DiaryEntry> entries;

  static int Minute(const google::protobuf::Timestamp& time) {
    return static_cast<int>(absl::ToInt64Minutes(FromProto(time) - kNow));
  }
  static bool At(const DiaryEntry& entry, int minute) {
    return Minute(entry.when().start()) <= minute && minute < Minute(entry.when().end());
  }
  std::string Conflict(const DiaryEntry& wanted) const {
    bool full = false;
    for (int minute = 0; minute < kMinutes; ++minute) {
      if (!At(wanted, minute)) continue;
      int people = 1;
      for (const auto& [id, entry] : entries) {
        if (!At(entry, minute)) continue;
        const bool same_group =
            IsGroup(entry.form()) && IsGroup(wanted.form()) && entry.listing_id() == wanted.listing_id();
        const bool same_session = same_group && entry.when().SerializeAsString() == wanted.when().SerializeAsString();
        if (!wanted.worker_id().empty() && entry.worker_id() == wanted.worker_id() && !same_session) {
          return "WORKER_ALREADY_BOOKED";
        }
        people += same_group ? 1 : 0;
      }
      full = full || (IsGroup(wanted.form()) && people > wanted.capacity());
    }
    return full ? "GROUP_FULL" : "";
  }
  void Forget(int minute) {
    std::erase_if(entries, [&](const auto& entry) { return Minute(entry.second.when().end()) <= minute; });
  }
};

RC_GTEST_PROP(Diary, AgreesWithANaiveModel, ()) {
  DiaryState diary;
  Model model;
  int minute = 0;
  const int steps = *rc::gen::inRange(1, 60);
  for (int step = 0; step < steps; ++step) {
    minute = std::min(minute + *rc::gen::weightedElement<int>({{8, 0}, {2, 1}}), Model::kMinutes);
    const es::FactContext context{kNow + absl::Minutes(minute)};
    if (!model.entries.empty() && *rc::gen::inRange(0, 4) == 0) {
      auto gone = model.entries.begin();
      std::advance(gone, *rc::gen::inRange<size_t>(0, model.entries.size()));
      v1::DiaryFact removed;
      removed.mutable_removed()->set_booking_id(gone->first);
      EvolveDiary(diary, removed, context);
      model.entries.erase(gone);
    } else {
      const int start = *rc::gen::inRange(0, Model::kMinutes - 1);
      const int end = *rc::gen::inRange(start + 1, Model::kMinutes);
      const int listing = *rc::gen::inRange(0, 3);
      const DiaryEntry wanted =
          Entry(absl::StrCat("b", step), absl::StrCat("l", listing), *rc::gen::element<std::string>("w1", "w2", ""),
                start, end, listing == 0 ? kVisit : kGroup, *rc::gen::inRange(1, 4));
      const std::string expected = model.Conflict(wanted);
      RC_ASSERT(std::string(ConflictOf(diary, wanted).value_or("")) == expected);
      if (!expected.empty()) continue;
      EvolveDiary(diary, Added(wanted), context);
      model.entries[wanted.booking_id()] = wanted;
    }
    model.Forget(minute);
    RC_ASSERT(static_cast<size_t>(diary.entries_size()) == model.entries.size());
    for (int i = 0; i < diary.entries_size(); ++i) {
      RC_ASSERT(model.entries.count(diary.entries(i).booking_id()) == 1u);
      if (i > 0) {
        RC_ASSERT(FromProto(diary.entries(i - 1).when().start()) <= FromProto(diary.entries(i).when().start()));
      }
    }
  }
}

TEST(Pairing, IsFoundHoweverManyThereAre) {
  DiaryState diary;
  for (const char* person : {"p5", "p1", "p9", "p3", "p1"}) {
    v1::DiaryFact fact;
    fact.mutable_first_visit_confirmed()->set_person_id(person);
    EvolveDiary(diary, fact, {kNow});
  }
  EXPECT_EQ(diary.paired_person_ids_size(), 4);
  for (const char* person : {"p1", "p3", "p5", "p9"}) EXPECT_FALSE(IsNewPairing(diary, person)) << person;
  for (const char* person : {"", "p0", "p2", "p99"}) EXPECT_TRUE(IsNewPairing(diary, person)) << person;
}

}  // namespace
}  // namespace regard::bookings
