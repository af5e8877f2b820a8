// The provider aggregate: who they are, who runs them, their credentials, and (in listing.h) what they offer. One stream
// for all of it, so that a credential that lapses and the listings that it suspends are one decision.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/es/domain.h"
#include "regard/providers/internal/v1/commands.pb.h"
#include "regard/providers/internal/v1/state.pb.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::providers {

std::string ProviderStream(absl::string_view provider_id);

// Runs this provider.
bool IsOwner(const internal::v1::ProviderState& provider, const base::v1::Actor& actor);
// Works for the council where the provider is.
bool IsOfCouncil(const internal::v1::ProviderState& provider, const base::v1::Actor& actor);

es::Decision On(const internal::v1::ProviderState& provider, const v1::ProviderKnown& import,
                const es::CommandContext& context);
es::Decision On(const internal::v1::ProviderState& provider, const std::string& provider_id,
                const internal::v1::RegisterProvider& command, const es::CommandContext& context);
es::Decision On(const internal::v1::ProviderState& provider, const internal::v1::RequestClaim& command,
                const es::CommandContext& context);
es::Decision On(const internal::v1::ProviderState& provider, const internal::v1::ApproveClaim& command,
                const es::CommandContext& context);
es::Decision On(const internal::v1::ProviderState& provider, const internal::v1::SetPayoutDetails& command,
                const es::CommandContext& context);
es::Decision On(const internal::v1::ProviderState& provider, const internal::v1::CloseProvider& command,
                const es::CommandContext& context);

void EvolveProvider(internal::v1::ProviderState& provider, const v1::ProviderFact& fact,
                    const es::FactContext& context);

}  // namespace regard::providers
