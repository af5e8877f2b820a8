#include "services/providers/api/requests.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "libs/base/money.h"
#include "libs/fields/fields.h"
#include "libs/geo/postcode.h"
#include "libs/taxonomy/taxonomy.h"

namespace regard::providers {
namespace {

constexpr int kMaxLanguages = 20;
constexpr int kMaxWorkers = 200;
constexpr int kMaxWorkerNameBytes = 120;
constexpr int kMaxSizeFteTenths = 1'000'000;
constexpr int kMaxReferenceBytes = 120;
constexpr int kMaxCovers = 20;
constexpr int kMaxCategories = 10;
constexpr int kMaxCapacity = 500;
constexpr int kMaxRadiusM = 100'000;
constexpr int kMaxWindows = 50;
constexpr int kMinutesOfDay = 24 * 60;
constexpr int kMaxAccessibility = 20;
constexpr int kMaxAccessibilityBytes = 64;
constexpr int kMaxAgeYears = 120;
constexpr int kMaxNoticeMinutes = 30 * kMinutesOfDay;
constexpr int kMaxRegisterTextBytes = 200;
constexpr int kMaxRegisterTypes = 20;
constexpr int kMaxPlaces = 5000;
constexpr int64_t kMaxResidents = 1'000'000;

// Why things end or pause, in words that can be counted.
constexpr absl::string_view kRevokeReasons[] = {"FORGED", "WITHDRAWN_BY_ISSUER", "SUPERSEDED", "MISTAKE", "SAFETY"};
constexpr absl::string_view kProviderCloseReasons[] = {"RETIRED", "MOVED_AWAY", "NOT_VIABLE", "ILLNESS",
                                                       "REMOVED_FROM_REGISTER", "SAFETY", "OTHER"};
constexpr absl::string_view kPauseReasons[] = {"HOLIDAY", "ILLNESS", "FULL", "SEASON", "OTHER"};
constexpr absl::string_view kListingCloseReasons[] = {"NOT_OFFERED_ANY_MORE", "REPLACED", "SEASON", "OTHER"};
// The Health and Social Care Act 2008 (Regulated Activities) Regulations 2014, schedule 1.
constexpr absl::string_view kRegulatedActivities[] = {"PERSONAL_CARE",
                                                      "ACCOMMODATION_WITH_NURSING_OR_PERSONAL_CARE",
                                                      "ACCOMMODATION_WITH_SUBSTANCE_MISUSE_TREATMENT",
                                                      "TREATMENT_OF_DISEASE_DISORDER_OR_INJURY",
                                                      "TREATMENT_UNDER_MENTAL_HEALTH_ACT",
                                                      "SURGICAL_PROCEDURES",
                                                      "DIAGNOSTIC_AND_SCREENING_PROCEDURES",
                                                      "BLOOD_SUPPLY",
                                                      "TRANSPORT_TRIAGE_AND_REMOTE_ADVICE",
                                                      "MATERNITY_AND_MIDWIFERY",
                                                      "TERMINATION_OF_PREGNANCY",
                                                      "SLIMMING_CLINICS",
                                                      "NURSING_CARE",
                                                      "FAMILY_PLANNING"};
constexpr char kDefaultZone[] = "Europe/London";

// BCP 47 by its alphabet: "en", "pa", "zh-Hant".
bool IsLanguage(absl::string_view text) {
  return text.size() >= 2 && text.size() <= 35 && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-';
         });
}

