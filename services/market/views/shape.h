// What is the shape of this council's market? Supply, free hours, what was not met, prices, use, concentration.
#pragma once

#include "regard/market/v1/market_service.pb.h"
#include "services/market/views/evidence.h"

namespace regard::market {

struct ShapeQuestion {
  int worst_areas = 5;
  int suppress_below = 0;
};

// Pure.
v1::GetShapeResponse ShapeOf(const Evidence& evidence, const ShapeQuestion& question);

// Its parts; each fills its own fields.
void FillSupply(const Evidence& evidence, v1::GetShapeResponse& out);
void FillPrices(const Evidence& evidence, v1::GetShapeResponse& out);
void FillFreeHours(const Evidence& evidence, int worst_areas, v1::GetShapeResponse& out);
void FillUnmet(const Evidence& evidence, int suppress_below, v1::GetShapeResponse& out);
void FillUse(const Evidence& evidence, int suppress_below, v1::GetShapeResponse& out);

}  // namespace regard::market
