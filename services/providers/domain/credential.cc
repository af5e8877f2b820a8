#include "services/providers/domain/credential.h"

#include <algorithm>

#include "libs/base/time.h"
#include "services/providers/domain/listing.h"
#include "services/providers/domain/offer.h"
#include "services/providers/domain/provider.h"
#include "services/providers/domain/rules.h"

namespace regard::providers {
namespace {

using es::Decision;
using internal::v1::CredentialState;
using internal::v1::ProviderState;

const CredentialState* FindCredential(const ProviderState& provider, absl::string_view credential_id) {
  for (const CredentialState& credential : provider.credentials()) {
    if (credential.credential_id() == credential_id) return &credential;
  }
  return nullptr;
}

CredentialState* FindCredential(ProviderState& provider, absl::string_view credential_id) {
  return const_cast<CredentialState*>(FindCredential(const_cast<const ProviderState&>(provider), credential_id));
}

// Recorded or verified: it can still lapse or be revoked.
bool IsOpen(const CredentialState& credential) {
  return credential.phase() == CredentialState::PHASE_RECORDED || credential.phase() == CredentialState::PHASE_VERIFIED;
}

absl::optional<Rejection> Malformed(const internal::v1::RecordCredential& command) {
  if (command.kind() == v1::CREDENTIAL_KIND_CQC_REGISTRATION && !IsCqcId(command.reference())) {
    return Invalid("reference", "CQC_ID_MALFORMED");
  }
  if (command.kind() == v1::CREDENTIAL_KIND_INSURANCE && !command.has_expires()) {
    return Invalid("expires", "INSURANCE_NEEDS_EXPIRY");
  }
  if (command.kind() == v1::CREDENTIAL_KIND_DBS && command.has_expires()) {
    return Invalid("expires", "DBS_HAS_NO_EXPIRY");
  }
  return absl::nullopt;
}

}  // namespace

Decision On(const ProviderState& provider, const internal::v1::RecordCredential& command,
            const es::CommandContext& context) {
  if (!IsOwner(provider, context.actor)) return Decision::Refused(NotFound("PROVIDER_NOT_FOUND"));
  if (provider.phase() == ProviderState::PHASE_CLOSED) return Decision::Refused(RuleRefuses("PROVIDER_CLOSED"));
  if (absl::optional<Rejection> malformed = Malformed(command)) return Decision::Refused(*std::move(malformed));
  if (FindCredential(provider, command.credential_id()) != nullptr) return Decision::Nothing();
  if (command.has_expires() && FromProto(command.expires()) <= context.now) {
    return Decision::Refused(RuleRefuses("CREDENTIAL_EXPIRED"));
  }
  if (provider.credentials_size() >= kMaxCredentials) return Decision::Refused(RuleRefuses("TOO_MANY_CREDENTIALS"));
  v1::ProviderFact fact;
  v1::CredentialRecorded& recorded = *fact.mutable_credential_recorded();
  recorded.set_credential_id(command.credential_id());
  recorded.set_kind(command.kind());
  recorded.set_reference(command.reference());
  if (command.has_expires()) *recorded.mutable_expires() = command.expires();
  *recorded.mutable_covers() = command.covers();
  recorded.set_covers_home_visits(command.covers_home_visits());
  return Decision::Of(ProviderStream(provider.provider_id()), std::move(fact));
}

Decision On(const ProviderState& provider, const internal::v1::VerifyCredential& command,
            const es::CommandContext& context) {
  if (!IsOfCouncil(provider, context.actor)) return Decision::Refused(NotFound("PROVIDER_NOT_FOUND"));
  const CredentialState* credential = FindCredential(provider, command.credential_id());
  if (credential == nullptr) return Decision::Refused(NotFound("CREDENTIAL_NOT_FOUND"));
  if (provider.phase() == ProviderState::PHASE_CLOSED) return Decision::Refused(RuleRefuses("PROVIDER_CLOSED"));
  if (credential->phase() == CredentialState::PHASE_VERIFIED) return Decision::Nothing();
  if (credential->phase() == CredentialState::PHASE_REVOKED) return Decision::Refused(RuleRefuses("CREDENTIAL_REVOKED"));
  if (credential->has_expires() && FromProto(credential->expires()) <= context.now) {
    return Decision::Refused(RuleRefuses("CREDENTIAL_EXPIRED"));
  }
  v1::ProviderFact fact;
  fact.mutable_credential_verified()->set_credential_id(command.credential_id());
  fact.mutable_credential_verified()->set_verified_by(context.actor.subject());
  Decision decision = Decision::Of(ProviderStream(provider.provider_id()), std::move(fact));
  AddConsequences(provider, command.credential_id(), context.now, decision);
  return decision;
}

Decision On(const ProviderState& provider, const internal::v1::RevokeCredential& command,
            const es::CommandContext& context) {
  if (!IsOfCouncil(provider, context.actor)) return Decision::Refused(NotFound("PROVIDER_NOT_FOUND"));
  const CredentialState* credential = FindCredential(provider, command.credential_id());
  if (credential == nullptr) return Decision::Refused(NotFound("CREDENTIAL_NOT_FOUND"));
  if (credential->phase() == CredentialState::PHASE_REVOKED) return Decision::Nothing();
  if (!IsOpen(*credential)) return Decision::Refused(RuleRefuses("CREDENTIAL_EXPIRED"));
  v1::ProviderFact fact;
  fact.mutable_credential_revoked()->set_credential_id(command.credential_id());
  fact.mutable_credential_revoked()->set_reason(command.reason());
  Decision decision = Decision::Of(ProviderStream(provider.provider_id()), std::move(fact));
  AddConsequences(provider, command.credential_id(), context.now, decision);
  return decision;
}

absl::optional<absl::Time> NextLapse(const ProviderState& provider) {
  if (provider.phase() != ProviderState::PHASE_ACTIVE) return absl::nullopt;
  absl::optional<absl::Time> next;
  for (const CredentialState& credential : provider.credentials()) {
    if (!IsOpen(credential) || !credential.has_expires()) continue;
    const absl::Time expires = FromProto(credential.expires());
    if (!next.has_value() || expires < *next) next = expires;
  }
  return next;
}

Decision Lapse(const ProviderState& provider, const es::CommandContext& context) {
  Decision decision = Decision::Nothing();
  // It may have closed since it fell due.
  if (provider.phase() != ProviderState::PHASE_ACTIVE) return decision;
  std::string last;
  for (const CredentialState& credential : provider.credentials()) {
    if (!IsOpen(credential) || !credential.has_expires() || FromProto(credential.expires()) > context.now) continue;
    v1::ProviderFact fact;
    v1::CredentialLapsed& lapsed = *fact.mutable_credential_lapsed();
    lapsed.set_credential_id(credential.credential_id());
    lapsed.set_kind(credential.kind());
    *lapsed.mutable_expired() = credential.expires();
    decision.Add(ProviderStream(provider.provider_id()), std::move(fact));
    last = credential.credential_id();
  }
  if (!last.empty()) AddConsequences(provider, last, context.now, decision);
  return decision;
}

void Evolve(ProviderState& provider, const v1::CredentialRecorded& fact) {
  CredentialState& credential = *provider.add_credentials();
  credential.set_credential_id(fact.credential_id());
  credential.set_phase(CredentialState::PHASE_RECORDED);
  credential.set_kind(fact.kind());
  if (fact.has_expires()) *credential.mutable_expires() = fact.expires();
  *credential.mutable_covers() = fact.covers();
  credential.set_covers_home_visits(fact.covers_home_visits());
}

void Evolve(ProviderState& provider, const v1::CredentialVerified& fact) {
  if (CredentialState* credential = FindCredential(provider, fact.credential_id())) {
    credential->set_phase(CredentialState::PHASE_VERIFIED);
  }
}

void Evolve(ProviderState& provider, const v1::CredentialRevoked& fact) {
  if (CredentialState* credential = FindCredential(provider, fact.credential_id())) {
    credential->set_phase(CredentialState::PHASE_REVOKED);
  }
}

void Evolve(ProviderState& provider, const v1::CredentialLapsed& fact) {
  if (CredentialState* credential = FindCredential(provider, fact.credential_id())) {
    credential->set_phase(CredentialState::PHASE_LAPSED);
  }
}

}  // namespace regard::providers
