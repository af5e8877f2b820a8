#include "services/feedback/views/relations_view.h"

#include "gtest/gtest.h"
#include "libs/es/testing/view_feed.h"
#include "regard/bookings/v1/facts.pb.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::feedback {
namespace {

class RelationsViewTest : public ::testing::Test {
 protected:
  RelationsViewTest() : feed_(view_), reader_(feed_.store()) {}
  void Booked() {
    feed_.Add<bookings::v1::BookingFact>(
        "booking/b1", R"pb(requested { booking_id: "b1" person_id: "p1" provider_id: "v1" tenant: "E08000009" })pb");
  }
  absl::optional<Relation> Of(absl::string_view booking_id) {
    absl::StatusOr<absl::optional<Relation>> relation = RelationOf(reader_, booking_id);
    EXPECT_TRUE(relation.ok());
    return relation.value_or(absl::nullopt);
  }

  RelationsView view_;
  es::testing::ViewFeed feed_;
  es::ViewReader reader_;
};

TEST_F(RelationsViewTest, KnowsTheTwoSidesOfABookingInWhateverOrderTheyCome) {
  Booked();
  EXPECT_FALSE(Of("b1").has_value());
  feed_.Add<providers::v1::ProviderFact>("provider/v1", R"pb(registered { provider_id: "v1" owner_id: "anna" })pb");
  ASSERT_TRUE(Of("b1").has_value());
  EXPECT_EQ(Of("b1")->person_id, "p1");
  EXPECT_EQ(Of("b1")->provider_id, "v1");
  EXPECT_EQ(Of("b1")->provider_owner_id, "anna");
  EXPECT_EQ(Of("b1")->tenant, "E08000009");
  EXPECT_FALSE(Of("b2").has_value());
}

TEST_F(RelationsViewTest, WhoeverClaimedAProviderRunsIt) {
  Booked();
  feed_.Add<providers::v1::ProviderFact>("provider/v1", R"pb(claim_requested { owner_id: "ben" })pb");
  EXPECT_FALSE(Of("b1").has_value());
  feed_.Add<providers::v1::ProviderFact>("provider/v1", R"pb(claimed { provider_id: "v1" owner_id: "anna" })pb");
  EXPECT_EQ(Of("b1")->provider_owner_id, "anna");
}

TEST_F(RelationsViewTest, OtherFactsChangeNothing) {
  feed_.Add<bookings::v1::BookingFact>("booking/b1", R"pb(accepted { worker_id: "w1" })pb");
  feed_.Add<bookings::v1::DiaryFact>("diary/v1", R"pb(removed { booking_id: "b1" })pb");
  feed_.Add<providers::v1::PlaceFact>("place/x", R"pb(areas_imported {})pb");
  EXPECT_FALSE(Of("b1").has_value());
}

}  // namespace
}  // namespace regard::feedback
