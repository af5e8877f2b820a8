#include "services/directory/views/places.h"

#include "libs/es/view.h"
#include "regard/directory/internal/v1/rows.pb.h"
#include "services/directory/views/listings_view.h"

namespace regard::directory {

absl::StatusOr<absl::optional<KnownPlace>> FindPlace(const es::Store& store, const geo::Postcode& postcode) {
  const es::ViewReader reader(store);
  absl::optional<KnownPlace> found;
  const absl::Status scanned = reader.Scan<internal::v1::SectorRow>(
      SectorPrefix(postcode.sector()), "", [&](absl::string_view, const internal::v1::SectorRow& row) {
        for (const providers::v1::Postcode& candidate : row.postcodes()) {
          const absl::StatusOr<geo::Postcode> parsed = geo::Postcode::Parse(candidate.postcode());
          if (!parsed.ok() || *parsed != postcode) continue;
          found = KnownPlace{candidate, row.tenant(), ""};
          return false;
        }
        return true;
      });
  if (!scanned.ok()) return scanned;
  if (found.has_value() && !found->postcode.area_code().empty()) {
    absl::StatusOr<absl::optional<providers::v1::Area>> area =
        reader.Get<providers::v1::Area>(AreaKey(found->postcode.area_code()));
    if (!area.ok()) return area.status();
    if (area->has_value()) found->area_name = (*area)->name();
  }
  return found;
}

}  // namespace regard::directory
