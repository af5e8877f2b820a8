#include "services/budgets/api/queries.h"

#include "gtest/gtest.h"
#include "libs/base/rejection.h"
#include "libs/base/routing.h"
#include "libs/es/testing/view_feed.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::budgets {
namespace {

using es::testing::FromText;
using es::testing::ViewFeed;

constexpr int kPartitions = 64;
const absl::Time kNow = absl::FromUnixSeconds(1'767'600'000);  // 5 January 2026
const auth::Identity kPerson{"p1", options::v1::ROLE_PERSON, "E08000009", absl::InfiniteFuture()};
const auth::Identity kStranger{"p2", options::v1::ROLE_PERSON, "E08000009", absl::InfiniteFuture()};
const auth::Identity kHelper{"h1", options::v1::ROLE_ACTING_FOR, "E08000009", absl::InfiniteFuture()};
const auth::Identity kPractitioner{"pr", options::v1::ROLE_PRACTITIONER, "E08000009", absl::InfiniteFuture()};
const auth::Identity kElsewhere{"pr", options::v1::ROLE_PRACTITIONER, "E08000003", absl::InfiniteFuture()};
const auth::Identity kCommissioner{"co", options::v1::ROLE_COMMISSIONER, "E08000009", absl::InfiniteFuture()};
const auth::Identity kOwner{"o1", options::v1::ROLE_PROVIDER, "E08000009", absl::InfiniteFuture()};
const auth::Identity kOtherOwner{"o2", options::v1::ROLE_PROVIDER, "E08000009", absl::InfiniteFuture()};
const auth::Identity kOperator{"op", options::v1::ROLE_OPERATOR, "", absl::InfiniteFuture()};

class QueriesTest : public ::testing::Test {
 protected:
  QueriesTest() {
    Add("budget/b1", R"pb(opened {
      budget_id: "b1" person_id: "p1" tenant: "E08000009" funder: FUNDER_COUNCIL
      lines { line_id: "care" holding: HOLDING_COUNCIL_MANAGED categories: "c:1" allocation { pence: 1000 } }
      period_start { year: 2026 month: 1 day: 1 } period_end { year: 2026 month: 12 day: 31 }
    })pb");
    Add("budget/b1", R"pb(hold_placed {
      hold_id: "h1" line_id: "care" amount { pence: 100 } provider_id: "v1" effective { year: 2026 month: 1 day: 4 }
    })pb");
    Add("budget/b1", R"pb(hold_posted {
      hold_id: "h1" line_id: "care" amount { pence: 100 } provider_id: "v1" effective { year: 2026 month: 1 day: 4 }
      hold_effective { year: 2026 month: 1 day: 4 }
    })pb");
    Add("budget/b1", R"pb(payout_due {
      provider_id: "v1" debtor_account: "council/E08000009" amount { pence: 100 } due { year: 2026 month: 1 day: 5 }
    })pb");
    for (ViewFeed* feed : {&balances_feed_, &costs_feed_}) {
      feed->Add<v1::CouncilFact>("council/E08000009",
                                 R"pb(package_cost_recorded { tenant: "E08000009" record_id: "r1" })pb");
    }
    standing_feed_.Add<providers::v1::ProviderFact>("provider/v1", R"pb(registered { owner_id: "o1" })pb");
  }
  void Add(absl::string_view stream, absl::string_view fact) {
    for (ViewFeed* feed : {&balances_feed_, &statements_feed_, &payouts_feed_}) {
      feed->At(kNow).Partition(PartitionOf("p1", kPartitions)).Add<v1::BudgetFact>(stream, fact);
    }
  }
  template <class Request, class Response>
  Response Ask(const auth::Identity& caller, absl::string_view request) {
    Response response;
    const absl::Status status = queries_.Answer(caller, kNow, FromText<Request>(request), response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }
  template <class Request, class Response>
  std::string WhyNot(const auth::Identity& caller, absl::string_view request) {
    Response response;
    const absl::Status status = queries_.Answer(caller, kNow, FromText<Request>(request), response);
    return status.ok() ? "" : FromStatus(status).reason;
  }

  BalancesView balances_view_;
  StatementsView statements_view_;
  PayoutsDueView payouts_view_;
  PackageCostsView costs_view_;
  ProviderStandingView standing_view_;
  ViewFeed balances_feed_{balances_view_}, statements_feed_{statements_view_}, payouts_feed_{payouts_view_},
      costs_feed_{costs_view_}, standing_feed_{standing_view_};
  es::ViewReader balances_{balances_feed_.store()}, statements_{statements_feed_.store()},
      payouts_{payouts_feed_.store()}, costs_{costs_feed_.store()}, standing_{standing_feed_.store()};
  Queries queries_{{balances_, statements_, payouts_, costs_, standing_}, kPartitions};
};

