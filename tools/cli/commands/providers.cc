// regard register, list, publish, claim, credential, provider: what somebody does who offers support.
#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/money.h"
#include "libs/base/time.h"
#include "regard/providers/v1/providers_service.grpc.pb.h"
#include "tools/cli/options.h"
#include "tools/cli/program.h"

namespace regard::cli {
namespace {

using providers::v1::ProvidersService;
using Stub = ProvidersService::Stub;

struct RegisterOptions {
  std::string name;
  std::string kind = "micro-enterprise";
  std::string ownership = "sole-trader";
  std::string postcode;
  double size_fte = 1;
  bool community_owned = false;
  std::vector<std::string> languages{"en"};
  std::vector<std::string> workers;
};

absl::Status Register(Program& program, const RegisterOptions& options) {
  providers::v1::RegisterProviderRequest request;
  request.set_kind(FromWord<base::v1::ProviderKind>(options.kind));
  request.set_ownership(FromWord<providers::v1::Ownership>(options.ownership));
  request.set_name(options.name);
  request.set_postcode(options.postcode);
  request.set_size_fte_tenths(static_cast<int32_t>(options.size_fte * 10 + 0.5));
  request.set_community_owned(options.community_owned);
  for (const std::string& language : options.languages) request.add_languages(language);
  for (const std::string& worker : options.workers) request.add_worker_names(worker);
  providers::v1::RegisterProviderResponse response;
  const absl::Status status = program.Send<ProvidersService>(&Stub::RegisterProvider, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) {
    out << "provider  " << response.provider_id() << '\n';
    for (int i = 0; i < response.worker_ids_size(); ++i) {
      out << "worker    " << response.worker_ids(i) << "  " << options.workers[i] << '\n';
    }
  });
  return absl::OkStatus();
}

struct ListOptions {
  std::string provider;
  std::string title;
  std::string description;
  std::vector<std::string> categories;
  std::string form = "visit";
  std::string price = "0";
  std::string unit;
  std::string place = "persons-home";
  std::string postcode;
  std::string radius = "5km";
  int capacity = 1;
  std::vector<std::string> windows;
  std::vector<std::string> languages{"en"};
  std::vector<std::string> accessibility;
  std::vector<std::string> funding;
  std::vector<std::string> workers;
  int notice_hours = 24;
  int fee_percent = 0;
  bool meet_first = false;
  bool personal_care = false;
  bool own_assistant = false;
};

absl::StatusOr<providers::v1::ListingTerms> TermsOf(const ListOptions& options) {
  providers::v1::ListingTerms terms;
  terms.set_title(options.title);
  terms.set_description(options.description);
  for (const std::string& category : options.categories) terms.add_categories(category);
  terms.set_form(FromWord<providers::v1::ListingForm>(options.form));
  terms.set_capacity(options.capacity);
  terms.set_place(FromWord<providers::v1::PlaceKind>(options.place));
  terms.set_postcode(options.postcode);
  const absl::StatusOr<int32_t> radius = ReadMetres(options.radius);
  if (!radius.ok()) return radius.status();
  terms.set_radius_m(terms.place() == providers::v1::PLACE_KIND_PERSONS_HOME ? *radius : 0);
  terms.set_time_zone("Europe/London");
  for (const std::string& text : options.windows) {
    const absl::StatusOr<providers::v1::WeeklyWindow> window = ReadWindow(text);
    if (!window.ok()) return window.status();
    *terms.add_windows() = *window;
  }
  for (const std::string& language : options.languages) terms.add_languages(language);
  for (const std::string& text : options.accessibility) terms.add_accessibility(text);
  for (const std::string& word : options.funding) terms.add_funding_accepted(FromWord<base::v1::Holding>(word));
  terms.mutable_cancellation()->set_notice_minutes(options.notice_hours * 60);
  terms.mutable_cancellation()->set_fee_percent(options.fee_percent);
  terms.set_meet_first(options.meet_first);
  terms.set_personal_care(options.personal_care || options.own_assistant);
  terms.set_as_own_assistant(options.own_assistant);
  for (const std::string& worker : options.workers) terms.add_worker_ids(worker);
  return terms;
}

// Everybody whom the provider has, when nobody was named.
absl::Status AddAllWorkers(Program& program, const std::string& provider_id, providers::v1::ListingTerms& terms) {
  providers::v1::GetProviderRequest request;
  request.set_provider_id(provider_id);
  providers::v1::GetProviderResponse response;
  const absl::Status status = program.Call<ProvidersService>(&Stub::GetProvider, request, response);
  if (!status.ok()) return status;
  for (const std::string& worker : response.provider().worker_ids()) terms.add_worker_ids(worker);
  return absl::OkStatus();
}

absl::Status Draft(Program& program, const ListOptions& options) {
  absl::StatusOr<providers::v1::ListingTerms> terms = TermsOf(options);
  if (!terms.ok()) return terms.status();
  const absl::StatusOr<int64_t> pence = ReadPounds(options.price);
  if (!pence.ok()) return pence.status();
  if (*pence > 0 && options.unit.empty()) return absl::InvalidArgumentError("a price needs its --unit");
  if (terms->worker_ids().empty()) {
    if (const auto added = AddAllWorkers(program, options.provider, *terms); !added.ok()) return added;
  }
  providers::v1::DraftListingRequest request;
  request.set_provider_id(options.provider);
  *request.mutable_terms() = *std::move(terms);
  *request.mutable_price()->mutable_amount() = Pounds(*pence);
  request.mutable_price()->set_unit(*pence == 0 ? providers::v1::PRICE_UNIT_FREE
                                                : FromWord<providers::v1::PriceUnit>(options.unit));
  providers::v1::DraftListingResponse response;
  const absl::Status status = program.Send<ProvidersService>(&Stub::DraftListing, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) {
    out << "listing  " << response.listing_id() << "  (a draft: regard publish makes it bookable)\n";
  });
  return absl::OkStatus();
}

