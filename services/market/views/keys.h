// The row keys of the market's view. Days are YYYYMMDD, so that a window is one range of keys.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace regard::market {

// ProviderRow.
constexpr char kProviders[] = "p/";
std::string ProviderKey(absl::string_view provider_id);

// BookingRow, and BookingPlace to find it by the booking's id alone.
constexpr char kBookings[] = "b/";
std::string BookingsPrefix(absl::string_view tenant);
std::string BookingKey(absl::string_view tenant, absl::CivilDay day, absl::string_view booking_id);
std::string BookingPlaceKey(absl::string_view booking_id);

// NeedRow, by the day that it was said.
std::string NeedsPrefix(absl::string_view tenant);
std::string NeedKey(absl::string_view tenant, absl::CivilDay day, absl::string_view need_id);

// CostRow. `kind` tells a budget's id from a record's.
constexpr char kCosts[] = "c/";
std::string BudgetCostKey(absl::string_view tenant, absl::string_view budget_id);
std::string PackageCostKey(absl::string_view tenant, absl::string_view record_id);

// SectorRow, PostcodeRow, AreaRow.
constexpr char kSectors[] = "s/";
std::string SectorKey(absl::string_view sector, absl::string_view tenant);
std::string PostcodesPrefix(absl::string_view postcode);
std::string PostcodeKey(absl::string_view postcode, absl::string_view tenant);
std::string PostcodesOfSectorPrefix(absl::string_view sector);
std::string AreasPrefix(absl::string_view tenant);
std::string AreaKey(absl::string_view tenant, absl::string_view area_code);

// "20260307".
std::string DayKey(absl::CivilDay day);
// The day in a key that starts with `prefix`.
absl::string_view DayIn(absl::string_view key, absl::string_view prefix);

}  // namespace regard::market
