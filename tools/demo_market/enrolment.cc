#include "tools/demo_market/enrolment.h"

#include <algorithm>
#include <mutex>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/money.h"
#include "libs/base/time.h"
#include "tools/cli/parallel.h"

namespace regard::demo {
namespace {

using budgets::v1::BudgetsService;
using providers::v1::ProvidersService;
using ProvidersStub = ProvidersService::Stub;

constexpr char kSynthetic[] = "SYNTHETIC";
constexpr int kPriceYear = 2008;

struct Credential {
  providers::v1::CredentialKind kind;
  std::string reference;
  absl::optional<absl::Time> expires;
  // CQC: covers personal care in people's homes.
  bool covers_care = false;
};

void RecordAndVerify(World& world, const ProviderAccount& account, const Credential& credential) {
  providers::v1::RecordCredentialRequest request;
  request.set_provider_id(account.provider_id);
  request.set_kind(credential.kind);
  request.set_reference(credential.reference);
  if (credential.expires.has_value()) *request.mutable_expires() = ToProto(*credential.expires);
  if (credential.covers_care) {
    request.add_covers("PERSONAL_CARE");
    request.set_covers_home_visits(true);
  }
  const std::string name = absl::StrCat("credential ", account.provider_id, " ", credential.reference);
  providers::v1::RecordCredentialResponse recorded;
  if (!world.Expect(world.Tell(world.stubs().providers, &ProvidersStub::RecordCredential, account.token, name, request,
                               recorded),
                    "record a credential")) {
    return;
  }
  providers::v1::VerifyCredentialRequest verify;
  verify.set_provider_id(account.provider_id);
  verify.set_credential_id(recorded.credential_id());
  providers::v1::VerifyCredentialResponse verified;
  world.Expect(world.Tell(world.stubs().providers, &ProvidersStub::VerifyCredential, world.commissioner_token(),
                          absl::StrCat("verify ", name), verify, verified),
               "verify a credential");
}

void Publish(World& world, const ProviderAccount& account, const std::string& name,
           providers::v1::ListingTerms terms, const providers::v1::Price& price) {
  providers::v1::DraftListingRequest draft;
  draft.set_provider_id(account.provider_id);
  for (const std::string& worker_id : account.worker_ids) terms.add_worker_ids(worker_id);
  *draft.mutable_terms() = std::move(terms);
  *draft.mutable_price() = price;
  draft.set_source(kSynthetic);
  providers::v1::DraftListingResponse drafted;
  if (!world.Expect(world.Tell(world.stubs().providers, &ProvidersStub::DraftListing, account.token,
                               absl::StrCat("draft ", name), draft, drafted),
                    "draft a listing")) {
    return;
  }
  providers::v1::PublishListingRequest publish;
  publish.set_provider_id(account.provider_id);
  publish.set_listing_id(drafted.listing_id());
  providers::v1::PublishListingResponse published;
  world.Expect(world.Tell(world.stubs().providers, &ProvidersStub::PublishListing, account.token,
                          absl::StrCat("publish ", name), publish, published),
               "publish a listing");
}

ProviderAccount Register(World& world, const ProviderPlan& plan) {
  ProviderAccount account;
  account.plan = &plan;
  account.name = plan.name;
  account.token = world.TokenFor(options::v1::ROLE_PROVIDER, plan.owner_id);
  account.worker_names = plan.worker_names;
  providers::v1::RegisterProviderRequest request;
  request.set_kind(plan.kind);
  request.set_ownership(plan.ownership);
  request.set_name(plan.name);
  request.set_postcode(plan.postcode);
  request.set_size_fte_tenths(static_cast<int32_t>(plan.worker_names.size()) * 7);
  request.set_community_owned(plan.community_owned);
  request.add_languages("en");
  for (const std::string& worker : plan.worker_names) request.add_worker_names(worker);
  request.set_source(kSynthetic);
  providers::v1::RegisterProviderResponse response;
  world.Expect(world.Tell(world.stubs().providers, &ProvidersStub::RegisterProvider, account.token,
                          absl::StrCat("register ", plan.owner_id), request, response),
               "register a provider");
  account.provider_id = response.provider_id();
  account.worker_ids.assign(response.worker_ids().begin(), response.worker_ids().end());
  return account;
}

const FreeActivity* ActivityOf(const Organisation& organisation) {
  const std::string words = absl::AsciiStrToLower(absl::StrCat(organisation.name, " ", organisation.activities));
  for (const FreeActivity& activity : FreeActivities()) {
    if (absl::StrContains(words, activity.word)) return &activity;
  }
  return nullptr;
}

void GiveFreeActivity(World& world, const ProviderAccount& account, const Organisation& organisation,
                      const FreeActivity& activity) {
  Dice dice = world.DiceFor(absl::StrCat("activity ", organisation.source));
  providers::v1::ListingTerms terms;
  terms.set_title(std::string(activity.title));
  terms.set_description("Free and open to all. A synthetic offer: the organisation is real, this activity is not.");
  terms.add_categories(std::string(activity.category));
  terms.set_form(providers::v1::LISTING_FORM_FREE_ACTIVITY);
  terms.set_place(providers::v1::PLACE_KIND_VENUE);
  terms.set_postcode(organisation.postcode);
  terms.set_time_zone("Europe/London");
  terms.set_capacity(dice.Between(12, 30));
  terms.add_languages("en");
  terms.add_accessibility("step-free");
  providers::v1::WeeklyWindow& window = *terms.add_windows();
  window.set_weekday(dice.Between(1, 6));
  window.set_start_minute_of_day(dice.Between(10, 14) * 60);
  window.set_end_minute_of_day(window.start_minute_of_day() + 120);
  providers::v1::Price free;
  free.set_unit(providers::v1::PRICE_UNIT_FREE);
  Publish(world, account, organisation.source, terms, free);
}

budgets::v1::OpenBudgetRequest BudgetOf(const PersonPlan& person, absl::CivilDay first_day) {
  budgets::v1::OpenBudgetRequest request;
  request.set_person_id(person.person_id);
  request.set_funder(person.funder);
  budgets::v1::Line& line = *request.add_lines();
  line.set_line_id(kBudgetLine);
  for (const std::string& category : person.allowed_categories) line.add_categories(category);
  line.set_holding(person.holding);
  if (person.holding == base::v1::HOLDING_INDIVIDUAL_SERVICE_FUND || person.holding == base::v1::HOLDING_THIRD_PARTY) {
    line.set_holder_id("fund-holder-1");
  }
  *line.mutable_allocation() = Pounds(person.paid_quarterly ? person.annual_pence / 4 : person.annual_pence);
  if (person.hourly_price_limit_pence > 0) *line.mutable_hourly_price_limit() = Pounds(person.hourly_price_limit_pence);
  *request.mutable_period_start() = ToProto(first_day);
  *request.mutable_period_end() = ToProto(absl::CivilDay(first_day.year() + 1, first_day.month(), first_day.day()) - 1);
  request.set_price_year(kPriceYear);
  request.set_source(kSynthetic);
  return request;
}

void LetHelperBook(World& world, Person& person) {
  const std::string helper_id = absl::StrCat("helper-of-", person.plan->person_id);
  budgets::v1::GrantActingRequest request;
  request.set_person_id(person.plan->person_id);
  request.set_helper_id(helper_id);
  request.set_basis(budgets::v1::ACTING_BASIS_FAMILY_HELPER);
  request.add_scopes(budgets::v1::SCOPE_SEE);
  request.add_scopes(budgets::v1::SCOPE_BOOK);
  request.add_scopes(budgets::v1::SCOPE_CONFIRM);
  budgets::v1::GrantActingResponse response;
  world.Expect(world.Tell(world.stubs().budgets, &BudgetsService::Stub::GrantActing, person.token,
                          absl::StrCat("grant ", person.plan->person_id), request, response),
               "let a helper act");
  person.booking_token = world.TokenFor(options::v1::ROLE_ACTING_FOR, helper_id);
}

}  // namespace

void RenewInsurance(World& world, const ProviderAccount& account, absl::Time expires) {
  RecordAndVerify(world, account,
                  {providers::v1::CREDENTIAL_KIND_INSURANCE,
                   absl::StrCat("POL-", absl::FormatTime("%Y%m%d", expires, absl::UTCTimeZone())), expires});
}

void EnrolProviders(World& world, Town& town) {
  std::mutex mutex;
  cli::InParallel(town.provider_plans.size(), kAtOnce, [&](size_t i) {
    if (world.failed()) return;
    const ProviderPlan& plan = town.provider_plans[i];
    ProviderAccount account = Register(world, plan);
    if (account.provider_id.empty()) return;
    const absl::Duration insured =
        plan.lapses_in_week < 0 ? absl::Hours(24 * 365) : absl::Hours(24 * 7 * plan.lapses_in_week + 24 * 2);
    RenewInsurance(world, account, world.now() + insured);
    RecordAndVerify(world, account, {providers::v1::CREDENTIAL_KIND_DBS, "enhanced, seen 2025-11", absl::nullopt});
    if (plan.has_cqc) {
      RecordAndVerify(world, account, {providers::v1::CREDENTIAL_KIND_CQC_REGISTRATION,
                                       absl::StrCat("1-", 900000000 + i), absl::nullopt, true});
    }
    for (size_t j = 0; j < plan.listings.size() && !world.failed(); ++j) {
      Publish(world, account, absl::StrCat(plan.owner_id, " ", j), plan.listings[j].terms, plan.listings[j].price);
    }
    std::lock_guard<std::mutex> lock(mutex);
    town.providers[account.provider_id] = std::move(account);
  });
}

int ClaimOrganisations(World& world, const std::vector<Organisation>& organisations, Town& town) {
  std::vector<Organisation> shuffled = organisations;
  Dice dice = world.DiceFor("claims");
  dice.Shuffle(shuffled);
  std::map<const FreeActivity*, int> of_kind;
  int claimed = 0;
  for (const Organisation& organisation : shuffled) {
    const FreeActivity* const activity = ActivityOf(organisation);
    if (claimed == kClaimedOrganisations || world.failed()) break;
    if (activity == nullptr || of_kind[activity] == 2) continue;
    ++of_kind[activity];
    ProviderAccount account;
    account.provider_id = town.known_provider_ids[organisation.source];
    account.name = organisation.name;
    const std::string owner_id = absl::StrCat("group-owner-", ++claimed);
    account.token = world.TokenFor(options::v1::ROLE_PROVIDER, owner_id);
    account.worker_names.emplace_back(dice.Pick(FirstNames()));
    providers::v1::ClaimProviderRequest request;
    request.set_provider_id(account.provider_id);
    request.set_proof("letter to the registered address (synthetic)");
    request.add_worker_names(account.worker_names[0]);
    request.set_owner_id(owner_id);
    providers::v1::ClaimProviderResponse response;
    if (!world.Expect(world.Tell(world.stubs().providers, &ProvidersStub::ClaimProvider, world.commissioner_token(),
                                 absl::StrCat("claim ", organisation.source), request, response),
                      "claim an organisation")) {
      break;
    }
    account.worker_ids.assign(response.worker_ids().begin(), response.worker_ids().end());
    GiveFreeActivity(world, account, organisation, *activity);
    town.providers[account.provider_id] = std::move(account);
  }
  return claimed;
}

void OpenBudgets(World& world, absl::CivilDay first_day, Town& town) {
  town.people.resize(town.person_plans.size());
  cli::InParallel(town.people.size(), kAtOnce, [&](size_t i) {
    if (world.failed()) return;
    Person& person = town.people[i];
    person.plan = &town.person_plans[i];
    person.token = world.TokenFor(options::v1::ROLE_PERSON, person.plan->person_id);
    const bool own_money = person.plan->funder == budgets::v1::FUNDER_SELF;
    budgets::v1::OpenBudgetResponse response;
    world.Expect(world.Tell(world.stubs().budgets, &BudgetsService::Stub::OpenBudget,
                            own_money ? person.token : world.practitioner_token(),
                            absl::StrCat("budget ", person.plan->person_id), BudgetOf(*person.plan, first_day), response),
                 "open a budget");
    person.budget_id = response.budget_id();
    switch (person.plan->books_by) {
      case BooksBy::kSelf: person.booking_token = person.token; break;
      case BooksBy::kHelper: LetHelperBook(world, person); break;
      case BooksBy::kPractitioner: person.booking_token = world.practitioner_token(); break;
    }
  });
}

}  // namespace regard::demo
