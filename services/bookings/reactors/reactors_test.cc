#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "libs/es/testing/view_feed.h"
#include "regard/bookings/internal/v1/commands.pb.h"
#include "regard/budgets/v1/facts.pb.h"
#include "regard/providers/v1/facts.pb.h"
#include "services/bookings/reactors/on_budgets.h"
#include "services/bookings/reactors/on_providers.h"

namespace regard::bookings {
namespace {

using budgets::v1::BudgetFact;
using es::testing::FromText;
using internal::v1::BookingsCommand;
using providers::v1::ProviderFact;

template <class Fact>
std::vector<es::Reaction> React(es::ReactorRules& rules, absl::string_view stream, absl::string_view text) {
  log::v1::Append append;
  log::v1::Fact logged;
  logged.set_stream(std::string(stream));
  const Fact fact = FromText<Fact>(text);
  absl::StatusOr<std::vector<es::Reaction>> reactions =
      rules.React({rules.source_topic(), 0, 1, 0, append, logged, fact});
  EXPECT_TRUE(reactions.ok()) << reactions.status();
  return *std::move(reactions);
}

// The only reaction, to provider v1, is exactly this command.
void ExpectCommand(const std::vector<es::Reaction>& reactions, absl::string_view text) {
  ASSERT_EQ(reactions.size(), 1u) << text;
  EXPECT_EQ(reactions[0].routing_key, "v1");
  google::protobuf::util::MessageDifferencer differencer;
  std::string difference;
  differencer.ReportDifferencesToString(&difference);
  EXPECT_TRUE(differencer.Compare(FromText<BookingsCommand>(text), *reactions[0].command)) << difference;
}

TEST(OnBudgets, TellsTheBookingWhatItsBudgetAnswered) {
  OnBudgets rules;
  const auto becomes = [&](absl::string_view name, absl::string_view fields, absl::string_view command) {
    const std::string about = absl::StrCat(name, " { booking_id: 'b1' provider_id: 'v1' hold_id: 'k1' ", fields, " }");
    ExpectCommand(React<BudgetFact>(rules, "budget/g1", about),
                  absl::StrCat("provider_id: 'v1' booking_id: 'b1' ", command));
    // A purchase outside bookings is nobody's booking.
    EXPECT_TRUE(
        React<BudgetFact>(rules, "budget/g1", absl::StrCat(name, " { provider_id: 'v1' ", fields, " }")).empty());
    EXPECT_TRUE(
        React<BudgetFact>(rules, "budget/g1", absl::StrCat(name, " { booking_id: 'b1' ", fields, " }")).empty());
  };
  becomes("hold_placed", "line_id: 'n1' holding: HOLDING_DIRECT_PAYMENT",
          "fund { hold_id: 'k1' line_id: 'n1' holding: HOLDING_DIRECT_PAYMENT }");
  becomes("hold_declined", "reason: 'NOT_ENOUGH_FREE'", "decline_by_budget { reason: 'NOT_ENOUGH_FREE' }");
  becomes("hold_posted", "amount { pence: 1500 currency: 'GBP' }", "settle { paid { pence: 1500 currency: 'GBP' } }");
  becomes("hold_voided", "", "settle { paid { currency: 'GBP' } }");
  becomes("settlement_refused", "reason: 'HOLD_NOT_FOUND'", "report_settlement_failure { reason: 'HOLD_NOT_FOUND' }");
}

TEST(OnBudgets, PassesOverTheRest) {
  OnBudgets rules;
  for (const char* fact : {"opened {}", "allocated {}", "contributed {}", "adjusted {}", "closed {}",
                           "exception_allowed {}", "payout_due { booking_id: 'b1' provider_id: 'v1' }",
                           "posting_refunded { booking_id: 'b1' provider_id: 'v1' }", ""}) {
    EXPECT_TRUE(React<BudgetFact>(rules, "budget/g1", fact).empty()) << fact;
  }
  EXPECT_TRUE(React<budgets::v1::PersonFact>(rules, "person/p1", "acting_granted {}").empty());
}

TEST(OnProviders, AsksWhatBecomesOfWhatIsBooked) {
  OnProviders rules;
  const auto becomes = [&](absl::string_view fact, absl::string_view ask) {
    ExpectCommand(React<ProviderFact>(rules, "provider/v1", fact),
                  absl::StrCat("provider_id: 'v1' ask_decisions { ", ask, " }"));
  };
  becomes("credential_lapsed { credential_id: 'c1' }", "reason: 'CREDENTIAL_LAPSED' subject_id: 'c1'");
  becomes("credential_revoked { credential_id: 'c1' }", "reason: 'CREDENTIAL_REVOKED' subject_id: 'c1'");
  becomes("closed {}", "reason: 'PROVIDER_CLOSED'");
}

TEST(OnProviders, PassesOverTheRest) {
  OnProviders rules;
  for (const char* fact :
       {"registered {}", "listing_suspended {}", "listing_closed {}", "credential_verified {}", ""}) {
    EXPECT_TRUE(React<ProviderFact>(rules, "provider/v1", fact).empty()) << fact;
  }
  EXPECT_TRUE(React<providers::v1::PlaceFact>(rules, "place/postcodes:M33 4", "postcodes_imported {}").empty());
}

}  // namespace
}  // namespace regard::bookings
