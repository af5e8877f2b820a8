#include "services/providers/domain/rules.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "libs/base/time.h"

namespace regard::providers {
namespace {

// Insurance wherever a provider is paid to be with people, a DBS check wherever they are alone with somebody behind a
// door. Nothing for a free community activity: asking for papers there would end it.
constexpr CredentialNeed kNeeds[] = {
    {v1::LISTING_FORM_MEETING, v1::PLACE_KIND_PERSONS_HOME, v1::CREDENTIAL_KIND_DBS, "DBS_NEEDED"},
    {v1::LISTING_FORM_MEETING, v1::PLACE_KIND_PROVIDERS_HOME, v1::CREDENTIAL_KIND_DBS, "DBS_NEEDED"},
    {v1::LISTING_FORM_VISIT, v1::PLACE_KIND_PERSONS_HOME, v1::CREDENTIAL_KIND_INSURANCE, "INSURANCE_NEEDED"},
    {v1::LISTING_FORM_VISIT, v1::PLACE_KIND_PERSONS_HOME, v1::CREDENTIAL_KIND_DBS, "DBS_NEEDED"},
    {v1::LISTING_FORM_VISIT, v1::PLACE_KIND_PROVIDERS_HOME, v1::CREDENTIAL_KIND_INSURANCE, "INSURANCE_NEEDED"},
    {v1::LISTING_FORM_VISIT, v1::PLACE_KIND_PROVIDERS_HOME, v1::CREDENTIAL_KIND_DBS, "DBS_NEEDED"},
    {v1::LISTING_FORM_VISIT, v1::PLACE_KIND_VENUE, v1::CREDENTIAL_KIND_INSURANCE, "INSURANCE_NEEDED"},
    {v1::LISTING_FORM_GROUP_SESSION, v1::PLACE_KIND_PROVIDERS_HOME, v1::CREDENTIAL_KIND_INSURANCE, "INSURANCE_NEEDED"},
    {v1::LISTING_FORM_GROUP_SESSION, v1::PLACE_KIND_PROVIDERS_HOME, v1::CREDENTIAL_KIND_DBS, "DBS_NEEDED"},
    {v1::LISTING_FORM_GROUP_SESSION, v1::PLACE_KIND_VENUE, v1::CREDENTIAL_KIND_INSURANCE, "INSURANCE_NEEDED"},
};

// Oldest first; a new version is a new line, and never changes an old one.
const Rules kVersions[] = {
    {"providers-1", absl::CivilDay(2026, 1, 1),
     "Credentials: Regard's starting set, for each council to agree. Size of a micro-enterprise: at most eight people, "
     "as Community Catalysts and councils count it.",
     80, kNeeds},
};

}  // namespace

const Rules& RulesAt(absl::Time now) {
  const absl::CivilDay today = LondonDay(now);
  const Rules* in_force = &kVersions[0];
  for (const Rules& rules : kVersions) {
    if (rules.valid_from <= today) in_force = &rules;
  }
  return *in_force;
}

bool IsCqcId(absl::string_view text) {
  return absl::ConsumePrefix(&text, "1-") && !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

}  // namespace regard::providers
