#include "tools/demo_market/findings.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "libs/base/money.h"
#include "libs/base/time.h"
#include "tools/cli/import/councils.h"
#include "tools/cli/names.h"
#include "tools/cli/options.h"
#include "tools/cli/output.h"
#include "tools/cli/show_budget.h"
#include "tools/cli/show_market.h"
#include "tools/cli/show_search.h"

namespace regard::demo {
namespace {

using bookings::v1::BookingsService;
using budgets::v1::BudgetsService;
using market::v1::MarketService;

constexpr int kLastMovements = 12;
constexpr int kDiaryRows = 15;
constexpr int kPriceYear = 2008;
// What the published figures come to, in pounds: the check that nothing was lost on the way.
constexpr int64_t kTraditionalMean = 15887;
constexpr int64_t kPersonalBudgetMean = 14343;
constexpr int64_t kMixStandardised = 15562;

void Title(std::ostream& out, absl::string_view text) {
  out << "\n== " << text << " ==\n" << std::flush;
}

absl::Status PrintSearch(World& world, const Town& town, std::ostream& out) {
  // From where somebody in M33 lives, if anybody does.
  std::string postcode = town.people[0].plan->postcode;
  for (const Person& person : town.people) {
    if (person.plan->postcode.substr(0, 4) == "M33 ") {
      postcode = person.plan->postcode;
      break;
    }
  }
  Title(out, absl::StrCat("Search: gardening within 3 km of ", postcode, ", direct payments accepted"));
  directory::v1::SearchRequest request;
  request.set_words("gardening");
  request.set_postcode(postcode);
  request.set_within_m(3000);
  request.add_funding_accepted(base::v1::HOLDING_DIRECT_PAYMENT);
  request.set_page_size(8);
  directory::v1::SearchResponse response;
  const absl::Status asked =
      world.Ask(world.stubs().directory, &directory::v1::DirectoryService::Stub::Search, "", request, response);
  if (!asked.ok()) return asked;
  cli::ShowResults(response, out);
  return absl::OkStatus();
}

// Somebody with several visits and not much money: a statement worth reading.
const Person& SomebodyCareful(const Town& town) {
  const auto worth = [](const Person& person) {
    return std::make_pair(std::min<size_t>(person.arrangements.size(), 3), -person.plan->annual_pence);
  };
  return *std::max_element(town.people.begin(), town.people.end(),
                           [&](const Person& a, const Person& b) { return worth(a) < worth(b); });
}

absl::Status PrintStatement(World& world, const Town& town, std::ostream& out) {
  const Person& person = SomebodyCareful(town);
  Title(out, absl::StrCat("One person's statement: ", person.plan->person_id, " (synthetic; ",
                          FormatPence(person.plan->annual_pence), " a year is a real amount of 2008)"));
  budgets::v1::GetStatementRequest request;
  request.set_person_id(person.plan->person_id);
  request.set_budget_id(person.budget_id);
  request.set_page_size(200);
  budgets::v1::GetStatementResponse statement;
  do {
    budgets::v1::GetStatementResponse page;
    const absl::Status asked =
        world.Ask(world.stubs().budgets, &BudgetsService::Stub::GetStatement, person.token, request, page);
    if (!asked.ok()) return asked;
    statement.MergeFrom(page);
    *statement.mutable_lines() = page.lines();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  out << "The last " << std::min(kLastMovements, statement.entries_size()) << " of " << statement.entries_size()
      << " movements\n";
  cli::ShowStatement(statement, kLastMovements, out);
  budgets::v1::GetOutlookRequest ask;
  ask.set_person_id(person.plan->person_id);
  ask.set_budget_id(person.budget_id);
  budgets::v1::GetOutlookResponse outlook;
  const absl::Status asked =
      world.Ask(world.stubs().budgets, &BudgetsService::Stub::GetOutlook, person.token, ask, outlook);
  if (!asked.ok()) return asked;
  cli::ShowOutlook(outlook, out);
  return absl::OkStatus();
}

std::string WorkerName(const ProviderAccount& provider, const std::string& worker_id) {
  for (size_t i = 0; i < provider.worker_ids.size(); ++i) {
    if (provider.worker_ids[i] == worker_id) return provider.worker_names[i];
  }
  return "";
}

absl::Status PrintMoneyDue(World& world, const ProviderAccount& provider, std::ostream& out) {
  budgets::v1::ListPayoutsDueRequest request;
  request.set_provider_id(provider.provider_id);
  request.set_page_size(200);
  int64_t due_pence = 0;
  int64_t items = 0;
  std::map<std::string, int64_t> by_account;
  do {
    budgets::v1::ListPayoutsDueResponse page;
    const absl::Status asked =
        world.Ask(world.stubs().budgets, &BudgetsService::Stub::ListPayoutsDue, provider.token, request, page);
    if (!asked.ok()) return asked;
    for (const auto& total : page.payouts()) {
      items += total.items();
      due_pence += total.due_pence() - total.refunded_pence();
      // Whose money it is says more here than whose account.
      by_account[total.debtor_account().substr(0, total.debtor_account().find('/'))] += total.due_pence() - total.refunded_pence();
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  std::vector<std::string> parts;
  for (const auto& [account, pence] : by_account) parts.push_back(absl::StrCat(account, " ", FormatPence(pence)));
  out << "Due since the start: " << FormatPence(due_pence) << " for " << items << " visits, from accounts of "
      << absl::StrJoin(parts, ", ") << '\n';
  return absl::OkStatus();
}

// The provider whom most people have a visit with in the coming week.
const ProviderAccount& SomebodyWanted(const Town& town) {
  std::map<std::string, int> wanted;
  for (const Person& person : town.people) {
    for (const Arrangement& arrangement : person.arrangements) {
      if (!arrangement.over && arrangement.form == providers::v1::LISTING_FORM_VISIT) ++wanted[arrangement.provider_id];
    }
  }
  const auto most = std::max_element(wanted.begin(), wanted.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == wanted.end() ? town.providers.begin()->second : town.providers.at(most->first);
}

absl::Status PrintDiary(World& world, const Town& town, std::ostream& out) {
  const ProviderAccount& provider = SomebodyWanted(town);
  Title(out, absl::StrCat("One provider's diary and money due: ", provider.name));
  bookings::v1::ListBookingsRequest request;
  request.set_provider_id(provider.provider_id);
  *request.mutable_from() = ToProto(world.now());
  request.add_phases(bookings::v1::BOOKING_PHASE_ACCEPTED);
  request.set_page_size(kDiaryRows);
  bookings::v1::ListBookingsResponse response;
  const absl::Status asked =
      world.Ask(world.stubs().bookings, &BookingsService::Stub::ListBookings, provider.token, request, response);
  if (!asked.ok()) return asked;
  cli::Table table({"when", ">minutes", "who comes", "to", "what", ">amount"});
  for (const auto& booking : response.bookings()) {
    const absl::Duration length = FromProto(booking.when().end()) - FromProto(booking.when().start());
    table.Row({cli::ShowTime(booking.when().start()), absl::StrCat(absl::ToInt64Minutes(length)),
               WorkerName(provider, booking.worker_id()), booking.person_id(), cli::ShowCategory(booking.category()),
               FormatPence(booking.amount().pence())});
  }
  out << "The coming week" << (response.next_page_token().empty() ? "" : ", its first bookings") << '\n';
  table.Print(out);
  return PrintMoneyDue(world, provider, out);
}

absl::Status PrintShape(World& world, std::ostream& out) {
  Title(out, "Trafford's shape");
  market::v1::GetShapeRequest request;
  request.set_tenant(kTrafford);
  market::v1::GetShapeResponse shape;
  const absl::Status asked =
      world.Ask(world.stubs().market, &MarketService::Stub::GetShape, world.commissioner_token(), request, shape);
  if (!asked.ok()) return asked;
  cli::ShowShape(shape, out);

  Title(out, "The largest provider closes tomorrow");
  market::v1::GetProviderExitRequest exit_request;
  exit_request.set_tenant(kTrafford);
  exit_request.set_within_m(3000);
  market::v1::GetProviderExitResponse exit;
  const absl::Status exit_asked = world.Ask(world.stubs().market, &MarketService::Stub::GetProviderExit,
                                            world.practitioner_token(), exit_request, exit);
  if (!exit_asked.ok()) return exit_asked;
  cli::ShowExit(exit, out);
  return absl::OkStatus();
}

int64_t Rounded(const base::v1::Money& money) { return (money.pence() + 50) / 100; }

absl::Status PrintCosts(World& world, std::ostream& out) {
  Title(out, "Cost by arrangement (real figures)");
  market::v1::GetCostsRequest request;
  request.set_price_year(kPriceYear);
  market::v1::GetCostsResponse costs;
  const absl::Status asked =
      world.Ask(world.stubs().market, &MarketService::Stub::GetCosts, world.operator_token(), request, costs);
  if (!asked.ok()) return asked;
  cli::ShowCosts(costs, out);
  for (const auto& year : costs.years()) {
    if (year.price_year() == kPriceYear && Rounded(year.traditional().mean()) == kTraditionalMean &&
        Rounded(year.personal_budget().mean()) == kPersonalBudgetMean &&
        Rounded(year.traditional_mix_standardised()) == kMixStandardised) {
      return absl::OkStatus();
    }
  }
  return absl::DataLossError("the pooled means are not the published 15,887, 14,343 and 15,562");
}

void PrintTally(const Tally& tally, const Speed& speed, std::ostream& out) {
  Title(out, "What happened");
  cli::Table table({"what", ">how often"});
  const auto row = [&](absl::string_view what, int64_t count) { table.Row({std::string(what), absl::StrCat(count)}); };
  row("bookings requested", tally.requested);
  row("accepted", tally.accepted);
  row("declined by the provider", tally.declined_by_provider);
  row("declined by the budget", tally.declined_by_budget);
  row("never answered, so expired", tally.unanswered);
  row("cancelled in time or by the provider", tally.cancelled);
  row("cancelled late", tally.cancelled_late);
  row("the person was away", tally.person_away);
  row("nobody came", tally.nobody_came);
  row("visits recorded", tally.recorded);
  row("confirmed by the person", tally.confirmed_by_person);
  row("disputed, decided by the council", tally.disputed);
  row("confirmed by time", tally.recorded - tally.confirmed_by_person - tally.disputed - tally.left_to_time);
  row("credentials lapsed", tally.lapsed);
  row("decisions about what was booked under them", tally.decisions);
  row("needs said that nothing met", tally.unmet_said);
  table.Print(out);
  std::vector<std::string> refusals;
  for (const auto& [reason, count] : tally.refusals()) refusals.push_back(absl::StrCat(cli::Said(reason), " ", count));
  out << "Refused by a rule: " << (refusals.empty() ? "nothing" : absl::StrJoin(refusals, ", ")) << '\n';
  const double seconds = std::max(absl::ToDoubleSeconds(speed.took), 1e-3);
  out << speed.commands << " commands in " << absl::StrFormat("%.1f", seconds) << " s of weeks: "
      << absl::StrFormat("%.0f", static_cast<double>(speed.commands) / seconds) << " a second, questions beside them\n";
}

absl::Status PrintMoney(World& world, std::ostream& out) {
  Title(out, "Does the money add up?");
  const absl::StatusOr<operations::v1::VerifyLogResponse> verified = world.VerifyLog();
  if (!verified.ok()) return verified.status();
  const operations::v1::VerifyLogResponse& report = *verified;
  out << "The log read from its first record: " << report.facts() << " facts in " << report.appends() << " appends of "
      << report.streams() << " streams; " << report.views_equal_size() << " views equal a rebuild\n"
      << report.budgets() << " budgets: allocated " << FormatPence(report.allocated_pence()) << " + contributed "
      << FormatPence(report.contributed_pence()) << "\n  = spent " << FormatPence(report.spent_pence()) << " + held "
      << FormatPence(report.held_pence()) << " + free " << FormatPence(report.free_pence()) << " + returned "
      << FormatPence(report.returned_pence()) << '\n';
  for (const std::string& problem : report.problems()) out << "PROBLEM: " << problem << '\n';
  const int64_t in = report.allocated_pence() + report.contributed_pence();
  const int64_t accounted =
      report.spent_pence() + report.held_pence() + report.free_pence() + report.returned_pence();
  if (!report.ok() || in != accounted) return absl::DataLossError("the log does not verify");
  out << "To the penny, and every posting is a confirmed visit, a fee or a settled dispute.\n";
  return absl::OkStatus();
}

}  // namespace

absl::Status PrintFindings(World& world, const Town& town, const Tally& tally, const Speed& speed, std::ostream& out) {
  if (auto printed = PrintSearch(world, town, out); !printed.ok()) return printed;
  if (auto printed = PrintStatement(world, town, out); !printed.ok()) return printed;
  if (auto printed = PrintDiary(world, town, out); !printed.ok()) return printed;
  if (auto printed = PrintShape(world, out); !printed.ok()) return printed;
  if (auto printed = PrintCosts(world, out); !printed.ok()) return printed;
  PrintTally(tally, speed, out);
  return PrintMoney(world, out);
}

}  // namespace regard::demo
