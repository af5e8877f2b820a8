#include "libs/geo/gazetteer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "absl/strings/str_cat.h"

namespace regard::geo {
namespace {

// Degrees are kept as whole numbers of 1e-7: 1 cm on the ground, in half the room of a double.
constexpr double kUnitsPerDegree = 1e7;

int32_t ToUnits(double degrees) { return static_cast<int32_t>(std::lround(degrees * kUnitsPerDegree)); }
double ToDegrees(int32_t units) { return units / kUnitsPerDegree; }

// The two letters of a unit.
uint16_t UnitKey(absl::string_view unit) {
  return static_cast<uint16_t>(static_cast<uint8_t>(unit[0]) << 8 | static_cast<uint8_t>(unit[1]));
}

struct Ward {
  std::string code;
  std::string name;

  friend bool operator==(const Ward&, const Ward&) = default;
};

// The index of `value`, which is added when it is new. Few distinct ones: a sector lies in a handful of wards.
template <class Value>
uint16_t IndexOf(std::vector<Value>& values, Value value) {
  const auto found = std::find(values.begin(), values.end(), value);
  if (found != values.end()) return static_cast<uint16_t>(found - values.begin());
  values.push_back(std::move(value));
  return static_cast<uint16_t>(values.size() - 1);
}

// Adds up points of a neighbourhood.
struct Sum {
  double latitude_deg = 0;
  double longitude_deg = 0;
  size_t count = 0;

  void Add(const Point& mean, size_t weight) {
    latitude_deg += mean.latitude_deg * weight;
    longitude_deg += mean.longitude_deg * weight;
    count += weight;
  }
  Point Mean() const { return {latitude_deg / count, longitude_deg / count}; }
};

}  // namespace

// All postcodes of one sector: at most 400, so that an index of 16 bits says where anything is.
class Gazetteer::Sector {
 public:
  static absl::StatusOr<std::shared_ptr<const Sector>> Make(absl::string_view name,
                                                            const std::vector<PostcodeRow>& rows) {
    auto sector = std::make_shared<Sector>();
    Sum sum;
    for (const PostcodeRow& row : rows) {
      const absl::StatusOr<Postcode> postcode = Postcode::Parse(row.postcode);
      if (!postcode.ok()) return absl::InvalidArgumentError(absl::StrCat("'", row.postcode, "' is no postcode"));
      if (postcode->sector() != name) {
        return absl::InvalidArgumentError(absl::StrCat(postcode->text(), " is not of sector ", name));
      }
      if (!IsValid(row.point)) return absl::InvalidArgumentError(absl::StrCat(postcode->text(), " has no valid point"));
      sum.Add(row.point, 1);
      sector->rows_.push_back({UnitKey(postcode->unit()), IndexOf(sector->wards_, Ward{row.ward_code, row.ward_name}),
                               IndexOf(sector->area_codes_, row.area_code), ToUnits(row.point.latitude_deg),
                               ToUnits(row.point.longitude_deg)});
    }
    const auto by_unit = [](const Row& a, const Row& b) { return a.unit < b.unit; };
    std::sort(sector->rows_.begin(), sector->rows_.end(), by_unit);
    const auto twice = std::adjacent_find(sector->rows_.begin(), sector->rows_.end(),
                                          [](const Row& a, const Row& b) { return a.unit == b.unit; });
    if (twice != sector->rows_.end()) {
      return absl::InvalidArgumentError(absl::StrCat("a postcode of sector ", name, " is there twice"));
    }
    sector->rows_.shrink_to_fit();
    if (sum.count > 0) sector->centre_ = sum.Mean();
    return sector;
  }

  absl::optional<Place> Find(absl::string_view unit) const {
    const uint16_t key = UnitKey(unit);
    const auto found =
        std::lower_bound(rows_.begin(), rows_.end(), key, [](const Row& row, uint16_t key) { return row.unit < key; });
    if (found == rows_.end() || found->unit != key) return absl::nullopt;
    const Ward& ward = wards_[found->ward];
    return Place{{ToDegrees(found->latitude), ToDegrees(found->longitude)},
                 ward.code,
                 ward.name,
                 area_codes_[found->area]};
  }

  size_t size() const { return rows_.size(); }
  const Point& centre() const { return centre_; }

 private:
  struct Row {
    uint16_t unit;
    uint16_t ward;
    uint16_t area;
    int32_t latitude;
    int32_t longitude;
  };

  // Ascending by unit.
  std::vector<Row> rows_;
  std::vector<Ward> wards_;
  std::vector<std::string> area_codes_;
  Point centre_;
};

Gazetteer::Gazetteer() = default;
Gazetteer::~Gazetteer() = default;

absl::optional<Place> Gazetteer::Find(const Postcode& postcode) const {
  const auto sector = sectors_.find(postcode.sector());
  return sector == sectors_.end() ? absl::nullopt : sector->second->Find(postcode.unit());
}

absl::optional<Point> Gazetteer::CentreOf(absl::string_view sector_or_outcode) const {
  if (const auto sector = sectors_.find(sector_or_outcode); sector != sectors_.end()) return sector->second->centre();
  if (const auto found = outcode_centres_.find(sector_or_outcode); found != outcode_centres_.end()) {
    return found->second;
  }
  return absl::nullopt;
}

absl::optional<Point> Gazetteer::Locate(absl::string_view text) const {
  if (const absl::StatusOr<Postcode> postcode = Postcode::Parse(text); postcode.ok()) {
    const absl::optional<Place> place = Find(*postcode);
    if (!place.has_value()) return absl::nullopt;
    return place->point;
  }
  const absl::StatusOr<std::string> area = NormaliseArea(text);
  return area.ok() ? CentreOf(*area) : absl::nullopt;
}

absl::Status Gazetteer::Builder::ReplaceSector(absl::string_view sector, const std::vector<PostcodeRow>& rows) {
  if (rows.empty()) {
    sectors_.erase(sector);
    return absl::OkStatus();
  }
  absl::StatusOr<std::shared_ptr<const Sector>> made = Sector::Make(sector, rows);
  if (!made.ok()) return made.status();
  sectors_[sector] = *std::move(made);
  return absl::OkStatus();
}

std::shared_ptr<const Gazetteer> Gazetteer::Builder::Build() const {
  auto gazetteer = std::make_shared<Gazetteer>();
  gazetteer->sectors_ = sectors_;
  // Sums of floating point numbers depend on their order, and a hash map's is not fixed: by name, so that the same rows
  // always give the same centre.
  std::vector<absl::string_view> names;
  for (const auto& [name, sector] : sectors_) names.push_back(name);
  std::sort(names.begin(), names.end());
  absl::flat_hash_map<std::string, Sum> outcodes;
  for (const absl::string_view name : names) {
    const Sector& sector = *sectors_.find(name)->second;
    outcodes[name.substr(0, name.find(' '))].Add(sector.centre(), sector.size());
    gazetteer->size_ += sector.size();
  }
  for (const auto& [outcode, sum] : outcodes) gazetteer->outcode_centres_[outcode] = sum.Mean();
  return gazetteer;
}

}  // namespace regard::geo