bool AreDigits(absl::string_view text, size_t count) {
  return text.size() == count &&
         std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

bool IsZone(const std::string& name) {
  absl::TimeZone zone;
  return name.empty() || absl::LoadTimeZone(name, &zone);
}

// A demonstration says that it made something up; nobody else says anything.
bool IsSource(absl::string_view source) { return source.empty() || source == "SYNTHETIC"; }

template <class Texts>
void CheckLanguages(absl::string_view field, const Texts& languages, Fields& fields) {
  fields.Count(field, languages.size(), 0, kMaxLanguages);
  for (const std::string& language : languages) fields.That(field, IsLanguage(language), "NOT_A_LANGUAGE");
}

void CheckTerms(const v1::ListingTerms& terms, Fields& fields) {
  fields.Text("terms.title", terms.title(), kMaxTitleBytes)
      .OptionalText("terms.description", terms.description(), kMaxDescriptionBytes)
      .Count("terms.categories", terms.categories_size(), 1, kMaxCategories)
      .Chosen("terms.form", terms.form())
      .Number("terms.capacity", terms.capacity(), 1, kMaxCapacity)
      .Chosen("terms.place", terms.place())
      .That("terms.postcode", KeptPostcode(terms.postcode(), false).has_value(), "NOT_A_POSTCODE")
      .Number("terms.radius_m", terms.radius_m(), 0, kMaxRadiusM)
      .That("terms.time_zone", IsZone(terms.time_zone()), "NOT_A_TIME_ZONE")
      .Count("terms.windows", terms.windows_size(), 0, kMaxWindows)
      .Count("terms.accessibility", terms.accessibility_size(), 0, kMaxAccessibility)
      .Number("terms.min_age_years", terms.min_age_years(), 0, kMaxAgeYears)
      .Count("terms.funding_accepted", terms.funding_accepted_size(), 0, base::v1::Holding_ARRAYSIZE)
      .Number("terms.cancellation.notice_minutes", terms.cancellation().notice_minutes(), 0, kMaxNoticeMinutes)
      .Number("terms.cancellation.fee_percent", terms.cancellation().fee_percent(), 0, 100)
      .Count("terms.worker_ids", terms.worker_ids_size(), 0, kMaxWorkers);
  for (const std::string& category : terms.categories()) {
    fields.That("terms.categories", taxonomy::IsCurie(category), "NOT_A_CURIE");
  }
  for (const v1::WeeklyWindow& window : terms.windows()) {
    fields.Number("terms.windows.weekday", window.weekday(), 1, 7)
        .Number("terms.windows.start_minute_of_day", window.start_minute_of_day(), 0, kMinutesOfDay - 1)
        .Number("terms.windows.end_minute_of_day", window.end_minute_of_day(), window.start_minute_of_day() + 1,
                kMinutesOfDay);
  }
  CheckLanguages("terms.languages", terms.languages(), fields);
  for (const std::string& text : terms.accessibility()) {
    fields.Text("terms.accessibility", text, kMaxAccessibilityBytes);
  }
  for (const int holding : terms.funding_accepted()) {
    fields.Chosen("terms.funding_accepted", static_cast<base::v1::Holding>(holding));
  }
  for (const std::string& worker_id : terms.worker_ids()) fields.Id("terms.worker_ids", worker_id);
}

void CheckPrice(const v1::Price& price, Fields& fields) {
  fields.Amount("price.amount", price.amount(), 0).Chosen("price.unit", price.unit());
}

bool IsOfSector(const std::string& text, absl::string_view sector) {
  const absl::StatusOr<geo::Postcode> postcode = geo::Postcode::Parse(text);
  return postcode.ok() && postcode->text() == text && postcode->sector() == sector;
}

template <class Rows, class KeyOf>
bool EachOnce(const Rows& rows, KeyOf key_of) {
  std::vector<absl::string_view> keys;
  for (const auto& row : rows) keys.push_back(key_of(row));
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) == keys.end();
}

}  // namespace

absl::optional<std::string> KeptPostcode(absl::string_view text, bool could_be_home) {
  if (text.empty()) return std::string();
  const absl::StatusOr<std::string> area = geo::NormaliseArea(text);
  if (!area.ok()) return absl::nullopt;
  const absl::StatusOr<geo::Postcode> whole = geo::Postcode::Parse(*area);
  if (whole.ok() && could_be_home) return std::string(whole->sector());
  return *area;
}

bool CouldBeHome(base::v1::ProviderKind kind) {
  return kind == base::v1::PROVIDER_KIND_PERSONAL_ASSISTANT || kind == base::v1::PROVIDER_KIND_PERSON ||
         kind == base::v1::PROVIDER_KIND_SHARED_LIVES_CARER || kind == base::v1::PROVIDER_KIND_HOMESHARE ||
         kind == base::v1::PROVIDER_KIND_MICRO_ENTERPRISE;
}

