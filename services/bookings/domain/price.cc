#include "services/bookings/domain/price.h"

#include <algorithm>

#include "libs/base/money.h"

namespace regard::bookings {
namespace {

constexpr int64_t kMinutesPerHour = 60;

int64_t HalfUp(int64_t dividend, int64_t divisor) { return (dividend + divisor / 2) / divisor; }

bool IsFree(providers::v1::ListingForm form) {
  return form == providers::v1::LISTING_FORM_MEETING || form == providers::v1::LISTING_FORM_FREE_ACTIVITY;
}

}  // namespace

absl::optional<int64_t> AmountPence(const providers::v1::Price& price, providers::v1::ListingForm form,
                                    absl::Duration length) {
  if (IsFree(form)) return 0;
  const int64_t unit_pence = price.amount().pence();
  if (unit_pence < 0 || unit_pence > kMaxAmountPence) return absl::nullopt;
  int64_t pence = unit_pence;
  switch (price.unit()) {
    case providers::v1::PRICE_UNIT_FREE:
      return 0;
    case providers::v1::PRICE_UNIT_HOUR: {
      // The longest booking is a day, so the product stays far inside int64; a bound keeps it so for any length.
      const int64_t minutes = std::clamp<int64_t>(absl::ToInt64Minutes(length), 0, kMaxAmountPence);
      pence = HalfUp(unit_pence * minutes, kMinutesPerHour);
      break;
    }
    case providers::v1::PRICE_UNIT_VISIT:
    case providers::v1::PRICE_UNIT_PLACE:
      break;
    case providers::v1::PRICE_UNIT_UNSPECIFIED:
    case providers::v1::PriceUnit_INT_MIN_SENTINEL_DO_NOT_USE_:
    case providers::v1::PriceUnit_INT_MAX_SENTINEL_DO_NOT_USE_:
      return absl::nullopt;
  }
  if (pence > kMaxAmountPence) return absl::nullopt;
  return pence;
}

int64_t CancellationFeePence(const providers::v1::CancellationPolicy& policy, int64_t amount_pence,
                             absl::Duration notice) {
  if (notice >= absl::Minutes(policy.notice_minutes())) return 0;
  return NoShowFeePence(policy, amount_pence);
}

int64_t NoShowFeePence(const providers::v1::CancellationPolicy& policy, int64_t amount_pence) {
  return HalfUp(amount_pence * std::clamp(policy.fee_percent(), 0, 100), 100);
}

}  // namespace regard::bookings
