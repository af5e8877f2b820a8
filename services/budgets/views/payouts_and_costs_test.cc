#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/base/rejection.h"
#include "libs/es/testing/view_feed.h"
#include "services/budgets/views/package_costs.h"
#include "services/budgets/views/payouts_due.h"

namespace regard::budgets {
namespace {

using ::testing::ElementsAre;
using es::testing::ViewFeed;
using v1::BudgetFact;
using v1::CouncilFact;

class PayoutsDueTest : public ::testing::Test {
 protected:
  static std::string Due(absl::string_view provider, absl::string_view account, int day, int pence) {
    return "payout_due { provider_id: \"" + std::string(provider) + "\" debtor_account: \"" + std::string(account) +
           "\" amount { pence: " + std::to_string(pence) + " } due { year: 2026 month: 1 day: " + std::to_string(day) +
           " } }";
  }
  static std::vector<std::string> Texts(const absl::StatusOr<PayoutsDue::Page>& page) {
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> texts;
    for (const v1::PayoutTotal& total : page->payouts) {
      texts.push_back(total.provider_id() + " " + total.debtor_account() + " " + std::to_string(total.due().day()) +
                      " " + std::to_string(total.items()) + " " + std::to_string(total.due_pence()) + " " +
                      std::to_string(total.refunded_pence()));
    }
    return texts;
  }
  static void Fill(ViewFeed& feed, bool backwards) {
    std::vector<std::pair<int, std::string>> facts = {{3, Due("v1", "person/p1", 9, 100)},
                                                      {4, Due("v1", "council/E08000009", 9, 30)},
                                                      {5, Due("v1", "council/E08000009", 9, 40)},
                                                      {5, Due("v1", "council/E08000009", 10, 50)},
                                                      {6, Due("v10", "council/E08000009", 9, 60)},
                                                      {6, R"pb(posting_refunded {
                                                                 provider_id: "v1"
                                                                 debtor_account: "council/E08000009"
                                                                 amount { pence: 5 }
                                                                 effective { year: 2026 month: 1 day: 10 }
                                                               })pb"}};
    if (backwards) std::reverse(facts.begin(), facts.end());
    for (const auto& [partition, fact] : facts) feed.Partition(partition).Add<BudgetFact>("budget/b1", fact);
  }

  PayoutsDueView view_;
  ViewFeed feed_{view_};
  es::ViewReader reader_{feed_.store()};
  PayoutsDue payouts_{reader_};
};

TEST_F(PayoutsDueTest, AddsUpByProviderDayAndAccount) {
  Fill(feed_, false);
  EXPECT_THAT(Texts(payouts_.ToProvider("v1", {}, "", 10)),
              ElementsAre("v1 council/E08000009 9 2 70 0", "v1 person/p1 9 1 100 0", "v1 council/E08000009 10 1 50 5"));
  EXPECT_THAT(
      Texts(payouts_.FromAccount("council/E08000009", "", {}, "", 10)),
      ElementsAre("v1 council/E08000009 9 2 70 0", "v10 council/E08000009 9 1 60 0", "v1 council/E08000009 10 1 50 5"));
  EXPECT_THAT(Texts(payouts_.FromAccount("council/E08000009", "v10", {}, "", 10)),
              ElementsAre("v10 council/E08000009 9 1 60 0"));
}

TEST_F(PayoutsDueTest, TheOrderOfPartitionsDoesNotMatter) {
  Fill(feed_, false);
  ViewFeed other(view_);
  Fill(other, true);
  EXPECT_EQ(feed_.store().Contents(), other.store().Contents());
}

TEST_F(PayoutsDueTest, BetweenDays) {
  Fill(feed_, false);
  const absl::CivilDay ninth(2026, 1, 9);
  EXPECT_EQ(Texts(payouts_.ToProvider("v1", {.last = ninth}, "", 10)).size(), 2u);
  EXPECT_THAT(Texts(payouts_.ToProvider("v1", {.first = ninth + 1}, "", 10)),
              ElementsAre("v1 council/E08000009 10 1 50 5"));
  EXPECT_TRUE(Texts(payouts_.ToProvider("v1", {.first = ninth + 2}, "", 10)).empty());
}

TEST_F(PayoutsDueTest, InPages) {
  Fill(feed_, false);
  const absl::StatusOr<PayoutsDue::Page> first = payouts_.ToProvider("v1", {}, "", 2);
  EXPECT_EQ(first->payouts.size(), 2u);
  const absl::StatusOr<PayoutsDue::Page> second = payouts_.ToProvider("v1", {}, first->next, 2);
  EXPECT_THAT(Texts(second), ElementsAre("v1 council/E08000009 10 1 50 5"));
  EXPECT_EQ(second->next, "");
  EXPECT_EQ(FromStatus(payouts_.ToProvider("v10", {}, first->next, 2).status()).reason, "PAGE_TOKEN_OF_ANOTHER_LIST");
}

TEST(PackageCostsTest, OfACouncilInPages) {
  PackageCostsView view;
  ViewFeed feed(view);
  for (const char* id : {"r2", "r1", "r3"}) {
    feed.Add<CouncilFact>("council/E08000009",
                          std::string("package_cost_recorded { tenant: \"E08000009\" record_id: \"") + id + "\" }");
  }
  feed.Add<CouncilFact>("council/E0800000", R"pb(package_cost_recorded { tenant: "E0800000" record_id: "other" })pb");
  feed.Add<BudgetFact>("budget/b1", "");
  const es::ViewReader reader(feed.store());
  const PackageCosts costs(reader);
  const absl::StatusOr<PackageCosts::Page> first = costs.OfCouncil("E08000009", "", 2);
  ASSERT_TRUE(first.ok());
  ASSERT_EQ(first->costs.size(), 2u);
  EXPECT_EQ(first->costs[0].record_id(), "r1");
  const absl::StatusOr<PackageCosts::Page> second = costs.OfCouncil("E08000009", first->next, 2);
  ASSERT_EQ(second->costs.size(), 1u);
  EXPECT_EQ(second->costs[0].record_id(), "r3");
  EXPECT_EQ(second->next, "");
  EXPECT_EQ(FromStatus(costs.OfCouncil("E0800000", first->next, 2).status()).reason, "PAGE_TOKEN_OF_ANOTHER_LIST");
}

}  // namespace
}  // namespace regard::budgets
