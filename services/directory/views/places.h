// What is known of one postcode, from the imported rows.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "libs/es/store.h"
#include "libs/geo/postcode.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::directory {

struct KnownPlace {
  providers::v1::Postcode postcode;
  // The council that imported it.
  std::string tenant;
  // Empty where the area was not imported.
  std::string area_name;
};

// nullopt when it was not imported. `store` has the rows of ListingsView.
absl::StatusOr<absl::optional<KnownPlace>> FindPlace(const es::Store& store, const geo::Postcode& postcode);

}  // namespace regard::directory