v1::ListingTerms Kept(const v1::ListingTerms& terms) {
  v1::ListingTerms kept = terms;
  const bool could_be_home = terms.place() != v1::PLACE_KIND_VENUE;
  kept.set_postcode(KeptPostcode(terms.postcode(), could_be_home).value_or(""));
  if (kept.time_zone().empty()) kept.set_time_zone(kDefaultZone);
  return kept;
}

v1::Price Kept(const v1::Price& price) {
  v1::Price kept = price;
  *kept.mutable_amount() = Pounds(price.amount().pence());
  return kept;
}

absl::Status Check(const v1::RegisterProviderRequest& request) {
  Fields fields;
  fields.Chosen("kind", request.kind())
      .OptionallyChosen("ownership", request.ownership())
      .Text("name", request.name(), kMaxTitleBytes)
      .That("postcode", KeptPostcode(request.postcode(), false).has_value(), "NOT_A_POSTCODE")
      .Number("size_fte_tenths", request.size_fte_tenths(), 1, kMaxSizeFteTenths)
      .Count("worker_names", request.worker_names_size(), 1, kMaxWorkers)
      .That("source", IsSource(request.source()), "UNKNOWN_SOURCE");
  CheckLanguages("languages", request.languages(), fields);
  for (const std::string& name : request.worker_names()) fields.Text("worker_names", name, kMaxWorkerNameBytes);
  return fields.status();
}

absl::Status Check(const v1::ClaimProviderRequest& request, const auth::Identity& caller) {
  const bool for_oneself = caller.role == options::v1::ROLE_PROVIDER;
  Fields fields;
  fields.Id("provider_id", request.provider_id())
      .Text("proof", request.proof(), for_oneself ? kMaxDescriptionBytes : kMaxReferenceBytes)
      .Count("worker_names", request.worker_names_size(), 1, kMaxWorkers)
      // Names and proof are sealed under the caller's council.
      .That("worker_names", !caller.tenant.empty(), "COUNCIL_NEEDED");
  for (const std::string& name : request.worker_names()) fields.Text("worker_names", name, kMaxWorkerNameBytes);
  if (for_oneself) {
    fields.That("owner_id", request.owner_id().empty() || request.owner_id() == caller.subject, "NOT_ONESELF");
  } else {
    fields.Subject("owner_id", request.owner_id());
  }
  return fields.status();
}

absl::Status Check(const v1::ApproveClaimRequest& request, const auth::Identity& caller) {
  return Fields()
      .Id("provider_id", request.provider_id())
      .Subject("owner_id", request.owner_id())
      .Text("proof", request.proof(), kMaxReferenceBytes)
      .That("proof", !caller.tenant.empty(), "COUNCIL_NEEDED")
      .status();
}

absl::Status Check(const v1::RecordCredentialRequest& request) {
  Fields fields;
  fields.Id("provider_id", request.provider_id())
      .Chosen("kind", request.kind())
      .Text("reference", request.reference(), kMaxReferenceBytes)
      .Count("covers", request.covers_size(), 0, kMaxCovers)
      .That("covers", request.covers().empty() || request.kind() == v1::CREDENTIAL_KIND_CQC_REGISTRATION,
            "NOT_OF_THIS_KIND");
  if (request.has_expires()) fields.Time("expires", request.expires());
  for (const std::string& activity : request.covers()) fields.OneOf("covers", activity, kRegulatedActivities);
  return fields.status();
}

absl::Status Check(const v1::RevokeCredentialRequest& request) {
  return Fields()
      .Id("provider_id", request.provider_id())
      .Id("credential_id", request.credential_id())
      .OneOf("reason", request.reason(), kRevokeReasons)
      .status();
}

absl::Status Check(const v1::CloseProviderRequest& request) {
  return Fields()
      .Id("provider_id", request.provider_id())
      .OneOf("reason", request.reason(), kProviderCloseReasons)
      .status();
}

absl::Status Check(const v1::PauseListingRequest& request) {
  return Fields()
      .Id("provider_id", request.provider_id())
      .Id("listing_id", request.listing_id())
      .OneOf("reason", request.reason(), kPauseReasons)
      .status();
}

absl::Status Check(const v1::CloseListingRequest& request) {
  return Fields()
      .Id("provider_id", request.provider_id())
      .Id("listing_id", request.listing_id())
      .OneOf("reason", request.reason(), kListingCloseReasons)
      .status();
}

