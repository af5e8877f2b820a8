#include "tests/simulation/workload.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/ids.h"
#include "libs/base/money.h"
#include "libs/base/time.h"
#include "tests/simulation/actors.h"
#include "tests/simulation/answers.h"

namespace regard::simulation {
namespace {

using namespace bookings::v1;  // NOLINT: phases, by the dozen

constexpr int kProvidersCount = 2;
constexpr int kBudgetsCount = 3;

base::v1::Actor Owner(int provider) { return ActorOf(absl::StrCat("o", provider), options::v1::ROLE_PROVIDER); }

std::string ProviderId(int provider) { return absl::StrCat("v", provider); }
std::string ListingId(int provider) { return absl::StrCat("l", provider); }
std::string BudgetId(int budget) { return absl::StrCat("b", budget); }
// The first two are of the first person.
int PersonOf(int budget) { return budget < 2 ? 0 : 1; }

}  // namespace

std::vector<std::string> WorkersOf(absl::string_view provider) {
  if (provider == "v0") return {"w0", "w1"};
  return {"w2"};
}

std::shared_ptr<Operation> Workload::Begin(const std::string& kind, Topic topic, const base::v1::Actor& actor) {
  auto operation = std::make_shared<Operation>();
  operation->id = ++next_id_;
  operation->kind = kind;
  operation->topic = topic;
  operation->actor = actor;
  switch (topic) {
    case kProviders:
      operation->body = std::make_unique<providers::internal::v1::ProvidersCommand>();
      break;
    case kBookings:
      operation->body = std::make_unique<bookings::internal::v1::BookingsCommand>();
      break;
    case kBudgets:
      operation->body = std::make_unique<budgets::internal::v1::BudgetsCommand>();
      break;
  }
  return operation;
}

std::shared_ptr<Operation> Workload::OnBudget(const std::string& kind, int budget, const base::v1::Actor& actor) {
  auto operation = Begin(kind, kBudgets, actor);
  operation->budget = BudgetId(budget);
  operation->line = kLine;
  operation->routing_key = absl::StrCat("p", PersonOf(budget));
  operation->stream = "budget/" + operation->budget;
  Budget(*operation).set_person_id(operation->routing_key);
  Budget(*operation).set_budget_id(operation->budget);
  return operation;
}

std::shared_ptr<Operation> Workload::OnProvider(const std::string& kind, int provider, const base::v1::Actor& actor) {
  auto operation = Begin(kind, kProviders, actor);
  operation->provider = ProviderId(provider);
  operation->listing = ListingId(provider);
  operation->routing_key = operation->provider;
  operation->stream = "provider/" + operation->provider;
  Provider(*operation).set_provider_id(operation->provider);
  return operation;
}

std::shared_ptr<Operation> Workload::OnBooking(const std::string& kind, const std::string& booking,
                                               const base::v1::Actor& actor) {
  auto operation = Begin(kind, kBookings, actor);
  const BookingAt& now = Find(truth_.bookings(), booking).Latest();
  operation->booking = booking;
  operation->provider = now.provider;
  operation->listing = now.listing;
  operation->routing_key = now.provider;
  operation->stream = "booking/" + booking;
  Booking(*operation).set_provider_id(operation->provider);
  Booking(*operation).set_booking_id(booking);
  return operation;
}

std::vector<std::string> Workload::BookingsIn(std::initializer_list<BookingPhase> phases) const {
  std::vector<std::string> found;
  for (const auto& [id, booking] : truth_.bookings()) {
    if (std::find(phases.begin(), phases.end(), booking.Latest().phase) != phases.end()) found.push_back(id);
  }
  return found;
}

bool Workload::Ready() const {
  for (int i = 0; i < kBudgetsCount; ++i) {
    if (!Find(truth_.budgets(), BudgetId(i)).Latest().exists) return false;
  }
  for (int i = 0; i < kProvidersCount; ++i) {
    const ProviderAt& provider = Find(truth_.providers(), ProviderId(i)).Latest();
    const auto listing = provider.listings.find(ListingId(i));
    if (listing == provider.listings.end() || listing->second.phase == ProviderAt::Listing::Phase::kDraft) return false;
  }
  return true;
}

bool Workload::HasSettledIn() const {
  std::map<std::string, int> confirmed;
  for (const std::string& id : BookingsIn({BOOKING_PHASE_CONFIRMED})) {
    if (++confirmed[Find(truth_.bookings(), id).Latest().provider] >= 3) return true;
  }
  return false;
}

std::shared_ptr<Operation> Workload::Next(int client, absl::Time now) {
  std::shared_ptr<Operation> next;
  if (Ready() && random_.PerMille(30)) {
    next = Barrier();
  } else if (client < kProvidersCount) {
    next = OfOwner(client, now);
  } else if (client == kProvidersCount) {
    next = OfCouncil(now);
  } else {
    // The first person has two devices.
    next = OfPerson(client == kProvidersCount + 1 ? 1 : 0, now);
  }
  if (next == nullptr) return nullptr;
  next->client = client;
  if (next->body == nullptr) return next;
  next->request = es::RequestKey{Uuid::V7(now, 7, next->id), absl::StrCat("digest of ", next->id)};
  if (next->kind == "request") {
    const std::string name = absl::StrCat(next->request->id.ToString(), "/", next->provider);
    next->booking = Uuid::Derived("booking", next->actor.subject(), name).ToString();
    next->stream = "booking/" + next->booking;
    Booking(*next).set_booking_id(next->booking);
  } else if (random_.PerMille(100)) {
    const uint64_t version = truth_.VersionAt(next->topic, next->stream, UINT64_MAX);
    next->expected_version = version > 0 && random_.PerMille(300) ? version - 1 : version;
  }
  return next;
}

std::shared_ptr<Operation> Workload::Barrier() {
  auto operation = Begin("barrier", static_cast<Topic>(random_.Below(kTopics)), Council());
  operation->body = nullptr;
  operation->routing_key = absl::StrCat(operation->topic == kBudgets ? "p" : "v", random_.Below(2));
  return operation;
}

// ---- Providers

std::shared_ptr<Operation> Workload::PrepareProvider(int i, absl::Time now) {
  const ProviderAt& provider = Find(truth_.providers(), ProviderId(i)).Latest();
  if (!provider.exists) {
    auto operation = OnProvider("register", i, Owner(i));
    auto& body = *Provider(*operation).mutable_register_();
    body.set_tenant(kTenant);
    body.set_kind(base::v1::PROVIDER_KIND_MICRO_ENTERPRISE);
    body.set_ownership(providers::v1::OWNERSHIP_SOLE_TRADER);
    body.set_name("synthetic");
    body.set_size_fte_tenths(10);
    for (const std::string& worker : WorkersOf(ProviderId(i))) {
      auto& named = *body.add_workers();
      named.set_worker_id(worker);
      named.set_display_name("somebody " + worker);
    }
    return operation;
  }
  if (provider.closed) return nullptr;
  for (const auto kind : {providers::v1::CREDENTIAL_KIND_INSURANCE, providers::v1::CREDENTIAL_KIND_DBS}) {
    const bool lives = std::any_of(provider.credentials.begin(), provider.credentials.end(), [&](const auto& one) {
      return one.second.kind == kind && !one.second.revoked && !one.second.lapsed && one.second.expires > now;
    });
    if (lives) continue;
    auto operation = OnProvider("record_credential", i, Owner(i));
    operation->credential = absl::StrCat(kind == providers::v1::CREDENTIAL_KIND_DBS ? "dbs" : "ins",
                                         provider.credentials.size());
    auto& body = *Provider(*operation).mutable_record_credential();
    body.set_credential_id(operation->credential);
    body.set_kind(kind);
    body.set_reference("reference");
    if (kind == providers::v1::CREDENTIAL_KIND_INSURANCE) {
      *body.mutable_expires() = ToProto(now + absl::Hours(random_.Between(20, 24 * 60)));
    }
    return operation;
  }
  const auto listing = provider.listings.find(ListingId(i));
  if (listing == provider.listings.end()) {
    auto operation = OnProvider("draft_listing", i, Owner(i));
    auto& body = *Provider(*operation).mutable_draft_listing();
    body.set_listing_id(operation->listing);
    auto& terms = *body.mutable_terms();
    terms.set_title("help at home");
    terms.add_categories("esdServiceType:242");
    terms.set_form(providers::v1::LISTING_FORM_VISIT);
    terms.set_capacity(1);
    terms.set_place(providers::v1::PLACE_KIND_PERSONS_HOME);
    terms.set_postcode("M33 4");
    terms.mutable_cancellation()->set_notice_minutes(24 * 60);
    terms.mutable_cancellation()->set_fee_percent(50);
    for (const std::string& worker : WorkersOf(ProviderId(i))) terms.add_worker_ids(worker);
    *body.mutable_price()->mutable_amount() = Pounds(2000);
    body.mutable_price()->set_unit(providers::v1::PRICE_UNIT_HOUR);
    return operation;
  }
  const bool verified = std::all_of(provider.credentials.begin(), provider.credentials.end(),
                                    [](const auto& one) { return one.second.verified; });
  if (listing->second.phase == ProviderAt::Listing::Phase::kDraft && verified) {
    auto operation = OnProvider("publish_listing", i, Owner(i));
    Provider(*operation).mutable_publish_listing()->set_listing_id(operation->listing);
    return operation;
  }
  return nullptr;
}

std::shared_ptr<Operation> Workload::ChangeProvider(int i, absl::Time now) {
  const auto& listings = Find(truth_.providers(), ProviderId(i)).Latest().listings;
  const bool paused = listings.at(ListingId(i)).phase == ProviderAt::Listing::Phase::kPaused;
  const int dice = paused && random_.PerMille(700) ? 55 : static_cast<int>(random_.Below(100));
  if (dice < 40) {
    auto operation = OnProvider("set_listing_price", i, Owner(i));
    operation->pence = 1500 + 500 * random_.Between(0, 2);
    auto& body = *Provider(*operation).mutable_set_listing_price();
    body.set_listing_id(operation->listing);
    *body.mutable_price()->mutable_amount() = Pounds(operation->pence);
    body.mutable_price()->set_unit(providers::v1::PRICE_UNIT_HOUR);
    return operation;
  }
  if (dice < 55) {
    auto operation = OnProvider("pause_listing", i, Owner(i));
    Provider(*operation).mutable_pause_listing()->set_listing_id(operation->listing);
    return operation;
  }
  if (dice < 90) {
    auto operation = OnProvider("resume_listing", i, Owner(i));
    Provider(*operation).mutable_resume_listing()->set_listing_id(operation->listing);
    return operation;
  }
  if (dice < 99 || random_.PerMille(600)) return nullptr;
  auto operation = OnProvider("close", i, Owner(i));
  Provider(*operation).mutable_close()->set_reason("RETIRED");
  return operation;
}

std::shared_ptr<Operation> Workload::OfOwner(int i, absl::Time now) {
  if (auto operation = PrepareProvider(i, now)) return operation;
  if (!Ready()) return nullptr;
  if (random_.PerMille(100)) return ChangeProvider(i, now);
  std::vector<std::string> mine;
  for (const std::string& id : BookingsIn({BOOKING_PHASE_FUNDED, BOOKING_PHASE_ACCEPTED})) {
    if (Find(truth_.bookings(), id).Latest().provider == ProviderId(i)) mine.push_back(id);
  }
  if (mine.empty() || random_.PerMille(50)) {
    // Whatever is there: most of it cannot be done any more.
    mine.clear();
    for (const auto& [id, booking] : truth_.bookings()) {
      if (booking.Latest().provider == ProviderId(i)) mine.push_back(id);
    }
  }
  if (mine.empty()) return nullptr;
  const std::string& id = random_.Pick(mine);
  const BookingAt& booking = Find(truth_.bookings(), id).Latest();
  const int dice = static_cast<int>(random_.Below(100));
  if (booking.phase == BOOKING_PHASE_ACCEPTED && booking.end <= now && dice < 80) return Visit(id, now);
  if (booking.phase == BOOKING_PHASE_ACCEPTED && booking.start <= now && dice < 90) {
    auto operation = OnBooking("record_no_show", id, Owner(i));
    Booking(*operation).mutable_record_no_show()->set_absent(NO_SHOW_PARTY_PERSON);
    return operation;
  }
  // What is agreed waits for its day.
  if (booking.phase == BOOKING_PHASE_ACCEPTED && booking.end > now && dice < 70) return nullptr;
  if (dice < 75) {
    auto operation = OnBooking("accept", id, Owner(i));
    operation->worker = booking.worker.empty() ? random_.Pick(WorkersOf(ProviderId(i))) : booking.worker;
    Booking(*operation).mutable_accept()->set_worker_id(operation->worker);
    return operation;
  }
  if (dice < 85) return Visit(id, now);
  auto operation = OnBooking(dice < 93 ? "decline" : "cancel", id, Owner(i));
  if (dice < 93) {
    Booking(*operation).mutable_decline()->set_reason("NO_TIME");
    Booking(*operation).mutable_decline()->set_note("not this week");
  } else {
    Booking(*operation).mutable_cancel()->set_reason("ILL");
  }
  return operation;
}

std::shared_ptr<Operation> Workload::Visit(const std::string& id, absl::Time now) {
  const BookingAt& booking = Find(truth_.bookings(), id).Latest();
  auto operation = OnBooking("record_visit", id, ActorOf("o" + booking.provider.substr(1), options::v1::ROLE_PROVIDER));
  auto& delivered = *Booking(*operation).mutable_record_visit()->mutable_delivered();
  *delivered.mutable_start() = ToProto(booking.start);
  *delivered.mutable_end() = ToProto(booking.end);
  return operation;
}

}  // namespace regard::simulation
