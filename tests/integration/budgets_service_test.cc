// Budgets as its callers see it, and the chain behind it: a booking's facts reserve, spend and free money, and a
// balance read with the booking's token shows it.
#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "libs/es/testing/view_feed.h"
#include "regard/bookings/v1/facts.pb.h"
#include "regard/providers/v1/facts.pb.h"
#include "services/budgets/api/budgets_api.h"
#include "services/budgets/domain/budgets_domain.h"
#include "services/budgets/reactors/on_bookings.h"
#include "tests/integration/service_world.h"

namespace regard::integration {
namespace {

namespace v1 = budgets::v1;
using bookings::v1::BookingFact;
using es::testing::FromText;
using Stub = v1::BudgetsService::Stub;

const ToldDomain& Bookings() {
  static const auto* const domain = new ToldDomain("bookings", {{"booking", &BookingFact::default_instance()}});
  return *domain;
}
const ToldDomain& Providers() {
  static const auto* const domain =
      new ToldDomain("providers", {{"provider", &providers::v1::ProviderFact::default_instance()}});
  return *domain;
}
// Another service's copy of who acts for whom, which is slow to see that something was taken back.
class SlowCopy final : public es::View {
 public:
  struct Hold {
    absl::Notification reached;
    absl::Notification go_on;
  };

  absl::string_view name() const override { return "another.acting"; }
  uint32_t version() const override { return 1; }
  std::vector<std::string> topics() const override { return {"budgets"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows&) override {
    Hold* const held = hold.load();
    const bool person = es::KindOf(event.logged.stream()) == "person";
    if (held == nullptr || !person || !event.As<v1::PersonFact>().has_acting_revoked()) return absl::OkStatus();
    held->reached.Notify();
    held->go_on.WaitForNotification();
    return absl::OkStatus();
  }

  std::atomic<Hold*> hold{nullptr};
};
SlowCopy& Copy() {
  static SlowCopy copy;
  return copy;
}

std::vector<es::View*> Views() {
  static const auto* const views = new std::vector<es::View*>{
      &Copy(),
      new budgets::BalancesView(),
      new budgets::StatementsView(),
      new budgets::PayoutsDueView(),
      new budgets::PackageCostsView(),
      new budgets::ProviderStandingView()};
  return *views;
}

// The clock starts on 28 May 2026.
constexpr char kOpen[] = R"pb(
  person_id: "p1" budget_id: "b1" funder: FUNDER_COUNCIL
  lines { line_id: "care" holding: HOLDING_COUNCIL_MANAGED allocation { pence: 10000 } }
  period_start { year: 2026 month: 4 day: 1 } period_end { year: 2027 month: 3 day: 31 }
)pb";
constexpr char kHold[] = R"pb(
  person_id: "p1" budget_id: "b1" amount { pence: 4000 } provider_id: "v1" category: "c:1"
  effective { year: 2026 month: 6 day: 1 }
)pb";
constexpr char kWhose[] = "person_id: 'p1' budget_id: 'b1' provider_id: 'v1' ";

class BudgetsService : public ServiceWorld {
 protected:
  BudgetsService()
      : ServiceWorld({&budgets::BudgetsDomain(), &Bookings(), &Providers()}, Views()),
        commands_(engine->runtime("budgets"), engine->gate(), digester, clock),
        queries_(engine->gate(), engine->timer()),
        rows_{engine->reader(budgets::BalancesView::kName), engine->reader(budgets::StatementsView::kName),
              engine->reader(budgets::PayoutsDueView::kName), engine->reader(budgets::PackageCostsView::kName),
              engine->reader(budgets::ProviderStandingView::kName)},
        api_(shell, commands_, queries_, rows_, engine->runtime("budgets").partition_count(), clock),
        providers_(rows_.provider_standing),
        on_bookings_(providers_) {
    engine->AddReactor(on_bookings_, "budgets");
    Serve({&api_});
    Tell(
        "providers", "provider/v1",
        FromText<providers::v1::ProviderFact>("registered { provider_id: 'v1' owner_id: 'anna' tenant: 'E08000009' }"));
    EXPECT_EQ((Do<v1::OpenBudgetRequest, v1::OpenBudgetResponse>(&Stub::OpenBudget, practitioner_, kOpen)), "");
  }

