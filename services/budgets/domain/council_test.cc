#include "services/budgets/domain/council.h"

#include "gtest/gtest.h"
#include "libs/es/testing/scenario.h"
#include "services/budgets/domain/budgets_domain.h"

namespace regard::budgets {
namespace {

using es::testing::Scenario;
using internal::v1::BudgetsCommand;
using internal::v1::CouncilState;

constexpr char kRecord[] = R"pb(record_package_cost {
  record_id: "r1" tenant: "E08000009" arrangement: ARRANGEMENT_TRADITIONAL annual_cost { pence: 1588700 }
  price_year: 2008 source: "Demos 2008"
})pb";
constexpr char kRecorded[] = R"pb(package_cost_recorded {
  record_id: "r1" tenant: "E08000009" arrangement: ARRANGEMENT_TRADITIONAL
  annual_cost { pence: 1588700 currency: "GBP" } price_year: 2008 source: "Demos 2008"
})pb";

class CouncilTest : public ::testing::Test {
 protected:
  Scenario s_{BudgetsDomain(), BudgetsCommand::default_instance()};
};

TEST_F(CouncilTest, ItsStaffAndAnOperatorRecordCosts) {
  for (const char* actor : {R"pb(role: ROLE_COMMISSIONER tenant: "E08000009")pb",
                            R"pb(role: ROLE_PRACTITIONER tenant: "E08000009")pb", R"pb(role: ROLE_OPERATOR)pb"}) {
    Scenario s(BudgetsDomain(), BudgetsCommand::default_instance());
    s.By(actor).When(kRecord).Then("council/E08000009", kRecorded).ThenNoMore();
  }
}

TEST_F(CouncilTest, RecordingItAgainChangesNothing) {
  s_.By("role: ROLE_OPERATOR").When(kRecord).Then("council/E08000009", kRecorded).When(kRecord).ThenNothing();
}

TEST_F(CouncilTest, NobodyElseRecordsThem) {
  for (const char* actor : {R"pb(role: ROLE_COMMISSIONER tenant: "E08000003")pb", R"pb(role: ROLE_PERSON
                                                                                       tenant: "E08000009")pb",
                            R"pb(role: ROLE_PROVIDER tenant: "E08000009")pb"}) {
    s_.By(actor).When(kRecord).ThenRefused("COUNCIL_NOT_FOUND");
  }
}

TEST_F(CouncilTest, CostsAreBounded) {
  auto& council = const_cast<CouncilState&>(s_.StateOf<CouncilState>("council/E08000009"));
  for (int i = 0; i < kMaxPackageCosts; ++i) council.add_package_cost_ids("a");
  s_.By("role: ROLE_OPERATOR").When(kRecord).ThenRefused("TOO_MANY_PACKAGE_COSTS");
}

TEST_F(CouncilTest, IdsStaySorted) {
  for (const char* id : {"c", "a", "b", "a"}) {
    s_.Given("council/E08000009", std::string("package_cost_recorded { record_id: \"") + id + "\" }");
  }
  const auto& ids = s_.StateOf<CouncilState>("council/E08000009").package_cost_ids();
  EXPECT_EQ(std::vector<std::string>(ids.begin(), ids.end()), (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(CouncilTest, CommandsRouteByTheirOwner) {
  BudgetsCommand command;
  command.set_person_id("p1");
  command.mutable_allocate();
  EXPECT_EQ(RoutingKeyOf(command), "p1");
  command.mutable_record_package_cost()->set_tenant("E08000009");
  EXPECT_EQ(RoutingKeyOf(command), "E08000009");
}

}  // namespace
}  // namespace regard::budgets