void AddListOptions(CLI::App& command, ListOptions& options) {
  command.add_option("--provider", options.provider, "Provider id")->required();
  command.add_option("--title", options.title, "At most 120 characters")->required();
  command.add_option("--description", options.description, "At most 2000 characters");
  AddMany(command, "--category", options.categories, "CURIE such as regard:gardening; may be repeated")->required();
  AddEnum<providers::v1::ListingForm>(command, "--form", options.form, "How it is given")->capture_default_str();
  command.add_option("--price", options.price, "Pounds; 0 is free")->capture_default_str();
  AddEnum<providers::v1::PriceUnit>(command, "--unit", options.unit, "What the price is for");
  AddEnum<providers::v1::PlaceKind>(command, "--place", options.place, "Where")->capture_default_str();
  command.add_option("--postcode", options.postcode, "Of the venue, or where they set out from");
  command.add_option("--radius", options.radius, "How far they travel")->capture_default_str();
  command.add_option("--capacity", options.capacity, "People at once")->capture_default_str();
  AddMany(command, "--window", options.windows, "Opening such as \"mon 09:00-17:00\"; may be repeated");
  AddMany(command, "--language", options.languages, "e.g. en, pa; may be repeated")->capture_default_str();
  AddMany(command, "--accessibility", options.accessibility, "e.g. step-free; may be repeated");
  AddEnums<base::v1::Holding>(command, "--funding", options.funding, "Money that is accepted; may be repeated");
  AddMany(command, "--worker", options.workers, "Worker ids that may come; otherwise all of the provider");
  command.add_option("--notice-hours", options.notice_hours, "Notice at which cancelling is free")->capture_default_str();
  command.add_option("--fee-percent", options.fee_percent, "Fee for cancelling later")->capture_default_str();
  command.add_flag("--meet-first", options.meet_first, "One can meet first, for free");
  command.add_flag("--personal-care", options.personal_care, "Washing, dressing, feeding, ...");
  command.add_flag("--own-assistant", options.own_assistant,
                   "Personal care as one individual, directly for and under the control of the person");
}