  template <class Request, class Response>
  std::string Do(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                 const std::string& token, const std::string& request_text, Response* response) {
    Request request = FromText<Request>(request_text);
    request.set_request_id(RequestId());
    const std::string reason = Call(method, token, request, response);
    if (reason.empty()) token_ = response->receipt().consistency_token();
    return reason;
  }
  template <class Request, class Response>
  std::string Do(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                 const std::string& token, const std::string& request_text) {
    Response response;
    return Do<Request, Response>(method, token, request_text, &response);
  }
  template <class Request, class Response>
  Response Ask(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const std::string& token,
               const std::string& request_text) {
    Request request = FromText<Request>(request_text);
    request.set_consistency_token(token_);
    Response response;
    EXPECT_EQ(Call(method, token, request, &response), "") << request_text;
    return response;
  }
  v1::Balance Balance(const std::string& token) {
    return Ask<v1::GetBalanceRequest, v1::GetBalanceResponse>(&Stub::GetBalance, token,
                                                              "person_id: 'p1' budget_id: 'b1'")
        .balance();
  }
  std::string PlaceHold(const std::string& token, v1::PlaceHoldResponse* placed) {
    return Do<v1::PlaceHoldRequest, v1::PlaceHoldResponse>(&Stub::PlaceHold, token, kHold, placed);
  }
  void Booked(const std::string& booking, const std::string& fact) {
    Tell("bookings", "booking/" + booking, FromText<BookingFact>(fact));
  }
  void Requested(const std::string& booking, int pence = 3000, const std::string& budget = "b1") {
    Booked(
        booking,
        absl::StrCat("requested { booking_id: '", booking, "' provider_id: 'v1' person_id: 'p1' budget_id: '", budget,
                     "' category: 'c:1' when { start { seconds: 1780300000 } } amount { pence: ", pence, " } }"));
  }

