#include "libs/geo/cells.h"

#include <algorithm>

#include "s2/s2cap.h"
#include "s2/s2cell_id.h"
#include "s2/s2cell_union.h"
#include "s2/s2earth.h"
#include "s2/s2latlng.h"
#include "s2/s2region_coverer.h"

namespace regard::geo {
namespace {

S2LatLng ToLatLng(const Point& point) { return S2LatLng::FromDegrees(point.latitude_deg, point.longitude_deg); }

// So that a point measured as exactly on the edge is not lost to rounding.
constexpr double kSlackM = 0.01;

}  // namespace

uint64_t CellIdOf(const Point& point, int level) { return S2CellId(ToLatLng(point)).parent(level).id(); }

std::vector<CellRange> CoverCircle(const Point& centre, double radius_m, int level, int max_cells) {
  S2RegionCoverer::Options options;
  // Never finer than the cells that are indexed: those hang together, and are in a range whole or not at all.
  options.set_max_level(level);
  options.set_max_cells(max_cells);
  S2RegionCoverer coverer(options);
  const S2Cap circle(ToLatLng(centre).ToPoint(), S2Earth::MetersToAngle(std::max(radius_m, 0.0) + kSlackM));
  std::vector<CellRange> ranges;
  // A covering is ascending and its cells are apart.
  for (const S2CellId cell : coverer.GetCovering(circle)) {
    const uint64_t first = cell.range_min().id();
    const uint64_t last = cell.range_max().id();
    // Leaf ids are odd: neighbours are two apart.
    if (!ranges.empty() && ranges.back().last + 2 == first) {
      ranges.back().last = last;
    } else {
      ranges.push_back({first, last});
    }
  }
  return ranges;
}

}  // namespace regard::geo
