#include "services/budgets/api/requests.h"

#include <functional>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "libs/base/rejection.h"
#include "libs/es/testing/view_feed.h"

namespace regard::budgets {
namespace {

using es::testing::FromText;

const auth::Identity kPractitioner{"pr", options::v1::ROLE_PRACTITIONER, "E08000009", absl::InfiniteFuture()};
const auth::Identity kOperator{"op", options::v1::ROLE_OPERATOR, "", absl::InfiniteFuture()};
const auth::Identity kPerson{"p1", options::v1::ROLE_PERSON, "E08000009", absl::InfiniteFuture()};
const auth::Identity kHelper{"h1", options::v1::ROLE_ACTING_FOR, "E08000009", absl::InfiniteFuture()};
const auth::Identity kProvider{"o1", options::v1::ROLE_PROVIDER, "E08000009", absl::InfiniteFuture()};

// "field REASON", or nothing.
std::string Finding(const absl::Status& status) {
  if (status.ok()) return "";
  const Rejection rejection = FromStatus(status);
  EXPECT_EQ(rejection.kind, Rejection::Kind::kInvalid);
  return rejection.field + " " + rejection.reason;
}

template <class Request>
std::string Wrong(absl::string_view text) {
  return Finding(Check(FromText<Request>(text)));
}

template <class Request>
std::string WrongFor(const auth::Identity& caller, absl::string_view text) {
  return Finding(Check(FromText<Request>(text), caller));
}

// The request with some fields changed.
template <class Request>
Request With(absl::string_view base, absl::string_view changes) {
  auto request = FromText<Request>(base);
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(std::string(changes), &request)) << changes;
  return request;
}

constexpr char kOpen[] = R"pb(
  person_id: "p1" funder: FUNDER_COUNCIL
  lines { line_id: "care" categories: "c:1" holding: HOLDING_DIRECT_PAYMENT allocation { pence: 1000 }
          hourly_price_limit { pence: 2000 } }
  lines { line_id: "isf" holding: HOLDING_INDIVIDUAL_SERVICE_FUND holder_id: "v1" allocation { pence: 0 } }
  period_start { year: 2026 month: 4 day: 1 } period_end { year: 2027 month: 3 day: 31 }
  replaces_annual_cost { pence: 5000 } price_year: 2008 source: "DEMOS_2008"
)pb";

std::string WrongOpen(const std::function<void(v1::OpenBudgetRequest&)>& change,
                      const auth::Identity& caller = kPractitioner) {
  auto request = FromText<v1::OpenBudgetRequest>(kOpen);
  change(request);
  return Finding(Check(request, caller));
}