constexpr char kBudget[] = R"pb(person_id: "p1" budget_id: "b1")pb";

TEST_F(QueriesTest, Balance) {
  const auto response = Ask<v1::GetBalanceRequest, v1::GetBalanceResponse>(kPerson, kBudget);
  EXPECT_EQ(response.balance().free_pence(), 900);
  EXPECT_EQ(response.balance().spent_pence(), 100);
}

TEST_F(QueriesTest, WhatIsNotTheCallersDoesNotExist) {
  for (const auth::Identity& caller : {kStranger, kHelper, kElsewhere, kCommissioner, kOwner, kOperator}) {
    EXPECT_EQ((WhyNot<v1::GetBalanceRequest, v1::GetBalanceResponse>(caller, kBudget)), "BUDGET_NOT_FOUND");
    EXPECT_EQ((WhyNot<v1::GetStatementRequest, v1::GetStatementResponse>(caller, kBudget)), "BUDGET_NOT_FOUND");
    EXPECT_EQ((WhyNot<v1::GetOutlookRequest, v1::GetOutlookResponse>(caller, kBudget)), "BUDGET_NOT_FOUND");
  }
}

TEST_F(QueriesTest, StatementInPages) {
  const auto first =
      Ask<v1::GetStatementRequest, v1::GetStatementResponse>(kPractitioner, std::string(kBudget) + " page_size: 2");
  EXPECT_EQ(first.entries_size(), 2);
  EXPECT_EQ(first.lines(0).free_pence(), 900);
  EXPECT_EQ(first.lines(0).holding(), base::v1::HOLDING_COUNCIL_MANAGED);
  EXPECT_EQ(first.lines(0).categories(0), "c:1");
  const auto second = Ask<v1::GetStatementRequest, v1::GetStatementResponse>(
      kPractitioner, std::string(kBudget) + " page_size: 2 page_token: \"" + first.next_page_token() + "\"");
  EXPECT_EQ(second.entries_size(), 1);
  EXPECT_EQ(second.next_page_token(), "");
  EXPECT_EQ(
      (WhyNot<v1::GetStatementRequest, v1::GetStatementResponse>(kPerson, std::string(kBudget) + " page_token: \"?\"")),
      "NOT_A_PAGE_TOKEN");
}

TEST_F(QueriesTest, StatementAsAtADay) {
  const auto response = Ask<v1::GetStatementRequest, v1::GetStatementResponse>(
      kPerson, std::string(kBudget) + " as_at_effective { year: 2026 month: 1 day: 3 }");
  EXPECT_EQ(response.lines(0).free_pence(), 1000);
  const auto before = Ask<v1::GetStatementRequest, v1::GetStatementResponse>(
      kPerson, std::string(kBudget) + " as_at_record_time { seconds: 1767599999 }");
  EXPECT_EQ(before.entries_size(), 0);
}

TEST_F(QueriesTest, Outlook) {
  const auto response = Ask<v1::GetOutlookRequest, v1::GetOutlookResponse>(kPerson, kBudget);
  EXPECT_EQ(response.whole().weekly_pace_pence(), 100);
  EXPECT_EQ(response.whole().lasts_until().month(), 3);
  EXPECT_EQ(response.whole().lasts_until().day(), 9);
  EXPECT_EQ(response.period_end().month(), 12);
  EXPECT_EQ((Ask<v1::GetOutlookRequest, v1::GetOutlookResponse>(kPerson,
                                                                std::string(kBudget) + " more_per_week { pence: 800 }")
                 .whole()
                 .weekly_pace_pence()),
            900);
}

