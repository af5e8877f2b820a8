// May this provider offer this listing now? The perimeter guard for personal care, the papers that the form and place
// need, and terms that fit each other. Asked when a listing is published, and again whenever a credential changes.
#pragma once

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "regard/providers/internal/v1/state.pb.h"
#include "regard/providers/v1/facts.pb.h"
#include "services/providers/domain/rules.h"

namespace regard::providers {

struct Verdict {
  bool allowed() const { return refusal.empty(); }

  // How it passed the perimeter guard: NO_PERSONAL_CARE, CQC_REGISTERED or OWN_ASSISTANT.
  absl::string_view perimeter;
  // The first reason against it; empty when it may be offered.
  absl::string_view refusal;
};

Verdict MayOffer(const internal::v1::ProviderState& provider, const v1::ListingTerms& terms, const v1::Price& price,
                 absl::Time now);

// Verified, and neither revoked nor past its expiry.
bool IsLiving(const internal::v1::CredentialState& credential, absl::Time now);

// One individual, who can work directly for and under the control of the person: a personal assistant or a
// micro-enterprise that is one sole trader, with one worker. A broker, an agency or an employee of either is not
// (Regulated Activities Regulations 2014, schedule 1, paragraph 1(4)).
bool IsOneIndividual(const internal::v1::ProviderState& provider);

}  // namespace regard::providers