TEST(OpenBudgetRequest, IsChecked) {
  using Request = v1::OpenBudgetRequest;
  EXPECT_EQ(WrongOpen([](Request&) {}), "");
  EXPECT_EQ(WrongOpen([](Request& r) { r.set_person_id("a/b"); }), "person_id NOT_AN_ID");
  EXPECT_EQ(WrongOpen([](Request& r) { r.set_budget_id(std::string(65, 'a')); }), "budget_id NOT_AN_ID");
  EXPECT_EQ(WrongOpen([](Request& r) { r.clear_funder(); }), "funder UNSPECIFIED");
  EXPECT_EQ(WrongOpen([](Request& r) { r.clear_lines(); }), "lines TOO_FEW");
  EXPECT_EQ(WrongOpen([](Request& r) { r.set_source("made up by me"); }), "source NOT_A_CODE");
  EXPECT_EQ(WrongOpen([](Request& r) { r.set_tenant("Trafford"); }), "tenant NOT_A_COUNCIL");
  EXPECT_EQ(WrongOpen([](Request&) {}, kOperator), "tenant NOT_A_COUNCIL");
  EXPECT_EQ(WrongOpen([](Request& r) { r.set_tenant("E08000009"); }, kOperator), "");
  EXPECT_EQ(WrongOpen([](Request& r) { r.mutable_lines(1)->set_line_id("care"); }), "lines SAME_ID_TWICE");
  EXPECT_EQ(WrongOpen([](Request& r) { r.mutable_lines(1)->clear_holding(); }), "lines[1].holding UNSPECIFIED");
  EXPECT_EQ(WrongOpen([](Request& r) { r.mutable_lines(1)->clear_holder_id(); }), "lines[1].holder_id NOT_AN_ID");
  EXPECT_EQ(WrongOpen([](Request& r) { r.mutable_lines(0)->set_holder_id("v1"); }),
            "lines[0].holder_id NOT_HELD_BY_ANOTHER");
  EXPECT_EQ(WrongOpen([](Request& r) { r.mutable_lines(0)->set_holding(base::v1::HOLDING_SELF_FUNDED); }),
            "lines[0].holding HOLDING_DOES_NOT_FIT_FUNDER");
  EXPECT_EQ(WrongOpen([](Request& r) { r.set_funder(v1::FUNDER_SELF); }),
            "lines[0].holding HOLDING_DOES_NOT_FIT_FUNDER");
  EXPECT_EQ(WrongOpen([](Request& r) { r.mutable_lines(0)->set_categories(0, "gardening"); }),
            "lines[0].categories NOT_A_CURIE");
  EXPECT_EQ(WrongOpen([](Request& r) { r.mutable_lines(0)->mutable_allocation()->set_pence(-1); }),
            "lines[0].allocation AMOUNT_OUT_OF_RANGE");
  EXPECT_EQ(WrongOpen([](Request& r) { r.mutable_lines(0)->mutable_hourly_price_limit()->set_pence(0); }),
            "lines[0].hourly_price_limit AMOUNT_OUT_OF_RANGE");
  EXPECT_EQ(WrongOpen([](Request& r) { r.mutable_period_start()->set_month(13); }), "period_start NOT_A_DAY");
  EXPECT_EQ(WrongOpen([](Request& r) { r.clear_period_end(); }), "period_end NOT_A_DAY");
  EXPECT_EQ(WrongOpen([](Request& r) { r.mutable_period_end()->set_year(2025); }), "period_end OUT_OF_RANGE");
  EXPECT_EQ(WrongOpen([](Request& r) { r.mutable_period_end()->set_year(2036); }), "period_end OUT_OF_RANGE");
  EXPECT_EQ(WrongOpen([](Request& r) { r.mutable_replaces_annual_cost()->set_currency("EUR"); }),
            "replaces_annual_cost NOT_POUNDS");
  EXPECT_EQ(WrongOpen([](Request& r) { r.set_price_year(8); }), "price_year OUT_OF_RANGE");
}

TEST(MoneyRequests, AreChecked) {
  constexpr char kIds[] = R"pb(person_id: "p1" budget_id: "b1" line_id: "care" )pb";
  const auto with = [&](absl::string_view more) { return std::string(kIds) + std::string(more); };
  EXPECT_EQ(Wrong<v1::AllocateMoneyRequest>(with("amount { pence: 1 } reason: 'REVIEW'")), "");
  EXPECT_EQ(Wrong<v1::AllocateMoneyRequest>(with("amount { pence: 0 } reason: 'REVIEW'")),
            "amount AMOUNT_OUT_OF_RANGE");
  EXPECT_EQ(Wrong<v1::AllocateMoneyRequest>(with("amount { pence: 1 } reason: 'for her birthday'")),
            "reason NOT_A_CODE");
  EXPECT_EQ(Wrong<v1::AllocateMoneyRequest>(with("amount { pence: 1 } reason: 'REVIEW' effective {}")),
            "effective NOT_A_DAY");
  EXPECT_EQ(Wrong<v1::RecordContributionRequest>(with("amount { pence: 1 }")), "");
  EXPECT_EQ(Wrong<v1::RecordContributionRequest>(with("amount { pence: -1 }")), "amount AMOUNT_OUT_OF_RANGE");
  EXPECT_EQ(Wrong<v1::AdjustBudgetRequest>(with("change { pence: -1 } reason: 'REVIEW'")), "");
  EXPECT_EQ(Wrong<v1::AdjustBudgetRequest>(with("change { pence: 0 } reason: 'REVIEW'")), "change AMOUNT_OUT_OF_RANGE");
  EXPECT_EQ(Wrong<v1::AdjustBudgetRequest>(with("change { pence: 1000000001 } reason: 'REVIEW'")),
            "change AMOUNT_OUT_OF_RANGE");
  EXPECT_EQ(Wrong<v1::CloseBudgetRequest>(R"pb(person_id: "p1" budget_id: "b1" reason: "MOVED_AWAY")pb"), "");
  EXPECT_EQ(Wrong<v1::CloseBudgetRequest>(R"pb(person_id: "p1" reason: "MOVED_AWAY")pb"), "budget_id NOT_AN_ID");
  EXPECT_EQ(Wrong<v1::CloseBudgetRequest>(R"pb(person_id: "p1" budget_id: "b1")pb"), "reason NOT_A_CODE");
}

