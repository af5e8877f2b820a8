// A market's answers for people; the demonstration prints them too.
#pragma once

#include <ostream>

#include "regard/market/v1/market_service.pb.h"

namespace regard::cli {

void ShowShape(const market::v1::GetShapeResponse& shape, std::ostream& out);
void ShowExit(const market::v1::GetProviderExitResponse& exit, std::ostream& out);
void ShowCosts(const market::v1::GetCostsResponse& costs, std::ostream& out);

}  // namespace regard::cli
