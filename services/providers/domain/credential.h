// A provider's credentials: recorded by the provider, verified by the council where they are, revoked by it, lapsed by
// time. Whatever changes one decides in the same append which listings it suspends and which it restores.
#pragma once

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/es/domain.h"
#include "regard/providers/internal/v1/commands.pb.h"
#include "regard/providers/internal/v1/state.pb.h"

namespace regard::providers {

es::Decision On(const internal::v1::ProviderState& provider, const internal::v1::RecordCredential& command,
                const es::CommandContext& context);
es::Decision On(const internal::v1::ProviderState& provider, const internal::v1::VerifyCredential& command,
                const es::CommandContext& context);
es::Decision On(const internal::v1::ProviderState& provider, const internal::v1::RevokeCredential& command,
                const es::CommandContext& context);

// The first expiry of what has not lapsed yet.
absl::optional<absl::Time> NextLapse(const internal::v1::ProviderState& provider);
// Every credential whose expiry has come, and what follows.
es::Decision Lapse(const internal::v1::ProviderState& provider, const es::CommandContext& context);

void Evolve(internal::v1::ProviderState& provider, const v1::CredentialRecorded& fact);
void Evolve(internal::v1::ProviderState& provider, const v1::CredentialVerified& fact);
void Evolve(internal::v1::ProviderState& provider, const v1::CredentialRevoked& fact);
void Evolve(internal::v1::ProviderState& provider, const v1::CredentialLapsed& fact);

}  // namespace regard::providers