TEST(AllowExceptionRequest, IsChecked) {
  const auto with = [&](absl::string_view more) {
    return Wrong<v1::AllowExceptionRequest>(std::string(R"pb(person_id: "p1" budget_id: "b1" )pb") + std::string(more));
  };
  EXPECT_EQ(with("kind: EXCEPTION_KIND_PRICE provider_id: 'v1' decision_reference: 'D-1' until { year: 2026 month: 1 "
                 "day: 1 }"),
            "");
  EXPECT_EQ(with("provider_id: 'v1' decision_reference: 'D-1' until { year: 2026 month: 1 day: 1 }"),
            "kind UNSPECIFIED");
  EXPECT_EQ(with("kind: EXCEPTION_KIND_PRICE decision_reference: 'D-1' until { year: 2026 month: 1 day: 1 }"),
            "provider_id NOT_AN_ID");
  EXPECT_EQ(with("kind: EXCEPTION_KIND_PRICE provider_id: 'v1' until { year: 2026 month: 1 day: 1 }"),
            "decision_reference NOT_AN_ID");
  EXPECT_EQ(with("kind: EXCEPTION_KIND_PRICE provider_id: 'v1' decision_reference: 'D-1'"), "until NOT_A_DAY");
}

TEST(HoldRequests, AreChecked) {
  const auto place = [&](absl::string_view more) {
    return Finding(Check(With<v1::PlaceHoldRequest>(R"pb(
      person_id: "p1" budget_id: "b1" amount { pence: 1 } provider_id: "v1" category: "c:1"
      effective { year: 2026 month: 1 day: 1 } )pb", more)));
  };
  EXPECT_EQ(place(""), "");
  EXPECT_EQ(place("line_id: '?'"), "line_id NOT_AN_ID");
  EXPECT_EQ(place("amount { pence: -2 }"), "amount AMOUNT_OUT_OF_RANGE");
  EXPECT_EQ(place("provider_id: ''"), "provider_id NOT_AN_ID");
  EXPECT_EQ(place("category: 'gym'"), "category NOT_A_CURIE");
  EXPECT_EQ(place("care_home_nights: 367"), "care_home_nights OUT_OF_RANGE");
  EXPECT_EQ(place("effective { day: 32 }"), "effective NOT_A_DAY");
  EXPECT_EQ(place("hourly_price {}"), "hourly_price AMOUNT_OUT_OF_RANGE");
  constexpr char kHold[] = R"pb(person_id: "p1" budget_id: "b1" hold_id: "h1" )pb";
  EXPECT_EQ(Wrong<v1::PostHoldRequest>(std::string(kHold) + "amount { pence: 1 }"), "");
  EXPECT_EQ(Wrong<v1::PostHoldRequest>(kHold), "amount AMOUNT_OUT_OF_RANGE");
  EXPECT_EQ(Wrong<v1::VoidHoldRequest>(kHold), "");
  EXPECT_EQ(Wrong<v1::VoidHoldRequest>(R"pb(person_id: "p1" budget_id: "b1")pb"), "hold_id NOT_AN_ID");
  EXPECT_EQ(Wrong<v1::RefundPostingRequest>(std::string(kHold) + "amount { pence: 1 } reason: 'PAID_TWICE'"), "");
  EXPECT_EQ(Wrong<v1::RefundPostingRequest>(std::string(kHold) + "amount { pence: 1 }"), "reason NOT_A_CODE");
}

TEST(GrantRequests, AreChecked) {
  const auto grant = [&](absl::string_view more) {
    return Finding(Check(With<v1::GrantActingRequest>(
        R"pb(person_id: "p1" helper_id: "h1" basis: ACTING_BASIS_BROKER)pb", more)));
  };
  EXPECT_EQ(grant("scopes: SCOPE_SEE scopes: SCOPE_PAY"), "");
  EXPECT_EQ(grant(""), "scopes TOO_FEW");
  EXPECT_EQ(grant("scopes: SCOPE_SEE scopes: SCOPE_SEE"), "scopes SAME_TWICE");
  EXPECT_EQ(grant("scopes: SCOPE_UNSPECIFIED"), "scopes UNSPECIFIED");
  EXPECT_EQ(grant("scopes: SCOPE_SEE helper_id: ''"), "helper_id NOT_A_SUBJECT");
  EXPECT_EQ(grant("scopes: SCOPE_SEE basis: ACTING_BASIS_UNSPECIFIED"), "basis UNSPECIFIED");
  EXPECT_EQ(grant("scopes: SCOPE_SEE until { nanos: -1 }"), "until NOT_A_TIME");
  EXPECT_EQ(grant("scopes: SCOPE_SEE evidence: '" + std::string(2001, 'e') + "'"), "evidence TOO_LONG");
  EXPECT_EQ(Wrong<v1::RevokeActingRequest>(R"pb(person_id: "p1" grant_id: "g1" reason: "PERSON_ASKED")pb"), "");
  EXPECT_EQ(Wrong<v1::RevokeActingRequest>(R"pb(person_id: "p1" reason: "PERSON_ASKED")pb"), "grant_id NOT_AN_ID");
}

TEST(CouncilRequests, AreChecked) {
  constexpr char kCost[] = R"pb(record_id: "r1"
                                arrangement: ARRANGEMENT_TRADITIONAL
                                annual_cost { pence: 0 }
                                price_year: 2008)pb";
  EXPECT_EQ(WrongFor<v1::RecordPackageCostRequest>(kPractitioner, kCost), "");
  EXPECT_EQ(WrongFor<v1::RecordPackageCostRequest>(kOperator, kCost), "tenant NOT_A_COUNCIL");
  const auto with = [&](absl::string_view changes) {
    return Finding(Check(With<v1::RecordPackageCostRequest>(kCost, changes), kPractitioner));
  };
  EXPECT_EQ(with("record_id: ''"), "record_id NOT_AN_ID");
  EXPECT_EQ(with("price_year: 0"), "price_year OUT_OF_RANGE");
  EXPECT_EQ(WrongFor<v1::ListPackageCostsRequest>(kPractitioner, ""), "");
  EXPECT_EQ(WrongFor<v1::ListPackageCostsRequest>(kOperator, ""), "tenant NOT_A_COUNCIL");
}

TEST(Questions, AreChecked) {
  EXPECT_EQ(Wrong<v1::GetBalanceRequest>(R"pb(person_id: "p1" budget_id: "b1")pb"), "");
  EXPECT_EQ(Wrong<v1::GetBalanceRequest>(R"pb(budget_id: "b1")pb"), "person_id NOT_AN_ID");
  EXPECT_EQ(Wrong<v1::GetStatementRequest>(R"pb(person_id: "p1"
                                                budget_id: "b1"
                                                as_at_effective {})pb"),
            "as_at_effective NOT_A_DAY");
  EXPECT_EQ(Wrong<v1::GetStatementRequest>(R"pb(person_id: "p1" budget_id: "b1" as_at_record_time { nanos: -1 })pb"),
            "as_at_record_time NOT_A_TIME");
  EXPECT_EQ(Wrong<v1::GetOutlookRequest>(R"pb(person_id: "p1" budget_id: "b1" more_per_week { pence: -1 })pb"),
            "more_per_week AMOUNT_OUT_OF_RANGE");
  EXPECT_EQ(Wrong<v1::ListBudgetsRequest>(""), "");
  EXPECT_EQ(Wrong<v1::ListBudgetsRequest>("page_token: '" + std::string(401, 'a') + "'"), "page_token TOO_LONG");
  EXPECT_EQ(WrongFor<v1::ListPayoutsDueRequest>(kProvider, ""), "provider_id NOT_AN_ID");
  EXPECT_EQ(WrongFor<v1::ListPayoutsDueRequest>(kPractitioner, ""), "");
  EXPECT_EQ(WrongFor<v1::ListPayoutsDueRequest>(kPractitioner, "last_day {}"), "last_day NOT_A_DAY");
}

// ---- Commands

std::string TextOf(const Command& command) { return command.ShortDebugString(); }
std::string Parsed(absl::string_view text) { return FromText<Command>(text).ShortDebugString(); }

TEST(Commands, OpenForTheCallersCouncil) {
  auto request = FromText<v1::OpenBudgetRequest>(R"pb(
    request_id: "r1" person_id: "p1" funder: FUNDER_COUNCIL lines { line_id: "care" allocation { pence: 5 } }
    period_start { year: 2026 } period_end { year: 2027 }
  )pb");
  const auto command = CommandOf(request, kPractitioner);
  EXPECT_EQ(command->budget_id(), CommandOf(request, kPractitioner)->budget_id());
  EXPECT_NE(command->budget_id(), CommandOf(request, kOperator)->budget_id());
  request.set_budget_id("b1");
  EXPECT_EQ(TextOf(*CommandOf(request, kPractitioner)), Parsed(R"pb(person_id: "p1" budget_id: "b1" open {
    tenant: "E08000009" funder: FUNDER_COUNCIL lines { line_id: "care" allocation { pence: 5 currency: "GBP" } }
    period_start { year: 2026 } period_end { year: 2027 }
  })pb"));
  request.set_tenant("E08000003");
  EXPECT_EQ(CommandOf(request, kOperator)->open().tenant(), "E08000003");
}

TEST(Commands, SayWhenAHelperAsks) {
  const auto request = FromText<v1::VoidHoldRequest>(R"pb(person_id: "p1" budget_id: "b1" hold_id: "h1")pb");
  EXPECT_EQ(TextOf(*CommandOf(request, kHelper)),
            Parsed(R"pb(person_id: "p1"
                        budget_id: "b1"
                        by_helper: true
                        void_hold { hold_id: "h1" reason: SETTLEMENT_REASON_REQUESTED })pb"));
  EXPECT_FALSE(CommandOf(request, kPerson)->by_helper());
}

TEST(Commands, AHoldHasWhatIsKnownOfTheProvider) {
  auto request = FromText<v1::PlaceHoldRequest>(R"pb(
    request_id: "r1"
    person_id: "p1"
    budget_id: "b1"
    line_id: "care"
    amount { pence: 7 }
    provider_id: "v1"
    category: "c:1"
    effective { year: 2026 }
    relative_in_household: true
    care_home_nights: 3
    hourly_price { pence: 9 }
  )pb");
  const auto provider = FromText<internal::v1::ProviderStandingRow>(
      R"pb(standing: PROVIDER_STANDING_GOOD kind: PROVIDER_KIND_CARE_HOME tenant: "E08000003")pb");
  const auto command = CommandOf(request, kPerson, provider);
  EXPECT_EQ(TextOf(*command), Parsed(R"pb(person_id: "p1"
                                          budget_id: "b1"
                                          place_hold { line_id: "care"
                                                       amount { pence: 7 currency: "GBP" }
                                                       provider_id: "v1"
                                                       category: "c:1"
                                                       effective { year: 2026 }
                                                       standing: PROVIDER_STANDING_GOOD
                                                       provider_kind: PROVIDER_KIND_CARE_HOME
                                                       relative_in_household: true
                                                       care_home_nights: 3
                                                       hourly_price_pence: 9
                                                       provider_tenant: "E08000003"
                                                       hold_id: ")pb" +
                                     command->place_hold().hold_id() + "\" }"));
  EXPECT_EQ(CommandOf(request, kPerson, provider)->place_hold().hold_id(), command->place_hold().hold_id());
  EXPECT_NE(CommandOf(request, kHelper, provider)->place_hold().hold_id(), command->place_hold().hold_id());
  EXPECT_FALSE(command->place_hold().from_booking());
}

TEST(Commands, CarryTheRest) {
  EXPECT_EQ(TextOf(*CommandOf(FromText<v1::AllocateMoneyRequest>(R"pb(
                                person_id: "p1"
                                budget_id: "b1"
                                line_id: "care"
                                amount { pence: 7 }
                                reason: "R"
                                effective { year: 2026 })pb"),
                              kPerson)),
            Parsed(R"pb(person_id: "p1"
                        budget_id: "b1"
                        allocate {
                          line_id: "care"
                          amount { pence: 7 currency: "GBP" }
                          reason: "R"
                          effective { year: 2026 }
                        })pb"));
  EXPECT_EQ(TextOf(*CommandOf(FromText<v1::RecordContributionRequest>(R"pb(
                                person_id: "p1"
                                budget_id: "b1"
                                line_id: "care"
                                amount { pence: 7 }
                                effective { year: 2026 })pb"),
                              kPerson)),
            Parsed(R"pb(person_id: "p1"
                        budget_id: "b1"
                        contribute {
                          line_id: "care"
                          amount { pence: 7 currency: "GBP" }
                          effective { year: 2026 }
                        })pb"));
  EXPECT_EQ(TextOf(*CommandOf(FromText<v1::AdjustBudgetRequest>(R"pb(
                                person_id: "p1"
                                budget_id: "b1"
                                line_id: "care"
                                change { pence: -7 }
                                reason: "R"
                                effective { year: 2026 })pb"),
                              kPerson)),
            Parsed(R"pb(person_id: "p1"
                        budget_id: "b1"
                        adjust {
                          line_id: "care"
                          change { pence: -7 currency: "GBP" }
                          reason: "R"
                          effective { year: 2026 }
                        })pb"));
  EXPECT_EQ(TextOf(*CommandOf(FromText<v1::CloseBudgetRequest>(R"pb(person_id: "p1"
                                                                    budget_id: "b1"
                                                                    reason: "R"
                                                                    effective { year: 2026 })pb"),
                              kPerson)),
            Parsed(R"pb(person_id: "p1"
                        budget_id: "b1"
                        close {
                          reason: "R"
                          effective { year: 2026 }
                        })pb"));
  EXPECT_EQ(TextOf(*CommandOf(FromText<v1::AllowExceptionRequest>(R"pb(
                                person_id: "p1"
                                budget_id: "b1"
                                kind: EXCEPTION_KIND_PRICE
                                provider_id: "v1"
                                decision_reference: "D"
                                until { year: 2026 })pb"),
                              kPerson)),
            Parsed(R"pb(person_id: "p1"
                        budget_id: "b1"
                        allow_exception {
                          kind: EXCEPTION_KIND_PRICE
                          provider_id: "v1"
                          decision_reference: "D"
                          until { year: 2026 }
                        })pb"));
  EXPECT_EQ(TextOf(*CommandOf(FromText<v1::PostHoldRequest>(R"pb(person_id: "p1"
                                                                 budget_id: "b1"
                                                                 hold_id: "h1"
                                                                 amount { pence: 7 })pb"),
                              kPerson)),
            Parsed(R"pb(person_id: "p1"
                        budget_id: "b1"
                        post_hold {
                          hold_id: "h1"
                          amount { pence: 7 currency: "GBP" }
                          reason: SETTLEMENT_REASON_REQUESTED
                        })pb"));
  EXPECT_EQ(TextOf(*CommandOf(FromText<v1::RefundPostingRequest>(R"pb(person_id: "p1"
                                                                      budget_id: "b1"
                                                                      hold_id: "h1"
                                                                      amount { pence: 7 }
                                                                      reason: "R")pb"),
                              kPerson)),
            Parsed(R"pb(person_id: "p1"
                        budget_id: "b1"
                        refund {
                          hold_id: "h1"
                          amount { pence: 7 currency: "GBP" }
                          reason: "R"
                        })pb"));
  const auto grant = CommandOf(FromText<v1::GrantActingRequest>(R"pb(
                                 request_id: "r"
                                 person_id: "p1"
                                 helper_id: "h1"
                                 basis: ACTING_BASIS_BROKER
                                 scopes: SCOPE_PAY
                                 until { seconds: 5 }
                                 evidence: "e")pb"),
                               kPerson);
  EXPECT_EQ(TextOf(*grant), Parsed(R"pb(person_id: "p1" grant_acting {
    helper_id: "h1" basis: ACTING_BASIS_BROKER scopes: SCOPE_PAY until { seconds: 5 } evidence: "e"
    grant_id: ")pb" + grant->grant_acting().grant_id() + "\" }"));
  EXPECT_EQ(TextOf(*CommandOf(FromText<v1::RevokeActingRequest>(R"pb(person_id: "p1"
                                                                     budget_id: "b1"
                                                                     grant_id: "g1"
                                                                     reason: "R")pb"),
                              kPerson)),
            Parsed(R"pb(person_id: "p1"
                        budget_id: "b1"
                        revoke_acting { grant_id: "g1" reason: "R" })pb"));
  EXPECT_EQ(TextOf(*CommandOf(FromText<v1::RecordPackageCostRequest>(R"pb(
                                record_id: "r1"
                                arrangement: ARRANGEMENT_TRADITIONAL
                                annual_cost { pence: 7 }
                                price_year: 2008
                                source: "DEMOS_2008")pb"),
                              kPractitioner)),
            Parsed(R"pb(record_package_cost {
                          record_id: "r1"
                          tenant: "E08000009"
                          arrangement: ARRANGEMENT_TRADITIONAL
                          annual_cost { pence: 7 currency: "GBP" }
                          price_year: 2008
                          source: "DEMOS_2008"
                        })pb"));
}

}  // namespace
}  // namespace regard::budgets
