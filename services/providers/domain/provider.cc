#include "services/providers/domain/provider.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/providers/domain/credential.h"
#include "services/providers/domain/listing.h"
#include "services/providers/domain/rules.h"

namespace regard::providers {
namespace {

using es::Decision;
using internal::v1::ClaimState;
using internal::v1::ProviderState;

const ClaimState* FindClaim(const ProviderState& provider, absl::string_view owner_id) {
  for (const ClaimState& claim : provider.claims()) {
    if (claim.owner_id() == owner_id) return &claim;
  }
  return nullptr;
}

bool SameWorkers(const ClaimState& claim, const internal::v1::RequestClaim& command) {
  return std::equal(claim.worker_ids().begin(), claim.worker_ids().end(), command.workers().begin(),
                    command.workers().end(),
                    [](const std::string& id, const v1::WorkerName& worker) { return id == worker.worker_id(); });
}

// Ids in the clear, names beside them to be sealed.
template <class Fact>
void SetWorkers(const google::protobuf::RepeatedPtrField<v1::WorkerName>& workers, Fact& fact) {
  for (const v1::WorkerName& worker : workers) fact.add_worker_ids(worker.worker_id());
  *fact.mutable_worker_names() = workers;
}

bool MayRegister(const internal::v1::RegisterProvider& command, const base::v1::Actor& actor) {
  return actor.role() == options::v1::ROLE_PROVIDER && !actor.subject().empty() && command.tenant() == actor.tenant();
}

}  // namespace

std::string ProviderStream(absl::string_view provider_id) { return absl::StrCat("provider/", provider_id); }

bool IsOwner(const ProviderState& provider, const base::v1::Actor& actor) {
  return actor.role() == options::v1::ROLE_PROVIDER && !actor.subject().empty() &&
         actor.subject() == provider.owner_id();
}

bool IsOfCouncil(const ProviderState& provider, const base::v1::Actor& actor) {
  return (actor.role() == options::v1::ROLE_PRACTITIONER || actor.role() == options::v1::ROLE_COMMISSIONER) &&
         !actor.tenant().empty() && actor.tenant() == provider.tenant();
}

// A register's row is news only as long as nobody runs the provider here.
Decision On(const ProviderState& provider, const v1::ProviderKnown& import, const es::CommandContext& context) {
  if (context.actor.role() != options::v1::ROLE_OPERATOR) return Decision::Refused(NotFound("PROVIDER_NOT_FOUND"));
  const bool claimed =
      provider.phase() == ProviderState::PHASE_ACTIVE || provider.phase() == ProviderState::PHASE_CLOSED;
  if (claimed || provider.row_digest() == import.row_digest()) return Decision::Nothing();
  v1::ProviderFact fact;
  *fact.mutable_known() = import;
  return Decision::Of(ProviderStream(import.provider_id()), std::move(fact));
}

Decision On(const ProviderState& provider, const std::string& provider_id,
            const internal::v1::RegisterProvider& command, const es::CommandContext& context) {
  if (!MayRegister(command, context.actor)) return Decision::Refused(NotFound("PROVIDER_NOT_FOUND"));
  if (IsOwner(provider, context.actor)) return Decision::Nothing();
  if (provider.phase() != ProviderState::PHASE_UNSPECIFIED) return Decision::Refused(Conflict("PROVIDER_EXISTS"));
  if (command.kind() == base::v1::PROVIDER_KIND_SHARED_LIVES_CARER) {
    return Decision::Refused(RuleRefuses("SHARED_LIVES_CARER_NEEDS_SCHEME"));
  }
  if (command.kind() == base::v1::PROVIDER_KIND_MICRO_ENTERPRISE &&
      command.size_fte_tenths() > RulesAt(context.now).micro_enterprise_size_fte_tenths_max) {
    return Decision::Refused(RuleRefuses("MICRO_ENTERPRISE_TOO_LARGE"));
  }
  if (command.workers().empty()) return Decision::Refused(RuleRefuses("WORKERS_NEEDED"));
  v1::ProviderFact fact;
  v1::ProviderRegistered& registered = *fact.mutable_registered();
  registered.set_provider_id(provider_id);
  registered.set_tenant(command.tenant());
  registered.set_kind(command.kind());
  registered.set_ownership(command.ownership());
  registered.set_name(command.name());
  registered.set_postcode(command.postcode());
  registered.set_size_fte_tenths(command.size_fte_tenths());
  registered.set_community_owned(command.community_owned());
  registered.set_owner_id(context.actor.subject());
  *registered.mutable_languages() = command.languages();
  registered.set_source(command.source());
  SetWorkers(command.workers(), registered);
  return Decision::Of(ProviderStream(provider_id), std::move(fact));
}

Decision On(const ProviderState& provider, const internal::v1::RequestClaim& command,
            const es::CommandContext& context) {
  if (context.actor.role() != options::v1::ROLE_PROVIDER || context.actor.subject() != command.owner_id() ||
      provider.phase() == ProviderState::PHASE_UNSPECIFIED) {
    return Decision::Refused(NotFound("PROVIDER_NOT_FOUND"));
  }
  if (IsOwner(provider, context.actor)) return Decision::Nothing();
  if (provider.phase() != ProviderState::PHASE_UNCLAIMED) return Decision::Refused(RuleRefuses("PROVIDER_NOT_UNCLAIMED"));
  if (command.workers().empty()) return Decision::Refused(RuleRefuses("WORKERS_NEEDED"));
  const ClaimState* claim = FindClaim(provider, command.owner_id());
  if (claim != nullptr && SameWorkers(*claim, command)) return Decision::Nothing();
  if (claim == nullptr && provider.claims_size() >= kMaxWaitingClaims) {
    return Decision::Refused(RuleRefuses("TOO_MANY_CLAIMS"));
  }
  v1::ProviderFact fact;
  v1::ClaimRequested& requested = *fact.mutable_claim_requested();
  requested.set_provider_id(provider.provider_id());
  requested.set_owner_id(command.owner_id());
  requested.set_proof(command.proof());
  SetWorkers(command.workers(), requested);
  return Decision::Of(ProviderStream(provider.provider_id()), std::move(fact));
}

// The council's commissioner agrees to a claim, or claims for an owner who came to them.
Decision On(const ProviderState& provider, const internal::v1::ApproveClaim& command,
            const es::CommandContext& context) {
  const bool commissioner =
      context.actor.role() == options::v1::ROLE_COMMISSIONER && IsOfCouncil(provider, context.actor);
  if (provider.phase() == ProviderState::PHASE_UNSPECIFIED ||
      (!commissioner && context.actor.role() != options::v1::ROLE_OPERATOR)) {
    return Decision::Refused(NotFound("PROVIDER_NOT_FOUND"));
  }
  if (provider.phase() == ProviderState::PHASE_ACTIVE && provider.owner_id() == command.owner_id()) {
    return Decision::Nothing();
  }
  if (provider.phase() != ProviderState::PHASE_UNCLAIMED) return Decision::Refused(RuleRefuses("PROVIDER_NOT_UNCLAIMED"));
  const ClaimState* claim = FindClaim(provider, command.owner_id());
  if (claim == nullptr && command.workers().empty()) return Decision::Refused(NotFound("CLAIM_NOT_FOUND"));
  v1::ProviderFact fact;
  v1::ProviderClaimed& claimed = *fact.mutable_claimed();
  claimed.set_provider_id(provider.provider_id());
  claimed.set_owner_id(command.owner_id());
  claimed.set_proof(command.proof());
  claimed.set_agreed_by(context.actor.subject());
  if (command.workers().empty()) {
    *claimed.mutable_worker_ids() = claim->worker_ids();
  } else {
    SetWorkers(command.workers(), claimed);
  }
  return Decision::Of(ProviderStream(provider.provider_id()), std::move(fact));
}

Decision On(const ProviderState& provider, const internal::v1::SetPayoutDetails& command,
            const es::CommandContext& context) {
  if (!IsOwner(provider, context.actor)) return Decision::Refused(NotFound("PROVIDER_NOT_FOUND"));
  if (provider.phase() == ProviderState::PHASE_CLOSED) return Decision::Refused(RuleRefuses("PROVIDER_CLOSED"));
  v1::ProviderFact fact;
  v1::PayoutDetailsSet& set = *fact.mutable_payout_details_set();
  set.set_provider_id(provider.provider_id());
  set.set_account_name(command.account_name());
  set.set_sort_code(command.sort_code());
  set.set_account_number(command.account_number());
  return Decision::Of(ProviderStream(provider.provider_id()), std::move(fact));
}

// By its owner; by the council or the operator where nobody runs it any more.
Decision On(const ProviderState& provider, const internal::v1::CloseProvider& command,
            const es::CommandContext& context) {
  const bool commissioner =
      context.actor.role() == options::v1::ROLE_COMMISSIONER && IsOfCouncil(provider, context.actor);
  const bool may = IsOwner(provider, context.actor) || commissioner ||
                   context.actor.role() == options::v1::ROLE_OPERATOR;
  if (provider.phase() == ProviderState::PHASE_UNSPECIFIED || !may) {
    return Decision::Refused(NotFound("PROVIDER_NOT_FOUND"));
  }
  if (provider.phase() == ProviderState::PHASE_CLOSED) return Decision::Nothing();
  Decision decision = Decision::Nothing();
  AddClosings(provider, "PROVIDER_CLOSED", decision);
  v1::ProviderFact fact;
  fact.mutable_closed()->set_reason(command.reason());
  return std::move(decision.Add(ProviderStream(provider.provider_id()), std::move(fact)));
}

namespace {

void Evolve(ProviderState& provider, const v1::ProviderKnown& fact) {
  provider.set_phase(ProviderState::PHASE_UNCLAIMED);
  provider.set_provider_id(fact.provider_id());
  provider.set_tenant(fact.tenant());
  provider.set_kind(fact.kind());
  provider.set_row_digest(fact.row_digest());
}

void Evolve(ProviderState& provider, const v1::ProviderRegistered& fact) {
  provider.set_phase(ProviderState::PHASE_ACTIVE);
  provider.set_provider_id(fact.provider_id());
  provider.set_tenant(fact.tenant());
  provider.set_kind(fact.kind());
  provider.set_ownership(fact.ownership());
  provider.set_owner_id(fact.owner_id());
  provider.set_size_fte_tenths(fact.size_fte_tenths());
  *provider.mutable_worker_ids() = fact.worker_ids();
}

void Evolve(ProviderState& provider, const v1::ClaimRequested& fact) {
  ClaimState* claim = nullptr;
  for (ClaimState& known : *provider.mutable_claims()) {
    if (known.owner_id() == fact.owner_id()) claim = &known;
  }
  if (claim == nullptr) claim = provider.add_claims();
  claim->set_owner_id(fact.owner_id());
  *claim->mutable_worker_ids() = fact.worker_ids();
}

void Evolve(ProviderState& provider, const v1::ProviderClaimed& fact) {
  provider.set_phase(ProviderState::PHASE_ACTIVE);
  provider.set_owner_id(fact.owner_id());
  *provider.mutable_worker_ids() = fact.worker_ids();
  provider.clear_row_digest();
  provider.clear_claims();
}

void Evolve(ProviderState& provider, const v1::ProviderClosed&) {
  provider.set_phase(ProviderState::PHASE_CLOSED);
  provider.clear_claims();
}

}  // namespace

void EvolveProvider(ProviderState& provider, const v1::ProviderFact& fact, const es::FactContext& context) {
  switch (fact.fact_case()) {
    case v1::ProviderFact::kKnown: return Evolve(provider, fact.known());
    case v1::ProviderFact::kRegistered: return Evolve(provider, fact.registered());
    case v1::ProviderFact::kClaimRequested: return Evolve(provider, fact.claim_requested());
    case v1::ProviderFact::kClaimed: return Evolve(provider, fact.claimed());
    case v1::ProviderFact::kCredentialRecorded: return Evolve(provider, fact.credential_recorded());
    case v1::ProviderFact::kCredentialVerified: return Evolve(provider, fact.credential_verified());
    case v1::ProviderFact::kCredentialRevoked: return Evolve(provider, fact.credential_revoked());
    case v1::ProviderFact::kCredentialLapsed: return Evolve(provider, fact.credential_lapsed());
    case v1::ProviderFact::kClosed: return Evolve(provider, fact.closed());
    case v1::ProviderFact::kPayoutDetailsSet: return;  // sealed, and no rule asks
    case v1::ProviderFact::kListingDrafted: return Evolve(provider, fact.listing_drafted());
    case v1::ProviderFact::kListingDescribed: return Evolve(provider, fact.listing_described());
    case v1::ProviderFact::kListingPriceSet: return Evolve(provider, fact.listing_price_set());
    case v1::ProviderFact::kListingPublished: return Evolve(provider, fact.listing_published());
    case v1::ProviderFact::kListingPaused: return Evolve(provider, fact.listing_paused());
    case v1::ProviderFact::kListingSuspended: return Evolve(provider, fact.listing_suspended());
    case v1::ProviderFact::kListingRestored: return Evolve(provider, fact.listing_restored());
    case v1::ProviderFact::kListingClosed: return Evolve(provider, fact.listing_closed());
    case v1::ProviderFact::FACT_NOT_SET: return;
  }
}

}  // namespace regard::providers
