#include "services/market/views/keys.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace regard::market {
namespace {

constexpr size_t kDayLength = 8;

}  // namespace

std::string DayKey(absl::CivilDay day) { return absl::StrFormat("%04d%02d%02d", day.year(), day.month(), day.day()); }
absl::string_view DayIn(absl::string_view key, absl::string_view prefix) {
  return key.substr(prefix.size(), kDayLength);
}

std::string ProviderKey(absl::string_view provider_id) { return absl::StrCat(kProviders, provider_id); }
std::string BookingsPrefix(absl::string_view tenant) { return absl::StrCat(kBookings, tenant, "/"); }
std::string BookingKey(absl::string_view tenant, absl::CivilDay day, absl::string_view booking_id) {
  return absl::StrCat(BookingsPrefix(tenant), DayKey(day), "/", booking_id);
}
std::string BookingPlaceKey(absl::string_view booking_id) { return absl::StrCat("w/", booking_id); }
std::string NeedsPrefix(absl::string_view tenant) { return absl::StrCat("n/", tenant, "/"); }
std::string NeedKey(absl::string_view tenant, absl::CivilDay day, absl::string_view need_id) {
  return absl::StrCat(NeedsPrefix(tenant), DayKey(day), "/", need_id);
}
std::string BudgetCostKey(absl::string_view tenant, absl::string_view budget_id) {
  return absl::StrCat(kCosts, tenant, "/b/", budget_id);
}
std::string PackageCostKey(absl::string_view tenant, absl::string_view record_id) {
  return absl::StrCat(kCosts, tenant, "/r/", record_id);
}
std::string SectorKey(absl::string_view sector, absl::string_view tenant) {
  return absl::StrCat(kSectors, sector, "/", tenant);
}
std::string PostcodesOfSectorPrefix(absl::string_view sector) { return absl::StrCat("z/", sector); }
std::string PostcodesPrefix(absl::string_view postcode) { return absl::StrCat("z/", postcode, "/"); }
std::string PostcodeKey(absl::string_view postcode, absl::string_view tenant) {
  return absl::StrCat(PostcodesPrefix(postcode), tenant);
}
std::string AreasPrefix(absl::string_view tenant) { return absl::StrCat("a/", tenant, "/"); }
std::string AreaKey(absl::string_view tenant, absl::string_view area_code) {
  return absl::StrCat(AreasPrefix(tenant), area_code);
}

}  // namespace regard::market
