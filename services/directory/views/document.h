// Makes what can be found from what is known of a provider: a document for each published listing, or one for an
// organisation that offers nothing here. A pure function: the same provider row gives the same documents.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "regard/directory/internal/v1/rows.pb.h"
#include "regard/directory/v1/directory_service.pb.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::directory {

// "listing/<id>" or "provider/<id>".
std::string ListingDocumentId(absl::string_view listing_id);
std::string ProviderDocumentId(absl::string_view provider_id);
std::string DocumentIdOf(const v1::Listing& listing);

// nullopt while it cannot be found.
absl::optional<internal::v1::DocumentRow> DocumentOfListing(const internal::v1::ProviderRow& provider,
                                                            const internal::v1::ListingState& listing);
// Of what a register knows, while it offers nothing here. Somebody who registered and offers nothing has said nothing yet
// that could be found.
absl::optional<internal::v1::DocumentRow> DocumentOfOrganisation(const internal::v1::ProviderRow& provider);

// A whole postcode stays only where the place is public; otherwise it is shortened to its sector, and what is neither a
// postcode nor an area is dropped.
std::string ShownPlace(providers::v1::PlaceKind place, absl::string_view postcode_or_sector);

// "M33 4" of "M33 4GT" and of "M33 4"; empty for anything else.
std::string SectorOf(absl::string_view postcode_or_sector);

}  // namespace regard::directory
