#include "services/market/views/exit.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/market/views/rules.h"
#include "services/market/views/testing/town.h"

namespace regard::market {
namespace {

using ::testing::ElementsAre;
using testing::Town;

constexpr char kGarden[] = "regard:gardening";
constexpr char kCook[] = "regard:cooking";

// The largest closes: `people` have 2 hours of gardening a week from it in area 1.
class ExitTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int area = 1; area <= 4; ++area) town_.Area(area, 10);
    town_.AreasDone();
    town_.Provider("big");
    town_.Listing("big", "l-big", kGarden, 1);
    town_.Provider("near");
    town_.Listing("near", "l-near", kGarden, 2);
  }
  void Weekly(absl::string_view person, absl::string_view category, int area, absl::string_view more = "") {
    for (int week = 0; week < 4; ++week) {
      town_.Booking(absl::StrCat(person, category, week), "big", person, category, area, week, more);
    }
  }
  v1::GetProviderExitResponse Ask(ExitQuestion question = {"", 3000, 1, false}) {
    const absl::optional<v1::GetProviderExitResponse> answer = ExitOf(town_.Evidence(), question);
    EXPECT_TRUE(answer.has_value());
    return answer.value_or(v1::GetProviderExitResponse());
  }

  Town town_;
};

TEST_F(ExitTest, TheLargestIsWhoHasTheMostBookedHours) {
  town_.Booking("b", "near", "ann", kGarden, 1);
  EXPECT_EQ(Ask().provider_id(), "near");
  town_.Booking("c", "big", "ann", kGarden, 1);
  town_.Booking("d", "big", "ann", kGarden, 1);
  const v1::GetProviderExitResponse out = Ask();
  EXPECT_EQ(out.provider_id(), "big");
  EXPECT_EQ(out.provider_name(), "big Ltd");
  EXPECT_EQ(Ask({"near", 3000, 1, false}).provider_id(), "near");
}

TEST_F(ExitTest, NobodyToCloseIsNoAnswer) {
  EXPECT_FALSE(ExitOf(town_.Evidence(), {"", 3000, 1, false}).has_value());
  EXPECT_FALSE(ExitOf(town_.Evidence(), {"unknown", 3000, 1, false}).has_value());
}

TEST_F(ExitTest, SomebodyNearWithEnoughTimeIsAReplacement) {
  Weekly("ann", kGarden, 1);
  Weekly("far", kGarden, 4);
  const v1::GetProviderExitResponse out = Ask();
  EXPECT_EQ(out.people().value(), 2);
  EXPECT_DOUBLE_EQ(out.hours_a_week(), 4);
  // "near" is 2 km from area 1 and 4 km from area 4.
  EXPECT_EQ(out.people_with_replacement().value(), 1);
  EXPECT_EQ(out.people_with_none().value(), 1);
  ASSERT_EQ(out.replacements_size(), 1);
  EXPECT_EQ(out.replacements(0).provider_id(), "near");
  EXPECT_DOUBLE_EQ(out.replacements(0).free_hours_a_week(), 4);
  EXPECT_NEAR(out.replacements(0).distance_m(), 2001, 3);
  ASSERT_EQ(out.categories_size(), 1);
  EXPECT_EQ(out.categories(0).replacements(), 1);
  EXPECT_EQ(out.affected_size(), 0);
}

TEST_F(ExitTest, WhoHasNoTimeLeftIsNone) {
  Weekly("ann", kGarden, 1);
  town_.Booking("n0", "near", "bob", kGarden, 2, 0);
  for (int week = 0; week < 4; ++week) {
    town_.Booking(absl::StrCat("n1", week), "near", "bob", kGarden, 2, week);
    town_.AddBooking(absl::StrCat("n1", week), "near", "accepted { worker_id: 'w' }");
  }
  // 4 hours a week offered, 2.5 booked: not enough for 2.
  const v1::GetProviderExitResponse out = Ask({"big", 3000, 1, false});
  EXPECT_EQ(out.people_with_none().value(), 1);
  EXPECT_EQ(out.replacements_size(), 0);
}

TEST_F(ExitTest, EveryCategoryNeedsSomebody) {
  Weekly("ann", kGarden, 1);
  Weekly("ann", kCook, 1);
  EXPECT_EQ(Ask().people_with_none().value(), 1);
  town_.Provider("cook");
  town_.Listing("cook", "l-cook", kCook, 1);
  EXPECT_EQ(Ask().people_with_none().value(), 0);
}

TEST_F(ExitTest, PersonalCareNeedsSomebodyWhoGivesIt) {
  Weekly("ann", kGarden, 1, "personal_care: true");
  EXPECT_EQ(Ask().people_with_none().value(), 1);
  town_.Provider("carer");
  town_.Listing("carer", "l-carer", kGarden, 1, 2000, "personal_care: true");
  EXPECT_EQ(Ask().people_with_none().value(), 0);
}

