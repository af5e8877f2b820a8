#include "services/market/api/market_api.h"

#include "absl/strings/substitute.h"
#include "gtest/gtest.h"
#include "libs/auth/key_file.h"
#include "libs/auth/verifier.h"
#include "libs/base/manual_clock.h"
#include "libs/base/rejection.h"
#include "libs/es/testing/manual_executor.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"
#include "services/market/views/testing/town.h"

namespace regard::market {
namespace {

using es::testing::FromText;
using testing::kTown;
using testing::Town;

const auth::Identity kCommissioner{"c", options::v1::ROLE_COMMISSIONER, kTown, absl::InfiniteFuture()};
const auth::Identity kPractitioner{"p", options::v1::ROLE_PRACTITIONER, kTown, absl::InfiniteFuture()};
const auth::Identity kElsewhere{"e", options::v1::ROLE_COMMISSIONER, "E10000003", absl::InfiniteFuture()};
const auth::Identity kOperator{"o", options::v1::ROLE_OPERATOR, "", absl::InfiniteFuture()};

class MarketApiTest : public ::testing::Test {
 protected:
  MarketApiTest() {
    Town town;
    town.Area(1, 10);
    town.AreasDone();
    town.Provider("big");
    town.Listing("big", "l-big", "regard:gardening", 1);
    town.Booking("b", "big", "ann", "regard:gardening", 1, 3);
    town.Add<budgets::v1::CouncilFact>(0, "budgets", absl::StrCat("council/", kTown),
                                       absl::Substitute(R"pb(package_cost_recorded {
                                                               record_id: "1" tenant: "$0" price_year: 2025 source: "own"
                                                               arrangement: ARRANGEMENT_TRADITIONAL annual_cost { pence: 5 } })pb",
                                                        kTown));
    Town::Feed(town.facts(), feed_);
  }

  template <class Response, class Request>
  absl::StatusOr<Response> Ask(const auth::Identity& caller, absl::string_view request) {
    Response response;
    const absl::Status status = api_.Answer(caller, FromText<Request>(request), response);
    if (!status.ok()) return status;
    return response;
  }
  absl::StatusOr<v1::GetShapeResponse> Shape(const auth::Identity& caller, absl::string_view request) {
    return Ask<v1::GetShapeResponse, v1::GetShapeRequest>(caller, request);
  }
  absl::StatusOr<v1::GetProviderExitResponse> Exit(const auth::Identity& caller, absl::string_view request) {
    return Ask<v1::GetProviderExitResponse, v1::GetProviderExitRequest>(caller, request);
  }
  absl::StatusOr<v1::GetCostsResponse> Costs(const auth::Identity& caller, absl::string_view request) {
    return Ask<v1::GetCostsResponse, v1::GetCostsRequest>(caller, request);
  }
  template <class Response>
  static std::string ReasonOf(const absl::StatusOr<Response>& answer) {
    return answer.ok() ? "" : FromStatus(answer.status()).reason;
  }

  MarketView view_;
  es::testing::ViewFeed feed_{view_};
  es::ViewReader reader_{feed_.store()};
  // Noon of the day after the window.
  ManualClock clock_{absl::FromCivil(absl::CivilHour(2026, 3, 30, 12), absl::UTCTimeZone())};
  const auth::KeyPair key_ = *auth::MakeKeyPair();
  const auth::Verifier verifier_{{.public_keys_pem = {key_.public_pem}}, clock_};
  telemetry::Log log_{clock_, telemetry::Level::kInfo, [](absl::string_view) {}};
  telemetry::Metrics metrics_;
  rpc::Shell shell_{{}, clock_, verifier_, log_, metrics_};
  es::ConsistencyGate gate_;
  es::testing::ManualExecutor timer_;
  rpc::QueryDoor door_{gate_, timer_};
  MarketApi api_{shell_, door_, reader_, clock_};
};

TEST_F(MarketApiTest, EveryRpcSaysWhoMayCallIt) { EXPECT_TRUE(shell_.registration_status().ok()); }

