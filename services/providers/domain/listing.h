// A provider's listings: drafted, described and priced by the owner; published only when the guard of offer.h lets it
// pass; paused, published again, closed. Suspended and restored by what happens to credentials.
#pragma once

#include <string>

#include "libs/es/domain.h"
#include "regard/providers/internal/v1/commands.pb.h"
#include "regard/providers/internal/v1/state.pb.h"

namespace regard::providers {

es::Decision On(const internal::v1::ProviderState& provider, const internal::v1::DraftListing& command,
                const es::CommandContext& context);
es::Decision On(const internal::v1::ProviderState& provider, const internal::v1::DescribeListing& command,
                const es::CommandContext& context);
es::Decision On(const internal::v1::ProviderState& provider, const internal::v1::SetListingPrice& command,
                const es::CommandContext& context);
es::Decision On(const internal::v1::ProviderState& provider, const internal::v1::PublishListing& command,
                const es::CommandContext& context);
es::Decision On(const internal::v1::ProviderState& provider, const internal::v1::PauseListing& command,
                const es::CommandContext& context);
es::Decision On(const internal::v1::ProviderState& provider, const internal::v1::ResumeListing& command,
                const es::CommandContext& context);
es::Decision On(const internal::v1::ProviderState& provider, const internal::v1::CloseListing& command,
                const es::CommandContext& context);

// Adds to `decision`, which changed the credentials of `provider` by way of `credential_id`, the listings that it
// suspends or restores.
void AddConsequences(const internal::v1::ProviderState& provider, const std::string& credential_id, absl::Time now,
                     es::Decision& decision);
// Adds the closing of every listing that is not closed.
void AddClosings(const internal::v1::ProviderState& provider, const std::string& reason, es::Decision& decision);

void Evolve(internal::v1::ProviderState& provider, const v1::ListingDrafted& fact);
void Evolve(internal::v1::ProviderState& provider, const v1::ListingDescribed& fact);
void Evolve(internal::v1::ProviderState& provider, const v1::ListingPriceSet& fact);
void Evolve(internal::v1::ProviderState& provider, const v1::ListingPublished& fact);
void Evolve(internal::v1::ProviderState& provider, const v1::ListingPaused& fact);
void Evolve(internal::v1::ProviderState& provider, const v1::ListingSuspended& fact);
void Evolve(internal::v1::ProviderState& provider, const v1::ListingRestored& fact);
void Evolve(internal::v1::ProviderState& provider, const v1::ListingClosed& fact);

}  // namespace regard::providers