struct ListingIds {
  std::string provider;
  std::string listing;
};

absl::Status Publish(Program& program, const ListingIds& ids) {
  providers::v1::PublishListingRequest request;
  request.set_provider_id(ids.provider);
  request.set_listing_id(ids.listing);
  providers::v1::PublishListingResponse response;
  const absl::Status status = program.Send<ProvidersService>(&Stub::PublishListing, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [](std::ostream& out) { out << "published\n"; });
  return absl::OkStatus();
}

struct CredentialOptions {
  std::string provider;
  std::string kind;
  std::string reference;
  std::string expires;
  std::string credential;
  std::vector<std::string> covers;
  bool home_visits = false;
};

absl::Status RecordCredential(Program& program, const CredentialOptions& options) {
  providers::v1::RecordCredentialRequest request;
  request.set_provider_id(options.provider);
  request.set_kind(FromWord<providers::v1::CredentialKind>(options.kind));
  request.set_reference(options.reference);
  if (!options.expires.empty()) {
    const absl::StatusOr<absl::Time> expires = ReadTime(options.expires + "T23:59");
    if (!expires.ok()) return expires.status();
    *request.mutable_expires() = ToProto(*expires);
  }
  for (const std::string& activity : options.covers) request.add_covers(activity);
  request.set_covers_home_visits(options.home_visits);
  providers::v1::RecordCredentialResponse response;
  const absl::Status status = program.Send<ProvidersService>(&Stub::RecordCredential, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) {
    out << "credential  " << response.credential_id() << "  (the council has yet to verify it)\n";
  });
  return absl::OkStatus();
}

absl::Status VerifyCredential(Program& program, const CredentialOptions& options) {
  providers::v1::VerifyCredentialRequest request;
  request.set_provider_id(options.provider);
  request.set_credential_id(options.credential);
  providers::v1::VerifyCredentialResponse response;
  const absl::Status status = program.Send<ProvidersService>(&Stub::VerifyCredential, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [](std::ostream& out) { out << "verified\n"; });
  return absl::OkStatus();
}

absl::Status ShowProvider(Program& program, const std::string& provider_id) {
  providers::v1::GetProviderRequest request;
  request.set_provider_id(provider_id);
  providers::v1::GetProviderResponse response;
  const absl::Status status = program.Call<ProvidersService>(&Stub::GetProvider, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) {
    const providers::v1::Provider& provider = response.provider();
    out << provider.name() << " (" << Word(provider.kind()) << ", " << Word(provider.phase()) << "), "
        << provider.postcode() << '\n';
    for (const auto& worker : response.worker_names()) {
      out << "worker  " << worker.worker_id() << "  " << worker.display_name() << '\n';
    }
    Table credentials({"credential", "kind", "phase", "expires"});
    for (const auto& credential : provider.credentials()) {
      credentials.Row({credential.credential_id(), Word(credential.kind()), Word(credential.phase()),
                       credential.has_expires() ? ShowTime(credential.expires()) : ""});
    }
    if (!credentials.empty()) credentials.Print(out);
    Table listings({"listing", "title", "phase", "price", "reason"});
    for (const auto& listing : response.listings()) {
      listings.Row({listing.listing_id(), Shortened(listing.terms().title(), 40), Word(listing.phase()),
                    ShowPrice(listing.price()), listing.reason()});
    }
    if (!listings.empty()) listings.Print(out);
  });
  return absl::OkStatus();
}

