#include "libs/geo/point.h"

#include <algorithm>
#include <cmath>

#include "s2/s2earth.h"
#include "s2/s2latlng.h"
#include "s2/s2point.h"

namespace regard::geo {
namespace {

S2LatLng ToLatLng(const Point& point) { return S2LatLng::FromDegrees(point.latitude_deg, point.longitude_deg); }

}  // namespace

bool IsValid(const Point& point) {
  return std::abs(point.latitude_deg) <= 90 && std::abs(point.longitude_deg) <= 180;  // false for NaN
}

double DistanceM(const Point& a, const Point& b) { return S2Earth::GetDistanceMeters(ToLatLng(a), ToLatLng(b)); }

Direction ToDirection(const Point& point) {
  const S2Point vector = ToLatLng(point).ToPoint();
  return {vector.x(), vector.y(), vector.z()};
}

Point ToPoint(const Direction& direction) {
  const S2LatLng lat_lng(S2Point(direction.x, direction.y, direction.z));
  return {lat_lng.lat().degrees(), lat_lng.lng().degrees()};
}

double DistanceM(const Direction& a, const Direction& b) {
  const double dx = a.x - b.x;
  const double dy = a.y - b.y;
  const double dz = a.z - b.z;
  // From the straight line through the earth to the arc over it.
  const double half_chord = 0.5 * std::sqrt(dx * dx + dy * dy + dz * dz);
  return 2 * S2Earth::RadiusMeters() * std::asin(std::min(half_chord, 1.0));
}

}  // namespace regard::geo