  const std::string person_ = Token("p1", options::v1::ROLE_PERSON);
  const std::string practitioner_ = Token("pr", options::v1::ROLE_PRACTITIONER);
  const std::string helper_ = Token("h1", options::v1::ROLE_ACTING_FOR);
  rpc::CommandDoor commands_;
  rpc::QueryDoor queries_;
  budgets::ViewRows rows_;
  budgets::BudgetsApi api_;
  budgets::ProviderStandings providers_;
  budgets::OnBookings on_bookings_;
  std::string token_;
};

TEST_F(BudgetsService, AHoldIsSeenAtOncePostedAndOwed) {
  v1::PlaceHoldResponse placed;
  ASSERT_EQ(PlaceHold(person_, &placed), "");
  EXPECT_EQ(Balance(person_).held_pence(), 4000);
  EXPECT_EQ((Do<v1::PostHoldRequest, v1::PostHoldResponse>(
                &Stub::PostHold, person_,
                "person_id: 'p1' budget_id: 'b1' amount { pence: 3500 } hold_id: '" + placed.hold_id() + "'")),
            "");
  EXPECT_EQ(Balance(person_).spent_pence(), 3500);
  EXPECT_EQ(Balance(person_).free_pence(), 6500);
  const auto owed = Ask<v1::ListPayoutsDueRequest, v1::ListPayoutsDueResponse>(
      &Stub::ListPayoutsDue, Token("anna", options::v1::ROLE_PROVIDER), "provider_id: 'v1'");
  ASSERT_EQ(owed.payouts_size(), 1);
  EXPECT_EQ(owed.payouts(0).due_pence(), 3500);
  EXPECT_EQ(owed.payouts(0).debtor_account(), "council/E08000009");
  EXPECT_EQ((Do<v1::RefundPostingRequest, v1::RefundPostingResponse>(
                &Stub::RefundPosting, practitioner_,
                "person_id: 'p1' budget_id: 'b1' amount { pence: 500 } reason: 'PAID_TWICE' hold_id: '" +
                    placed.hold_id() + "'")),
            "");
  const auto statement = Ask<v1::GetStatementRequest, v1::GetStatementResponse>(&Stub::GetStatement, practitioner_,
                                                                                 "person_id: 'p1' budget_id: 'b1'");
  EXPECT_EQ(statement.entries_size(), 4);
  EXPECT_EQ(statement.lines(0).spent_pence(), 3000);
  EXPECT_TRUE((Ask<v1::GetOutlookRequest, v1::GetOutlookResponse>(&Stub::GetOutlook, person_,
                                                                  "person_id: 'p1' budget_id: 'b1'")
                   .whole()
                   .has_lasts_until()));
}

TEST_F(BudgetsService, ARetryGetsTheFirstAnswer) {
  auto request = FromText<v1::PlaceHoldRequest>(kHold);
  request.set_request_id(RequestId());
  v1::PlaceHoldResponse first, second;
  EXPECT_EQ(Call(&Stub::PlaceHold, person_, request, &first), "");
  EXPECT_EQ(Call(&Stub::PlaceHold, person_, request, &second), "");
  EXPECT_EQ(first.ShortDebugString(), second.ShortDebugString());
  request.mutable_amount()->set_pence(1);
  EXPECT_EQ(Call(&Stub::PlaceHold, person_, request, &second), "REQUEST_ID_REUSED");
  token_ = first.receipt().consistency_token();
  EXPECT_EQ(Balance(person_).held_pence(), 4000);
}

TEST_F(BudgetsService, AHelperActsUntilItIsTakenBack) {
  v1::PlaceHoldResponse placed;
  EXPECT_EQ(PlaceHold(helper_, &placed), "BUDGET_NOT_FOUND");
  v1::GrantActingResponse granted;
  EXPECT_EQ((Do<v1::GrantActingRequest, v1::GrantActingResponse>(
                &Stub::GrantActing, person_,
                "person_id: 'p1' helper_id: 'h1' basis: ACTING_BASIS_FAMILY_HELPER scopes: SCOPE_SEE scopes: SCOPE_PAY "
                "evidence: 'a letter'",
                &granted)),
            "");
  EXPECT_EQ(PlaceHold(helper_, &placed), "");
  EXPECT_EQ(Balance(helper_).held_pence(), 4000);
  EXPECT_EQ((Do<v1::RevokeActingRequest, v1::RevokeActingResponse>(
                &Stub::RevokeActing, person_,
                "person_id: 'p1' reason: 'PERSON_ASKED' grant_id: '" + granted.grant_id() + "'")),
            "");
  EXPECT_EQ(PlaceHold(helper_, &placed), "BUDGET_NOT_FOUND");
  v1::GetBalanceResponse balance;
  auto request = FromText<v1::GetBalanceRequest>("person_id: 'p1' budget_id: 'b1'");
  request.set_consistency_token(token_);
  EXPECT_EQ(Call(&Stub::GetBalance, helper_, request, &balance), "BUDGET_NOT_FOUND");
}

TEST_F(BudgetsService, AStaleVersionIsRefused) {
  const std::string allocate = "person_id: 'p1' budget_id: 'b1' line_id: 'care' amount { pence: 1 } reason: 'REVIEW' ";
  EXPECT_EQ((Do<v1::AllocateMoneyRequest, v1::AllocateMoneyResponse>(&Stub::AllocateMoney, practitioner_,
                                                                     allocate + "expected_version: 7")),
            "STALE_VERSION");
  EXPECT_EQ((Do<v1::AllocateMoneyRequest, v1::AllocateMoneyResponse>(&Stub::AllocateMoney, practitioner_,
                                                                     allocate + "expected_version: 1")),
            "");
}

TEST_F(BudgetsService, ABookingReservesAndItsVisitIsPaid) {
  Requested("k1");
  EXPECT_EQ(Balance(person_).held_pence(), 3000);
  // What a booking holds is the booking's to settle.
  EXPECT_EQ((Do<v1::VoidHoldRequest, v1::VoidHoldResponse>(
                &Stub::VoidHold, person_,
                "person_id: 'p1' budget_id: 'b1' hold_id: '" + budgets::HoldIdOfBooking("k1") + "'")),
            "HOLD_OF_A_BOOKING");
  Booked("k1",
         absl::StrCat("confirmed { ", kWhose, "amount { pence: 3000 } effective { year: 2026 month: 6 day: 1 } }"));
  EXPECT_EQ(Balance(person_).held_pence(), 0);
  EXPECT_EQ(Balance(person_).spent_pence(), 3000);
}

TEST_F(BudgetsService, EveryWayOutFreesOrPaysAFee) {
  const std::pair<const char*, int> ends[] = {{"declined { %s }", 0},
                                              {"expired { %s }", 0},
                                              {"cancelled { %s fee { pence: 500 } }", 500},
                                              {"cancelled { %s }", 0},
                                              {"no_show { %s fee { pence: 700 } }", 700},
                                              {"dispute_resolved { %s pay { pence: 11 } }", 11},
                                              {"dispute_resolved { %s }", 0}};
  int64_t spent_pence = 0;
  int number = 0;
  for (const auto& [fact, pence] : ends) {
    const std::string booking = absl::StrCat("k", ++number);
    Requested(booking);
    EXPECT_EQ(Balance(person_).held_pence(), 3000) << fact;
    std::string text(fact);
    Booked(booking, text.replace(text.find("%s"), 2, kWhose));
    spent_pence += pence;
    EXPECT_EQ(Balance(person_).held_pence(), 0) << fact;
    EXPECT_EQ(Balance(person_).spent_pence(), spent_pence) << fact;
  }
}

TEST_F(BudgetsService, WhatCannotBeDoneForABookingStopsNothing) {
  Requested("k1", 10001);
  Requested("k2", 100, "no-such-budget");
  Booked("k3", absl::StrCat("cancelled { ", kWhose, "}"));
  Booked("k4", absl::StrCat("confirmed { ", kWhose, "amount { pence: 1 } }"));
  Requested("k5", 100);
  EXPECT_EQ(Balance(person_).held_pence(), 100);
}

TEST_F(BudgetsService, ClosingReturnsTheRest) {
  v1::PlaceHoldResponse placed;
  ASSERT_EQ(PlaceHold(person_, &placed), "");
  const std::string close = "person_id: 'p1' budget_id: 'b1' reason: 'MOVED_AWAY'";
  EXPECT_EQ((Do<v1::CloseBudgetRequest, v1::CloseBudgetResponse>(&Stub::CloseBudget, practitioner_, close)),
            "HOLDS_LIVE");
  EXPECT_EQ((Do<v1::VoidHoldRequest, v1::VoidHoldResponse>(
                &Stub::VoidHold, person_, "person_id: 'p1' budget_id: 'b1' hold_id: '" + placed.hold_id() + "'")),
            "");
  EXPECT_EQ((Do<v1::CloseBudgetRequest, v1::CloseBudgetResponse>(&Stub::CloseBudget, practitioner_, close)), "");
  EXPECT_EQ(Balance(practitioner_).phase(), v1::BUDGET_PHASE_CLOSED);
  EXPECT_EQ(Balance(practitioner_).lines(0).returned_pence(), 10000);
}

TEST_F(BudgetsService, ACouncilRecordsWhatPackagesCost) {
  const std::string commissioner = Token("co", options::v1::ROLE_COMMISSIONER);
  const std::string cost =
      "record_id: 'r1' arrangement: ARRANGEMENT_TRADITIONAL annual_cost { pence: 1588700 } price_year: 2008";
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(
        (Do<v1::RecordPackageCostRequest, v1::RecordPackageCostResponse>(&Stub::RecordPackageCost, commissioner, cost)),
        "");
  }
  EXPECT_EQ((Ask<v1::ListPackageCostsRequest, v1::ListPackageCostsResponse>(&Stub::ListPackageCosts, commissioner, "")
                 .package_costs_size()),
            1);
}

// Nobody who was taken back still gets in once the person has heard that it is done.
TEST_F(BudgetsService, ARightIsTakenBackWhenEveryServiceHasSeenIt) {
  v1::GrantActingResponse granted;
  ASSERT_EQ(Do(&Stub::GrantActing, person_,
               "person_id: 'p1' helper_id: 'h1' basis: ACTING_BASIS_FAMILY_HELPER scopes: SCOPE_SEE", &granted),
            "");
  SlowCopy::Hold hold;
  Copy().hold = &hold;
  absl::Notification answered;
  std::thread caller([&] {
    v1::RevokeActingResponse revoked;
    EXPECT_EQ(Do(&Stub::RevokeActing, person_,
                 absl::StrCat("person_id: 'p1' reason: 'PERSON_ASKED' grant_id: '", granted.grant_id(), "'"), &revoked),
              "");
    answered.Notify();
  });
  hold.reached.WaitForNotification();
  EXPECT_FALSE(answered.WaitForNotificationWithTimeout(absl::Milliseconds(300)));
  hold.go_on.Notify();
  caller.join();
  Copy().hold = nullptr;
}

}  // namespace
}  // namespace regard::integration
