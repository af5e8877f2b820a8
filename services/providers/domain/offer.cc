#include "services/providers/domain/offer.h"

#include <algorithm>

#include "libs/base/time.h"

namespace regard::providers {
namespace {

using internal::v1::CredentialState;
using internal::v1::ProviderState;

bool PriceFitsForm(const v1::Price& price, v1::ListingForm form) {
  const v1::PriceUnit unit = price.unit();
  if (unit == v1::PRICE_UNIT_FREE) return price.amount().pence() == 0;
  if (price.amount().pence() <= 0) return false;
  if (form == v1::LISTING_FORM_VISIT) return unit == v1::PRICE_UNIT_HOUR || unit == v1::PRICE_UNIT_VISIT;
  return form == v1::LISTING_FORM_GROUP_SESSION && unit == v1::PRICE_UNIT_PLACE;
}

bool CapacityFitsForm(const v1::ListingTerms& terms) {
  const bool for_one = terms.form() == v1::LISTING_FORM_MEETING || terms.form() == v1::LISTING_FORM_VISIT;
  return for_one ? terms.capacity() == 1 : terms.capacity() >= 1;
}

absl::string_view WorkersRefusal(const ProviderState& provider, const v1::ListingTerms& terms) {
  // Anybody may lead a free activity; everything else is with somebody whose name is known before it is booked.
  if (terms.worker_ids().empty() && terms.form() != v1::LISTING_FORM_FREE_ACTIVITY) return "WORKERS_NEEDED";
  const auto& known = provider.worker_ids();
  for (const std::string& worker_id : terms.worker_ids()) {
    if (std::find(known.begin(), known.end(), worker_id) == known.end()) return "WORKER_UNKNOWN";
  }
  return "";
}

bool CoversPersonalCareAtHome(const CredentialState& credential) {
  return credential.kind() == v1::CREDENTIAL_KIND_CQC_REGISTRATION && credential.covers_home_visits() &&
         std::find(credential.covers().begin(), credential.covers().end(), kPersonalCare) != credential.covers().end();
}

// Empty: no listing of personal care by this provider.
absl::string_view PerimeterOf(const ProviderState& provider, const v1::ListingTerms& terms, absl::Time now) {
  if (!terms.personal_care()) return "NO_PERSONAL_CARE";
  for (const CredentialState& credential : provider.credentials()) {
    if (CoversPersonalCareAtHome(credential) && IsLiving(credential, now)) return "CQC_REGISTERED";
  }
  if (terms.as_own_assistant() && IsOneIndividual(provider)) return "OWN_ASSISTANT";
  return "";
}

// The reason of the first need that no credential meets; empty when all are met.
absl::string_view MissingCredential(const ProviderState& provider, const v1::ListingTerms& terms, absl::Time now) {
  for (const CredentialNeed& need : RulesAt(now).needs) {
    if (need.form != terms.form() || need.place != terms.place()) continue;
    const bool met = std::any_of(
        provider.credentials().begin(), provider.credentials().end(),
        [&](const CredentialState& credential) { return credential.kind() == need.kind && IsLiving(credential, now); });
    if (!met) return need.reason;
  }
  return "";
}

}  // namespace

bool IsLiving(const CredentialState& credential, absl::Time now) {
  return credential.phase() == CredentialState::PHASE_VERIFIED &&
         (!credential.has_expires() || FromProto(credential.expires()) > now);
}

bool IsOneIndividual(const ProviderState& provider) {
  if (provider.worker_ids_size() != 1) return false;
  const bool sole_trader = provider.ownership() == v1::OWNERSHIP_SOLE_TRADER;
  // An employed personal assistant trades as nobody.
  if (provider.kind() == base::v1::PROVIDER_KIND_PERSONAL_ASSISTANT) {
    return sole_trader || provider.ownership() == v1::OWNERSHIP_UNSPECIFIED;
  }
  return provider.kind() == base::v1::PROVIDER_KIND_MICRO_ENTERPRISE && sole_trader;
}

Verdict MayOffer(const ProviderState& provider, const v1::ListingTerms& terms, const v1::Price& price, absl::Time now) {
  if (provider.kind() == base::v1::PROVIDER_KIND_CARE_HOME) return {"", "CARE_HOME_CANNOT_BE_BOOKED"};
  if (!PriceFitsForm(price, terms.form())) return {"", "PRICE_DOES_NOT_FIT_FORM"};
  if (!CapacityFitsForm(terms)) return {"", "CAPACITY_DOES_NOT_FIT_FORM"};
  if (terms.place() != v1::PLACE_KIND_ONLINE && terms.postcode().empty()) return {"", "PLACE_NEEDED"};
  if (const absl::string_view refusal = WorkersRefusal(provider, terms); !refusal.empty()) return {"", refusal};
  const absl::string_view perimeter = PerimeterOf(provider, terms, now);
  if (perimeter.empty()) return {"", "PERSONAL_CARE_NEEDS_CQC"};
  return {perimeter, MissingCredential(provider, terms, now)};
}

}  // namespace regard::providers