TEST_F(QueriesTest, BudgetsOfAPersonAndOfACouncil) {
  using Request = v1::ListBudgetsRequest;
  using Response = v1::ListBudgetsResponse;
  EXPECT_EQ((Ask<Request, Response>(kPerson, "").budgets_size()), 1);
  EXPECT_EQ((Ask<Request, Response>(kPractitioner, "").budgets_size()), 1);
  EXPECT_EQ((Ask<Request, Response>(kPractitioner, R"pb(person_id: "p1")pb").budgets_size()), 1);
  EXPECT_EQ((Ask<Request, Response>(kElsewhere, "").budgets_size()), 0);
  EXPECT_EQ((Ask<Request, Response>(kElsewhere, R"pb(person_id: "p1")pb").budgets_size()), 0);
  EXPECT_EQ((Ask<Request, Response>(kStranger, R"pb(person_id: "p1")pb").budgets_size()), 0);
  EXPECT_EQ((Ask<Request, Response>(kHelper, R"pb(person_id: "p1")pb").budgets_size()), 0);
  EXPECT_EQ((WhyNot<Request, Response>(kHelper, "")), "EMPTY");
}

TEST_F(QueriesTest, AHelperIsListedAndSees) {
  balances_feed_.Add<v1::PersonFact>("person/p1",
                                     R"pb(acting_granted { grant_id: "g1" helper_id: "h1" scopes: SCOPE_SEE })pb");
  EXPECT_EQ((WhyNot<v1::GetBalanceRequest, v1::GetBalanceResponse>(kHelper, kBudget)), "");
  EXPECT_EQ((Ask<v1::ListGrantsRequest, v1::ListGrantsResponse>(kPerson, "").grants(0).helper_id()), "h1");
  EXPECT_EQ((Ask<v1::ListGrantsRequest, v1::ListGrantsResponse>(kStranger, "").grants_size()), 0);
}

TEST_F(QueriesTest, PayoutsToWhoeverRunsTheProviderAndOfTheCouncilsAccount) {
  using Request = v1::ListPayoutsDueRequest;
  using Response = v1::ListPayoutsDueResponse;
  EXPECT_EQ((Ask<Request, Response>(kOwner, R"pb(provider_id: "v1")pb").payouts(0).due_pence()), 100);
  EXPECT_EQ((WhyNot<Request, Response>(kOtherOwner, R"pb(provider_id: "v1")pb")), "PROVIDER_NOT_FOUND");
  EXPECT_EQ((WhyNot<Request, Response>(kOwner, R"pb(provider_id: "v2")pb")), "PROVIDER_NOT_FOUND");
  EXPECT_EQ((Ask<Request, Response>(kCommissioner, "").payouts_size()), 1);
  EXPECT_EQ((Ask<Request, Response>(kCommissioner, R"pb(provider_id: "v2")pb").payouts_size()), 0);
  EXPECT_EQ((Ask<Request, Response>(kElsewhere, "").payouts_size()), 0);
  EXPECT_EQ((Ask<Request, Response>(kCommissioner, "first_day { year: 2026 month: 1 day: 6 }").payouts_size()), 0);
  EXPECT_EQ((Ask<Request, Response>(kCommissioner, "last_day { year: 2026 month: 1 day: 4 }").payouts_size()), 0);
}

TEST_F(QueriesTest, PackageCostsOfTheCallersCouncil) {
  using Request = v1::ListPackageCostsRequest;
  using Response = v1::ListPackageCostsResponse;
  EXPECT_EQ((Ask<Request, Response>(kCommissioner, "").package_costs_size()), 1);
  EXPECT_EQ((Ask<Request, Response>(kOperator, R"pb(tenant: "E08000009")pb").package_costs_size()), 1);
  EXPECT_EQ((Ask<Request, Response>(kElsewhere, "").package_costs_size()), 0);
  EXPECT_EQ((WhyNot<Request, Response>(kElsewhere, R"pb(tenant: "E08000009")pb")), "COUNCIL_NOT_FOUND");
}

}  // namespace
}  // namespace regard::budgets
