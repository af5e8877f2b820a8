#include "services/bookings/api/sight.h"

#include <string>

#include "gtest/gtest.h"
#include "libs/es/testing/view_feed.h"
#include "libs/privacy/memory_key_store.h"
#include "regard/bookings/v1/facts.pb.h"
#include "services/bookings/views/bookings_view.h"

namespace regard::bookings {
namespace {

using es::testing::FromText;

constexpr char kPerson[] = R"pb(subject: "p1" role: ROLE_PERSON tenant: "E1")pb";
constexpr char kHelper[] = R"pb(subject: "h1" role: ROLE_ACTING_FOR tenant: "E1")pb";
constexpr char kPartner[] = R"pb(subject: "a1" role: ROLE_PARTNER tenant: "E1")pb";
constexpr char kProvider[] = R"pb(subject: "o1" role: ROLE_PROVIDER tenant: "E1")pb";
constexpr char kPractitioner[] = R"pb(subject: "c1" role: ROLE_PRACTITIONER tenant: "E1")pb";

absl::optional<Sight> See(absl::string_view actor, absl::string_view standing = "",
                          v1::BookingPhase phase = v1::BOOKING_PHASE_ACCEPTED, bool council_has_part = true) {
  internal::v1::BookingRow row;
  row.mutable_booking()->set_person_id("p1");
  row.mutable_booking()->set_tenant("E1");
  row.mutable_booking()->set_phase(phase);
  row.set_council_has_part(council_has_part);
  return SightOf(row, FromText<internal::v1::Standing>(standing), FromText<base::v1::Actor>(actor));
}

void ExpectAll(const absl::optional<Sight>& sight) {
  ASSERT_TRUE(sight.has_value());
  EXPECT_TRUE(sight->money);
  EXPECT_TRUE(sight->details);
}

TEST(Sight, ThePersonWhoSeesForThemAndTheirCouncilSeeAllOfIt) {
  ExpectAll(See(kPerson));
  ExpectAll(See(kHelper, "acting_for: 'p1' scopes: SCOPE_SEE"));
  ExpectAll(See(kPartner, "acting_for: 'p1' scopes: SCOPE_BOOK scopes: SCOPE_SEE"));
  ExpectAll(See(kPractitioner));
}

TEST(Sight, WhatThePersonPaysThemselvesIsNotTheirCouncils) {
  EXPECT_FALSE(See(kPractitioner, "", v1::BOOKING_PHASE_ACCEPTED, false).has_value());
  ExpectAll(See(kPerson, "", v1::BOOKING_PHASE_ACCEPTED, false));
  EXPECT_TRUE(See(kProvider, "provider_owner_id: 'o1'", v1::BOOKING_PHASE_ACCEPTED, false).has_value());
}

TEST(Sight, WhomACouncilNamedSeesWhereThatCouncilHasAPart) {
  constexpr char kNamed[] = "acting_for: 'p1' by_council { tenant: 'E1' scopes: SCOPE_SEE }";
  ExpectAll(See(kHelper, kNamed));
  EXPECT_FALSE(See(kHelper, kNamed, v1::BOOKING_PHASE_ACCEPTED, false).has_value());
  EXPECT_FALSE(See(kHelper, "acting_for: 'p1' by_council { tenant: 'E2' scopes: SCOPE_SEE }").has_value());
  EXPECT_FALSE(See(kHelper, "acting_for: 'p1' by_council { tenant: 'E1' scopes: SCOPE_BOOK }").has_value());
  const auto any = [](absl::string_view standing) {
    return MaySeeAny("p1", FromText<internal::v1::Standing>(standing),
                     FromText<base::v1::Actor>(R"pb(subject: "h1" role: ROLE_ACTING_FOR tenant: "E7")pb"));
  };
  EXPECT_TRUE(any(kNamed));
  EXPECT_FALSE(any("acting_for: 'p1' by_council { tenant: 'E1' scopes: SCOPE_BOOK }"));
}

TEST(Sight, NobodyElseSeesThatThereIsOne) {
  EXPECT_FALSE(See(R"pb(subject: "p2" role: ROLE_PERSON tenant: "E1")pb").has_value());
  EXPECT_FALSE(See(R"pb(subject: "p1" role: ROLE_PROVIDER tenant: "E1")pb").has_value());
  EXPECT_FALSE(See(R"pb(subject: "p1" role: ROLE_ACTING_FOR tenant: "E1")pb").has_value());
  EXPECT_FALSE(See(kHelper, "acting_for: 'p1' scopes: SCOPE_BOOK").has_value());
  EXPECT_FALSE(See(kHelper, "acting_for: 'p2' scopes: SCOPE_SEE").has_value());
  EXPECT_FALSE(See(R"pb(subject: "c2" role: ROLE_PRACTITIONER tenant: "E2")pb").has_value());
  EXPECT_FALSE(See(R"pb(subject: "m1" role: ROLE_COMMISSIONER tenant: "E1")pb").has_value());
  EXPECT_FALSE(See(R"pb(subject: "op" role: ROLE_OPERATOR)pb").has_value());
  EXPECT_FALSE(See(kProvider, "provider_owner_id: 'o2'").has_value());
}

TEST(Sight, TheProviderSeesWhereAndWhomFromAcceptanceUntilItEnded) {
  for (int phase = v1::BookingPhase_MIN; phase <= v1::BookingPhase_MAX; ++phase) {
    const absl::optional<Sight> sight = See(kProvider, "provider_owner_id: 'o1'", static_cast<v1::BookingPhase>(phase));
    ASSERT_TRUE(sight.has_value());
    EXPECT_FALSE(sight->money);
    const bool living = phase == v1::BOOKING_PHASE_ACCEPTED || phase == v1::BOOKING_PHASE_DELIVERED ||
                        phase == v1::BOOKING_PHASE_DISPUTED;
    EXPECT_EQ(sight->details, living) << phase;
  }
}

TEST(Sight, WhoseMoneyItIsIsNotTheProviders) {
  const auto booking = FromText<v1::Booking>("booking_id: 'b1' budget_id: 'g1' line_id: 'n1' amount { pence: 1 }");
  EXPECT_EQ(Seen(booking, {true, true}).budget_id(), "g1");
  const v1::Booking seen = Seen(booking, {false, true});
  EXPECT_EQ(seen.budget_id(), "");
  EXPECT_EQ(seen.line_id(), "");
  EXPECT_EQ(seen.amount().pence(), 1);
}

// Seals facts as the runtime does and folds them into the view's row.
class Details : public ::testing::Test {
 protected:
  void Add(uint64_t version, absl::string_view text) {
    v1::BookingFact fact = FromText<v1::BookingFact>(text);
    log::v1::Fact logged;
    logged.set_stream("booking/b1");
    logged.set_version(version);
    ASSERT_TRUE(privacy::Sealer(keys_).Seal("E1", fact, logged).ok());
    const log::v1::Append append;
    es::Rows rows(store_);
    ASSERT_TRUE(view_.Apply({"bookings", 0, version, 0, append, logged, fact}, rows).ok());
    const absl::StatusOr<es::StoreBatch> batch = rows.Finish();
    ASSERT_TRUE(batch.ok() && store_.Write(*batch, es::Store::Durability::kBuffered).ok());
  }
  internal::v1::BookingRow Row() {
    return BookingsQuery(reader_).Find("v1", "b1")->value_or(internal::v1::BookingRow());
  }