void AddCredentialCommands(Program& program) {
  auto options = std::make_shared<CredentialOptions>();
  CLI::App& credential = program.Add(program.app(), "credential", "Papers that show what a provider may do",
                                     "  regard credential record --provider ID --kind insurance --reference POL-1 "
                                     "--expires 2027-01-31",
                                     nullptr);
  CLI::App& record = program.Add(credential, "record", "Record one, as the provider",
                                 "  regard credential record --provider ID --kind dbs --reference \"enhanced, seen "
                                 "2026-01-12\"",
                                 [&program, options] { return RecordCredential(program, *options); });
  record.add_option("--provider", options->provider, "Provider id")->required();
  AddEnum<providers::v1::CredentialKind>(record, "--kind", options->kind, "What it is")->required();
  record.add_option("--reference", options->reference, "Number or date seen, never content")->required();
  record.add_option("--expires", options->expires, "Last day, e.g. 2027-01-31");
  AddMany(record, "--covers", options->covers, "CQC: regulated activities, e.g. PERSONAL_CARE");
  record.add_flag("--home-visits", options->home_visits, "CQC: covers people's own homes");
  CLI::App& verify = program.Add(credential, "verify", "Say that it was seen, as the council",
                                 "  regard credential verify --provider ID --credential ID",
                                 [&program, options] { return VerifyCredential(program, *options); });
  verify.add_option("--provider", options->provider, "Provider id")->required();
  verify.add_option("--credential", options->credential, "Credential id")->required();
}

}  // namespace

void AddProviderCommands(Program& program) {
  auto registering = std::make_shared<RegisterOptions>();
  CLI::App& enrol = program.Add(
      program.app(), "register", "Register a provider; the caller becomes its owner",
      "  regard register \"Green Fingers\" --postcode \"M33 4GT\" --worker \"Asha\"\n"
      "  regard register \"Sale Helpers\" --kind self-managed-team --ownership cooperative --size 4 --worker Jo --worker Al",
      [&program, registering] { return Register(program, *registering); });
  enrol.add_option("name", registering->name, "Public trading name")->required();
  AddEnum<base::v1::ProviderKind>(enrol, "--kind", registering->kind, "What it is")->capture_default_str();
  AddEnum<providers::v1::Ownership>(enrol, "--ownership", registering->ownership, "Whose it is")->capture_default_str();
  enrol.add_option("--postcode", registering->postcode, "Only its sector is kept where it could be a home");
  enrol.add_option("--size", registering->size_fte, "Full-time equivalents")->capture_default_str();
  enrol.add_flag("--community-owned", registering->community_owned, "Owned by its community");
  AddMany(enrol, "--language", registering->languages, "e.g. en; may be repeated")->capture_default_str();
  AddMany(enrol, "--worker", registering->workers, "What somebody who comes is called; may be repeated")->required();

  auto listing = std::make_shared<ListOptions>();
  CLI::App& list = program.Add(
      program.app(), "list", "Draft a listing",
      "  regard list --provider ID --title \"Gardening\" --category regard:gardening --price 18.50 --unit hour \\\n"
      "    --postcode \"M33 4\" --radius 5km --window \"mon 09:00-17:00\" --funding direct-payment\n"
      "  regard list --provider ID --title \"Coffee morning\" --category regard:day-activity --form free-activity \\\n"
      "    --place venue --postcode \"M33 7ZF\" --capacity 20 --window \"wed 10:00-12:00\"",
      [&program, listing] { return Draft(program, *listing); });
  AddListOptions(list, *listing);

  auto ids = std::make_shared<ListingIds>();
  CLI::App& publish = program.Add(program.app(), "publish", "Make a listing bookable",
                                  "  regard publish --provider ID --listing ID",
                                  [&program, ids] { return Publish(program, *ids); });
  publish.add_option("--provider", ids->provider, "Provider id")->required();
  publish.add_option("--listing", ids->listing, "Listing id")->required();

  auto shown = std::make_shared<std::string>();
  CLI::App& show = program.Add(program.app(), "provider", "Show a provider and its listings", "  regard provider ID",
                               [&program, shown] { return ShowProvider(program, *shown); });
  show.add_option("provider", *shown, "Provider id")->required();

  AddCredentialCommands(program);
}

}  // namespace regard::cli
