// Places as a council's data has them: the postcodes of a sector, the small areas of a council. Importing the same rows
// again changes nothing.
#pragma once

#include <string>

#include "libs/es/domain.h"
#include "regard/providers/internal/v1/state.pb.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::providers {

es::Decision On(const internal::v1::PlaceState& place, const std::string& stream, const v1::PostcodesImported& import,
                const es::CommandContext& context);
es::Decision On(const internal::v1::PlaceState& place, const std::string& stream, const v1::AreasImported& import,
                const es::CommandContext& context);

void EvolvePlace(internal::v1::PlaceState& place, const v1::PlaceFact& fact, const es::FactContext& context);

}  // namespace regard::providers