  privacy::MemoryKeyStore keys_;
  privacy::Opener opener_{keys_};
  BookingsView view_;
  es::testing::MemoryStore store_;
  es::ViewReader reader_{store_};
};

TEST_F(Details, AreOpenedFromTheirSealedParts) {
  Add(1,
      "requested { booking_id: 'b1' provider_id: 'v1' person_id: 'p1' home_postcode: 'M33 4GT' note: 'ring twice' "
      "back_up { name: 'Kim' telephone: '0161' } exemption { statement: 'mine' made_by: 'p1' } }");
  Add(2, "funded {}");
  Add(3, "declined { person_id: 'p1' note: 'sorry' }");
  Add(4, "disputed { person_id: 'p1' note: 'left early' }");
  EXPECT_EQ(Row().DebugString().find("M33"), std::string::npos);
  const auto details = OpenDetails(Row(), opener_);
  ASSERT_TRUE(details.ok()) << details.status();
  ASSERT_TRUE(details->has_value());
  EXPECT_EQ((*details)->home_postcode(), "M33 4GT");
  EXPECT_EQ((*details)->note(), "ring twice");
  EXPECT_EQ((*details)->back_up().telephone(), "0161");
  EXPECT_EQ((*details)->exemption_statement(), "mine");
  EXPECT_EQ((*details)->decline_note(), "sorry");
  EXPECT_EQ((*details)->dispute_note(), "left early");
}

TEST_F(Details, AreGoneWhenTheyWereErased) {
  Add(1,
      "requested { booking_id: 'b1' provider_id: 'v1' person_id: 'p1' note: 'ring twice' exemption { statement: 'mine' "
      "made_by: 'p1' } }");
  ASSERT_TRUE(keys_.Erase("p1", "E1").ok());
  const auto details = OpenDetails(Row(), opener_);
  ASSERT_TRUE(details.ok()) << details.status();
  EXPECT_FALSE(details->has_value());
  EXPECT_TRUE(Row().booking().own_assistant());
}

TEST_F(Details, ThatWereChangedAreAnError) {
  Add(1, "requested { booking_id: 'b1' provider_id: 'v1' person_id: 'p1' note: 'ring twice' }");
  internal::v1::BookingRow row = Row();
  row.mutable_sealed(0)->set_version(2);
  EXPECT_EQ(OpenDetails(row, opener_).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace regard::bookings
