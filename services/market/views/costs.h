// What does support cost, by arrangement, per council and in all? Of people: each budget or package is somebody's year.
#pragma once

#include "absl/status/statusor.h"
#include "libs/es/view.h"
#include "regard/market/v1/market_service.pb.h"

namespace regard::market {

struct CostsQuestion {
  // Empty: every council.
  std::string tenant;
  // Only this council's figures, beside what was published of any. Empty: all.
  std::string visible_tenant;
  // 0: every year.
  int price_year = 0;
  bool include_synthetic = false;
  int suppress_below = 0;
};

absl::StatusOr<v1::GetCostsResponse> CostsOf(const es::ViewReader& reader, const CostsQuestion& question);

}  // namespace regard::market