TEST_F(MarketApiTest, TheFourWeeksBeforeTodayWhenNothingIsAsked) {
  const auto shape = Shape(kCommissioner, "");
  ASSERT_TRUE(shape.ok()) << shape.status();
  EXPECT_EQ(shape->tenant(), kTown);
  EXPECT_EQ(shape->window().first().day(), 2);
  EXPECT_EQ(shape->window().last().day(), 29);
  EXPECT_EQ(shape->suppressed_below(), 5);
  EXPECT_EQ(shape->supply_size(), 1);
  EXPECT_TRUE(shape->use(0).suppressed());
}

TEST_F(MarketApiTest, AnotherCouncilIsAsIfItWereNotThere) {
  const std::string town = absl::Substitute("tenant: '$0'", kTown);
  for (const absl::string_view tenant : {"tenant: 'E08000009'", "tenant: 'E08000001'"}) {
    EXPECT_EQ(ReasonOf(Shape(kElsewhere, tenant)), "COUNCIL_NOT_FOUND");
    EXPECT_EQ(ReasonOf(Exit(kElsewhere, tenant)), "COUNCIL_NOT_FOUND");
    EXPECT_EQ(ReasonOf(Costs(kElsewhere, tenant)), "COUNCIL_NOT_FOUND");
  }
  EXPECT_TRUE(Shape(kOperator, town).ok());
  EXPECT_TRUE(Exit(kOperator, town).ok());
  EXPECT_EQ(Costs(kOperator, town)->years_size(), 1);
  EXPECT_EQ(Costs(kOperator, "")->years_size(), 1);
  EXPECT_EQ(Costs(kElsewhere, "")->years_size(), 0);
  EXPECT_EQ(ReasonOf(Shape(kOperator, "")), "NOT_A_COUNCIL");
}

TEST_F(MarketApiTest, OnlyPractitionersSeeWhoIsAffected) {
  EXPECT_EQ(Exit(kPractitioner, "provider_id: 'big'")->affected_size(), 1);
  EXPECT_EQ(Exit(kPractitioner, "")->within_m(), kReachM);
  for (const auth::Identity& caller : {kCommissioner, kOperator}) {
    const auto exit = Exit(caller, absl::Substitute("provider_id: 'big' tenant: '$0'", kTown));
    ASSERT_TRUE(exit.ok());
    EXPECT_EQ(exit->affected_size(), 0);
    EXPECT_TRUE(exit->people().suppressed());
  }
  EXPECT_EQ(ReasonOf(Exit(kPractitioner, "provider_id: 'none'")), "PROVIDER_NOT_FOUND");
}

TEST_F(MarketApiTest, WhatIsMalformedIsNamed) {
  EXPECT_EQ(ReasonOf(Shape(kCommissioner, "window { first { year: 2026 month: 2 day: 30 } }")), "NOT_A_DAY");
  EXPECT_EQ(ReasonOf(Shape(kCommissioner, "window { first { year: 2026 month: 3 day: 2 } last { year: 2026 month: 3 day: 7 } }")),
            "OUT_OF_RANGE");
  EXPECT_EQ(ReasonOf(Shape(kCommissioner, "window { first { year: 2026 month: 3 day: 9 } last { year: 2026 month: 3 day: 2 } }")),
            "OUT_OF_RANGE");
  EXPECT_EQ(ReasonOf(Shape(kCommissioner, "worst_areas: 51")), "OUT_OF_RANGE");
  EXPECT_EQ(ReasonOf(Exit(kCommissioner, "within_m: -1")), "OUT_OF_RANGE");
  EXPECT_EQ(ReasonOf(Exit(kCommissioner, "provider_id: 'a/b'")), "NOT_AN_ID");
  EXPECT_EQ(ReasonOf(Costs(kCommissioner, "price_year: 3")), "OUT_OF_RANGE");
  EXPECT_EQ(ReasonOf(Costs(kCommissioner, "tenant: 'x'")), "NOT_A_COUNCIL");
}

}  // namespace
}  // namespace regard::market