absl::Status Check(const v1::SetPayoutDetailsRequest& request) {
  const v1::PayoutDetails& details = request.details();
  return Fields()
      .Id("provider_id", request.provider_id())
      .Text("details.account_name", details.account_name(), kMaxTitleBytes)
      .That("details.sort_code", AreDigits(absl::StrReplaceAll(details.sort_code(), {{"-", ""}}), 6), "NOT_A_SORT_CODE")
      .That("details.account_number", AreDigits(details.account_number(), 8), "NOT_AN_ACCOUNT_NUMBER")
      .status();
}

absl::Status Check(const v1::DraftListingRequest& request) {
  Fields fields;
  fields.Id("provider_id", request.provider_id()).That("source", IsSource(request.source()), "UNKNOWN_SOURCE");
  CheckTerms(request.terms(), fields);
  CheckPrice(request.price(), fields);
  return fields.status();
}

absl::Status Check(const v1::DescribeListingRequest& request) {
  Fields fields;
  fields.Id("provider_id", request.provider_id()).Id("listing_id", request.listing_id());
  CheckTerms(request.terms(), fields);
  return fields.status();
}

absl::Status Check(const v1::SetListingPriceRequest& request) {
  Fields fields;
  fields.Id("provider_id", request.provider_id()).Id("listing_id", request.listing_id());
  CheckPrice(request.price(), fields);
  return fields.status();
}

absl::Status Check(const v1::ImportKnownProviderRequest& request) {
  Fields fields;
  fields.Council("tenant", request.tenant())
      .Chosen("kind", request.kind())
      .Text("name", request.name(), kMaxRegisterTextBytes)
      .OptionalText("activities", request.activities(), kMaxDescriptionBytes)
      .That("postcode", KeptPostcode(request.postcode(), false).has_value(), "NOT_A_POSTCODE")
      .Id("source", request.source())
      .That("source", absl::StrContains(request.source(), ':'), "UNKNOWN_SOURCE")
      .Count("register_types", request.register_types_size(), 0, kMaxRegisterTypes)
      .OptionalText("operator_name", request.operator_name(), kMaxRegisterTextBytes);
  for (const std::string& type : request.register_types()) fields.Text("register_types", type, kMaxTitleBytes);
  return fields.status();
}

absl::Status Check(const v1::ImportPostcodesRequest& request) {
  Fields fields;
  fields.Council("tenant", request.tenant())
      .Count("postcodes", request.postcodes_size(), 1, kMaxPlaces)
      .That("postcodes", EachOnce(request.postcodes(), [](const v1::Postcode& row) -> absl::string_view { return row.postcode(); }),
            "POSTCODE_TWICE");
  for (const v1::Postcode& row : request.postcodes()) {
    fields.That("postcodes.postcode", IsOfSector(row.postcode(), request.sector()), "NOT_OF_SECTOR")
        .That("postcodes.point",
              row.point().latitude_deg() >= -90 && row.point().latitude_deg() <= 90 &&
                  row.point().longitude_deg() >= -180 && row.point().longitude_deg() <= 180,
              "NOT_A_POINT")
        .OptionalId("postcodes.ward_code", row.ward_code())
        .OptionalText("postcodes.ward_name", row.ward_name(), kMaxTitleBytes)
        .OptionalId("postcodes.area_code", row.area_code());
  }
  return fields.status();
}

absl::Status Check(const v1::ImportAreasRequest& request) {
  Fields fields;
  fields.Council("tenant", request.tenant())
      .Count("areas", request.areas_size(), 1, kMaxPlaces)
      .That("areas", EachOnce(request.areas(), [](const v1::Area& row) -> absl::string_view { return row.area_code(); }), "AREA_TWICE");
  for (const v1::Area& area : request.areas()) {
    fields.Id("areas.area_code", area.area_code())
        .OptionalText("areas.name", area.name(), kMaxTitleBytes)
        .Number("areas.residents", area.residents(), 0, kMaxResidents)
        .Number("areas.limited_a_lot", area.limited_a_lot(), 0, area.residents())
        .Number("areas.limited_a_little", area.limited_a_little(), 0, area.residents());
  }
  return fields.status();
}

}  // namespace regard::providers
