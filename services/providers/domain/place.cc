#include "services/providers/domain/place.h"

namespace regard::providers {
namespace {

using internal::v1::PlaceState;

bool MayImport(const base::v1::Actor& actor) { return actor.role() == options::v1::ROLE_OPERATOR; }

}  // namespace

es::Decision On(const PlaceState& place, const std::string& stream, const v1::PostcodesImported& import,
                const es::CommandContext& context) {
  if (!MayImport(context.actor)) return es::Decision::Refused(NotFound("PLACE_NOT_FOUND"));
  if (place.row_digest() == import.row_digest()) return es::Decision::Nothing();
  v1::PlaceFact fact;
  *fact.mutable_postcodes_imported() = import;
  return es::Decision::Of(stream, std::move(fact));
}

es::Decision On(const PlaceState& place, const std::string& stream, const v1::AreasImported& import,
                const es::CommandContext& context) {
  if (!MayImport(context.actor)) return es::Decision::Refused(NotFound("PLACE_NOT_FOUND"));
  if (place.row_digest() == import.row_digest()) return es::Decision::Nothing();
  v1::PlaceFact fact;
  *fact.mutable_areas_imported() = import;
  return es::Decision::Of(stream, std::move(fact));
}

void EvolvePlace(PlaceState& place, const v1::PlaceFact& fact, const es::FactContext& context) {
  switch (fact.fact_case()) {
    case v1::PlaceFact::kPostcodesImported:
      place.set_row_digest(fact.postcodes_imported().row_digest());
      return;
    case v1::PlaceFact::kAreasImported:
      place.set_row_digest(fact.areas_imported().row_digest());
      return;
    case v1::PlaceFact::FACT_NOT_SET:
      return;
  }
}

}  // namespace regard::providers
