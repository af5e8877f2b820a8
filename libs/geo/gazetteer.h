// Which point, ward and small area a postcode has. An immutable snapshot: readers share one without locks, an import
// makes the next. About 16 bytes a postcode; sectors that did not change are shared between snapshots.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "libs/geo/point.h"
#include "libs/geo/postcode.h"

namespace regard::geo {

// One postcode as imported.
struct PostcodeRow {
  std::string postcode;
  Point point;
  std::string ward_code;
  std::string ward_name;
  // Small area (LSOA).
  std::string area_code;
};

// What is known of a postcode. The views live as long as the snapshot they came from.
struct Place {
  // To 1 cm.
  Point point;
  absl::string_view ward_code;
  absl::string_view ward_name;
  absl::string_view area_code;
};

class Gazetteer {
 public:
  class Builder;

  // Empty.
  Gazetteer();
  ~Gazetteer();

  // nullopt when it is not known.
  absl::optional<Place> Find(const Postcode& postcode) const;

  // The mean of the known postcodes of a sector ("M33 4") or an outcode ("M33"), written as NormaliseArea writes them:
  // where something is "about there" and its address is nobody's business.
  absl::optional<Point> CentreOf(absl::string_view sector_or_outcode) const;

  // Of whatever a person typed, see NormaliseArea; nullopt when malformed or unknown.
  absl::optional<Point> Locate(absl::string_view text) const;

  // Known postcodes.
  size_t size() const { return size_; }

 private:
  class Sector;

  absl::flat_hash_map<std::string, std::shared_ptr<const Sector>> sectors_;
  absl::flat_hash_map<std::string, Point> outcode_centres_;
  size_t size_ = 0;
};

// Not thread-safe.
class Gazetteer::Builder {
 public:
  Builder() = default;
  // Starts from what `gazetteer` knows.
  explicit Builder(const Gazetteer& gazetteer) : sectors_(gazetteer.sectors_) {}

  // Replaces all that is known of a sector; no rows: forgets it. INVALID_ARGUMENT, and nothing changes, when a row is
  // malformed, of another sector, or there twice.
  absl::Status ReplaceSector(absl::string_view sector, const std::vector<PostcodeRow>& rows);

  // The builder can go on afterwards.
  std::shared_ptr<const Gazetteer> Build() const;

 private:
  absl::flat_hash_map<std::string, std::shared_ptr<const Sector>> sectors_;
};

}  // namespace regard::geo
