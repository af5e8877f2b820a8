#include "services/providers/domain/listing.h"

#include <algorithm>

#include "google/protobuf/util/message_differencer.h"
#include "services/providers/domain/offer.h"
#include "services/providers/domain/provider.h"
#include "services/providers/domain/rules.h"

namespace regard::providers {
namespace {

using es::Decision;
using google::protobuf::util::MessageDifferencer;
using internal::v1::ListingState;
using internal::v1::ProviderState;

const ListingState* FindListing(const ProviderState& provider, absl::string_view listing_id) {
  for (const ListingState& listing : provider.listings()) {
    if (listing.listing_id() == listing_id) return &listing;
  }
  return nullptr;
}

// The listing that a command means, or why not: `*refusal` is set when the result is null.
const ListingState* OwnListing(const ProviderState& provider, const std::string& listing_id,
                               const es::CommandContext& context, Rejection* refusal) {
  const ListingState* listing = IsOwner(provider, context.actor) ? FindListing(provider, listing_id) : nullptr;
  if (listing == nullptr) *refusal = NotFound("LISTING_NOT_FOUND");
  return listing;
}

// As OwnListing, and it is not closed.
const ListingState* OpenListing(const ProviderState& provider, const std::string& listing_id,
                                const es::CommandContext& context, Rejection* refusal) {
  const ListingState* listing = OwnListing(provider, listing_id, context, refusal);
  if (listing != nullptr && listing->phase() == ListingState::PHASE_CLOSED) {
    *refusal = RuleRefuses("LISTING_CLOSED");
    return nullptr;
  }
  return listing;
}

int OpenListings(const ProviderState& provider) {
  return static_cast<int>(
      std::count_if(provider.listings().begin(), provider.listings().end(),
                    [](const ListingState& listing) { return listing.phase() != ListingState::PHASE_CLOSED; }));
}

void AddPublished(const ProviderState& provider, const std::string& listing_id, const Verdict& verdict, absl::Time now,
                  Decision& decision) {
  v1::ProviderFact fact;
  v1::ListingPublished& published = *fact.mutable_listing_published();
  published.set_listing_id(listing_id);
  published.set_perimeter(std::string(verdict.perimeter));
  published.set_rule_version(std::string(RulesAt(now).version));
  decision.Add(ProviderStream(provider.provider_id()), std::move(fact));
}

// A listing changes to these terms and this price. While it is published it must be one that may be offered; a
// suspended one is published when it now may. `change` is the fact that says what changed.
Decision Changed(const ProviderState& provider, const ListingState& listing, const v1::ListingTerms& terms,
                 const v1::Price& price, v1::ProviderFact change, absl::Time now) {
  Decision decision = Decision::Nothing();
  const Verdict verdict = MayOffer(provider, terms, price, now);
  if (listing.phase() == ListingState::PHASE_PUBLISHED && !verdict.allowed()) {
    return Decision::Refused(RuleRefuses(verdict.refusal));
  }
  const bool guarded_anew = change.has_listing_described() && listing.phase() == ListingState::PHASE_PUBLISHED;
  decision.Add(ProviderStream(provider.provider_id()), std::move(change));
  if (guarded_anew || (listing.phase() == ListingState::PHASE_SUSPENDED && verdict.allowed())) {
    AddPublished(provider, listing.listing_id(), verdict, now, decision);
  }
  return decision;
}

Decision Published(const ProviderState& provider, const ListingState& listing, absl::Time now) {
  const Verdict verdict = MayOffer(provider, listing.terms(), listing.price(), now);
  if (!verdict.allowed()) return Decision::Refused(RuleRefuses(verdict.refusal));
  Decision decision = Decision::Nothing();
  AddPublished(provider, listing.listing_id(), verdict, now, decision);
  return decision;
}

}  // namespace

Decision On(const ProviderState& provider, const internal::v1::DraftListing& command,
            const es::CommandContext& context) {
  if (!IsOwner(provider, context.actor)) return Decision::Refused(NotFound("PROVIDER_NOT_FOUND"));
  if (FindListing(provider, command.listing_id()) != nullptr) return Decision::Nothing();
  if (provider.phase() == ProviderState::PHASE_CLOSED) return Decision::Refused(RuleRefuses("PROVIDER_CLOSED"));
  if (OpenListings(provider) >= kMaxOpenListings || provider.listings_size() >= kMaxListingsEver) {
    return Decision::Refused(RuleRefuses("TOO_MANY_LISTINGS"));
  }
  v1::ProviderFact fact;
  v1::ListingDrafted& drafted = *fact.mutable_listing_drafted();
  drafted.set_listing_id(command.listing_id());
  drafted.set_provider_id(provider.provider_id());
  drafted.set_tenant(provider.tenant());
  *drafted.mutable_terms() = command.terms();
  *drafted.mutable_price() = command.price();
  drafted.set_source(command.source());
  return Decision::Of(ProviderStream(provider.provider_id()), std::move(fact));
}

Decision On(const ProviderState& provider, const internal::v1::DescribeListing& command,
            const es::CommandContext& context) {
  Rejection refusal;
  const ListingState* listing = OpenListing(provider, command.listing_id(), context, &refusal);
  if (listing == nullptr) return Decision::Refused(std::move(refusal));
  if (MessageDifferencer::Equals(listing->terms(), command.terms())) return Decision::Nothing();
  v1::ProviderFact fact;
  fact.mutable_listing_described()->set_listing_id(command.listing_id());
  *fact.mutable_listing_described()->mutable_terms() = command.terms();
  return Changed(provider, *listing, command.terms(), listing->price(), std::move(fact), context.now);
}

Decision On(const ProviderState& provider, const internal::v1::SetListingPrice& command,
            const es::CommandContext& context) {
  Rejection refusal;
  const ListingState* listing = OpenListing(provider, command.listing_id(), context, &refusal);
  if (listing == nullptr) return Decision::Refused(std::move(refusal));
  if (MessageDifferencer::Equals(listing->price(), command.price())) return Decision::Nothing();
  v1::ProviderFact fact;
  fact.mutable_listing_price_set()->set_listing_id(command.listing_id());
  *fact.mutable_listing_price_set()->mutable_price() = command.price();
  return Changed(provider, *listing, listing->terms(), command.price(), std::move(fact), context.now);
}

Decision On(const ProviderState& provider, const internal::v1::PublishListing& command,
            const es::CommandContext& context) {
  Rejection refusal;
  const ListingState* listing = OpenListing(provider, command.listing_id(), context, &refusal);
  if (listing == nullptr) return Decision::Refused(std::move(refusal));
  if (listing->phase() == ListingState::PHASE_PUBLISHED) return Decision::Nothing();
  return Published(provider, *listing, context.now);
}

Decision On(const ProviderState& provider, const internal::v1::PauseListing& command,
            const es::CommandContext& context) {
  Rejection refusal;
  const ListingState* listing = OpenListing(provider, command.listing_id(), context, &refusal);
  if (listing == nullptr) return Decision::Refused(std::move(refusal));
  if (listing->phase() == ListingState::PHASE_PAUSED) return Decision::Nothing();
  if (listing->phase() == ListingState::PHASE_DRAFT) return Decision::Refused(RuleRefuses("LISTING_NOT_PUBLISHED"));
  v1::ProviderFact fact;
  fact.mutable_listing_paused()->set_listing_id(command.listing_id());
  fact.mutable_listing_paused()->set_reason(command.reason());
  return Decision::Of(ProviderStream(provider.provider_id()), std::move(fact));
}

Decision On(const ProviderState& provider, const internal::v1::ResumeListing& command,
            const es::CommandContext& context) {
  Rejection refusal;
  const ListingState* listing = OpenListing(provider, command.listing_id(), context, &refusal);
  if (listing == nullptr) return Decision::Refused(std::move(refusal));
  if (listing->phase() == ListingState::PHASE_PUBLISHED) return Decision::Nothing();
  if (listing->phase() != ListingState::PHASE_PAUSED) return Decision::Refused(RuleRefuses("LISTING_NOT_PAUSED"));
  return Published(provider, *listing, context.now);
}

Decision On(const ProviderState& provider, const internal::v1::CloseListing& command,
            const es::CommandContext& context) {
  Rejection refusal;
  const ListingState* listing = OwnListing(provider, command.listing_id(), context, &refusal);
  if (listing == nullptr) return Decision::Refused(std::move(refusal));
  if (listing->phase() == ListingState::PHASE_CLOSED) return Decision::Nothing();
  v1::ProviderFact fact;
  fact.mutable_listing_closed()->set_listing_id(command.listing_id());
  fact.mutable_listing_closed()->set_reason(command.reason());
  return Decision::Of(ProviderStream(provider.provider_id()), std::move(fact));
}

void AddConsequences(const ProviderState& provider, const std::string& credential_id, absl::Time now,
                     Decision& decision) {
  ProviderState after = provider;
  for (const es::StreamFact& fact : decision.facts()) {
    EvolveProvider(after, static_cast<const v1::ProviderFact&>(*fact.fact), {now});
  }
  for (const ListingState& listing : after.listings()) {
    const bool published = listing.phase() == ListingState::PHASE_PUBLISHED;
    if (!published && listing.phase() != ListingState::PHASE_SUSPENDED) continue;
    const Verdict verdict = MayOffer(after, listing.terms(), listing.price(), now);
    if (published == verdict.allowed()) continue;
    v1::ProviderFact fact;
    if (published) {
      v1::ListingSuspended& suspended = *fact.mutable_listing_suspended();
      suspended.set_listing_id(listing.listing_id());
      suspended.set_credential_id(credential_id);
      suspended.set_reason(std::string(verdict.refusal));
      suspended.set_rule_version(std::string(RulesAt(now).version));
    } else {
      v1::ListingRestored& restored = *fact.mutable_listing_restored();
      restored.set_listing_id(listing.listing_id());
      restored.set_reason("CREDENTIAL_VERIFIED");
      restored.set_perimeter(std::string(verdict.perimeter));
      restored.set_rule_version(std::string(RulesAt(now).version));
    }
    decision.Add(ProviderStream(provider.provider_id()), std::move(fact));
  }
}

void AddClosings(const ProviderState& provider, const std::string& reason, Decision& decision) {
  for (const ListingState& listing : provider.listings()) {
    if (listing.phase() == ListingState::PHASE_CLOSED) continue;
    v1::ProviderFact fact;
    fact.mutable_listing_closed()->set_listing_id(listing.listing_id());
    fact.mutable_listing_closed()->set_reason(reason);
    decision.Add(ProviderStream(provider.provider_id()), std::move(fact));
  }
}

namespace {

// Null for a listing that no fact drafted: folding is total.
ListingState* Drafted(ProviderState& provider, absl::string_view listing_id) {
  for (ListingState& listing : *provider.mutable_listings()) {
    if (listing.listing_id() == listing_id) return &listing;
  }
  return nullptr;
}

void SetPhase(ProviderState& provider, absl::string_view listing_id, ListingState::Phase phase) {
  if (ListingState* listing = Drafted(provider, listing_id)) listing->set_phase(phase);
}

}  // namespace

void Evolve(ProviderState& provider, const v1::ListingDrafted& fact) {
  ListingState& listing = *provider.add_listings();
  listing.set_listing_id(fact.listing_id());
  listing.set_phase(ListingState::PHASE_DRAFT);
  *listing.mutable_terms() = fact.terms();
  *listing.mutable_price() = fact.price();
}

void Evolve(ProviderState& provider, const v1::ListingDescribed& fact) {
  if (ListingState* listing = Drafted(provider, fact.listing_id())) *listing->mutable_terms() = fact.terms();
}

void Evolve(ProviderState& provider, const v1::ListingPriceSet& fact) {
  if (ListingState* listing = Drafted(provider, fact.listing_id())) *listing->mutable_price() = fact.price();
}

void Evolve(ProviderState& provider, const v1::ListingPublished& fact) {
  SetPhase(provider, fact.listing_id(), ListingState::PHASE_PUBLISHED);
}

void Evolve(ProviderState& provider, const v1::ListingPaused& fact) {
  SetPhase(provider, fact.listing_id(), ListingState::PHASE_PAUSED);
}

void Evolve(ProviderState& provider, const v1::ListingSuspended& fact) {
  SetPhase(provider, fact.listing_id(), ListingState::PHASE_SUSPENDED);
}

void Evolve(ProviderState& provider, const v1::ListingRestored& fact) {
  SetPhase(provider, fact.listing_id(), ListingState::PHASE_PUBLISHED);
}

void Evolve(ProviderState& provider, const v1::ListingClosed& fact) {
  if (ListingState* listing = Drafted(provider, fact.listing_id())) {
    listing->set_phase(ListingState::PHASE_CLOSED);
    listing->clear_terms();
    listing->clear_price();
  }
}

}  // namespace regard::providers