TEST_F(ExitTest, TimeForSomethingElseIsNoTimeForPersonalCare) {
  Weekly("ann", kGarden, 1, "personal_care: true");
  town_.AddProvider("near", R"pb(listing_drafted { listing_id: "care" terms {
                                   categories: "regard:gardening" form: LISTING_FORM_VISIT place: PLACE_KIND_PERSONS_HOME
                                   postcode: "M33 2" worker_ids: "v" personal_care: true
                                   windows { weekday: 2 start_minute_of_day: 480 end_minute_of_day: 540 } } })pb");
  town_.AddProvider("near", R"pb(listing_published { listing_id: "care" })pb");
  // Five hours a week, of which one is for personal care, and two are needed.
  EXPECT_EQ(Ask().people_with_none().value(), 1);
}

TEST_F(ExitTest, WhoComesHomeSaysHowFar) {
  Weekly("ann", kGarden, 1);
  town_.AddProvider("near", R"pb(listing_described { listing_id: "l-near"
                                   terms { categories: "regard:gardening" form: LISTING_FORM_VISIT place: PLACE_KIND_PERSONS_HOME
                                           postcode: "M33 2" radius_m: 1000 worker_ids: "w"
                                           windows { weekday: 1 start_minute_of_day: 480 end_minute_of_day: 720 } } })pb");
  EXPECT_EQ(Ask().people_with_none().value(), 1);
}

TEST_F(ExitTest, WhoIsTooFarAwayIsNone) {
  Weekly("ann", kGarden, 1);
  EXPECT_EQ(Ask({"big", 2100, 1, false}).people_with_none().value(), 0);
  EXPECT_EQ(Ask({"big", 1900, 1, false}).people_with_none().value(), 1);
}

TEST_F(ExitTest, WhatIsOnlineIsNearEverybody) {
  Weekly("ann", kGarden, 4);
  EXPECT_EQ(Ask().people_with_none().value(), 1);
  town_.Provider("online");
  town_.Listing("online", "l-online", kGarden, 1);
  town_.AddProvider("online", R"pb(listing_described { listing_id: "l-online"
                                     terms { categories: "regard:gardening" form: LISTING_FORM_VISIT place: PLACE_KIND_ONLINE
                                             windows { weekday: 1 start_minute_of_day: 480 end_minute_of_day: 720 } } })pb");
  EXPECT_EQ(Ask().people_with_none().value(), 0);
}

TEST_F(ExitTest, WhoHasBookedForLaterIsAffected) {
  town_.Booking("later", "big", "ann", kGarden, 1, 6);
  town_.Booking("gone", "big", "bob", kGarden, 1, 6);
  town_.AddBooking("gone", "big", "cancelled {}");
  const v1::GetProviderExitResponse out = Ask({"big", 3000, 1, false});
  EXPECT_EQ(out.people().value(), 1);
  EXPECT_DOUBLE_EQ(out.hours_a_week(), 0);
}

TEST_F(ExitTest, OwnMoneyIsNobodysBusiness) {
  town_.Booking("own", "big", "ann", kGarden, 1);
  town_.AddBooking("own", "big", "funded { holding: HOLDING_SELF_FUNDED }");
  EXPECT_EQ(Ask({"big", 3000, 1, true}).people().value(), 0);
  // Nor while nobody knows yet whose it is.
  town_.Booking("asked", "big", "bob", kGarden, 1, 0, "budget_id: 'g1'");
  EXPECT_EQ(Ask({"big", 3000, 1, true}).people().value(), 0);
  town_.AddBooking("asked", "big", "funded { hold_id: 'h1' holding: HOLDING_DIRECT_PAYMENT }");
  EXPECT_EQ(Ask({"big", 3000, 1, true}).people().value(), 1);
}

TEST_F(ExitTest, FewPeopleAreSuppressedButNotForTheirPractitioner) {
  Weekly("ann", kGarden, 1);
  const v1::GetProviderExitResponse out = Ask({"big", 3000, kSuppressBelow, false});
  EXPECT_TRUE(out.people().suppressed());
  EXPECT_TRUE(out.people_with_none().suppressed());
  EXPECT_TRUE(out.people_with_replacement().suppressed());
  EXPECT_TRUE(out.categories(0).people().suppressed());
  EXPECT_FALSE(out.has_hours_a_week() || out.categories(0).has_hours_a_week());
  ASSERT_EQ(out.replacements_size(), 1);
  EXPECT_FALSE(out.replacements(0).has_distance_m());

  const v1::GetProviderExitResponse known = Ask({"big", 3000, kSuppressBelow, true});
  EXPECT_EQ(known.people().value(), 1);
  ASSERT_EQ(known.affected_size(), 1);
  EXPECT_EQ(known.affected(0).person_id(), "ann");
  EXPECT_TRUE(known.affected(0).has_replacement());
  EXPECT_THAT(known.affected(0).categories(0).replacement_provider_ids(), ElementsAre("near"));
}

TEST_F(ExitTest, ThePartsGiveNobodyAway) {
  for (int i = 0; i < 6; ++i) Weekly(absl::StrCat("near", i), kGarden, 1);
  for (int i = 0; i < 3; ++i) Weekly(absl::StrCat("far", i), kGarden, 4);
  const v1::GetProviderExitResponse out = Ask({"big", 3000, kSuppressBelow, false});
  EXPECT_EQ(out.people().value(), 9);
  EXPECT_TRUE(out.people_with_none().suppressed());
  EXPECT_TRUE(out.people_with_replacement().suppressed());
}

}  // namespace
}  // namespace regard::market
