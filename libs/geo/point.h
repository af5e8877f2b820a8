// Points on the earth and how far apart they are, on a sphere of the earth's mean radius (at most 0.6% from the truth).
#pragma once

#include "absl/strings/string_view.h"

namespace regard::geo {

// WGS84 degrees.
struct Point {
  double latitude_deg = 0;
  double longitude_deg = 0;

  friend bool operator==(const Point&, const Point&) = default;
};

// Finite, latitude within 90 and longitude within 180 degrees of zero.
bool IsValid(const Point& point);

double DistanceM(const Point& a, const Point& b);

// A point as a vector from the centre of the earth, of length 1: for measuring one place against many, where the
// trigonometry of two points would dominate.
struct Direction {
  double x = 0;
  double y = 0;
  double z = 0;
};

Direction ToDirection(const Point& point);
Point ToPoint(const Direction& direction);
double DistanceM(const Direction& a, const Direction& b);

}  // namespace regard::geo
