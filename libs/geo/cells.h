// S2 cells for an index of places: a place is stored under its cell id, a circle is a few ranges of ids to scan.
#pragma once

#include <cstdint>
#include <vector>

#include "libs/geo/point.h"

namespace regard::geo {

// Cells of this level are about 300 m wide in England, those of the next half as wide; 30 is the finest (1 cm).
constexpr int kDefaultCellLevel = 15;
constexpr int kLeafCellLevel = 30;

// The id of the cell that the point is in. `point` must be valid, `level` in [0, 30].
uint64_t CellIdOf(const Point& point, int level = kLeafCellLevel);

// Both ends included.
struct CellRange {
  uint64_t first = 0;
  uint64_t last = 0;

  friend bool operator==(const CellRange&, const CellRange&) = default;
};

// Ranges that together hold the CellIdOf(p, level) of every point p within `radius_m` of the centre, for any level
// from `level` up to the finest; and some outside, so that a caller still measures. Ascending, apart from each other.
// `max_cells` trades ranges to scan for points to measure.
std::vector<CellRange> CoverCircle(const Point& centre, double radius_m, int level = kDefaultCellLevel,
                                   int max_cells = 12);

}  // namespace regard::geo
