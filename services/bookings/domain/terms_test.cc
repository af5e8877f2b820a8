// The small rules: prices, fees, bands of the day, and versions.
#include "gtest/gtest.h"
#include "libs/base/money.h"
#include "services/bookings/domain/price.h"
#include "services/bookings/domain/rules.h"
#include "services/bookings/domain/time_band.h"

namespace regard::bookings {
namespace {

absl::optional<int64_t> Amount(int64_t pence, providers::v1::PriceUnit unit, absl::Duration length,
                               providers::v1::ListingForm form = providers::v1::LISTING_FORM_VISIT) {
  providers::v1::Price price;
  price.mutable_amount()->set_pence(pence);
  price.set_unit(unit);
  return AmountPence(price, form, length);
}

TEST(Price, ByTheMinuteHalvesUp) {
  EXPECT_EQ(Amount(2000, providers::v1::PRICE_UNIT_HOUR, absl::Minutes(90)), 3000);
  EXPECT_EQ(Amount(1, providers::v1::PRICE_UNIT_HOUR, absl::Minutes(29)), 0);
  EXPECT_EQ(Amount(1, providers::v1::PRICE_UNIT_HOUR, absl::Minutes(30)), 1);
  EXPECT_EQ(Amount(1999, providers::v1::PRICE_UNIT_HOUR, absl::Minutes(45)), 1499);  // 1499.25
  EXPECT_EQ(Amount(1998, providers::v1::PRICE_UNIT_HOUR, absl::Minutes(45)), 1499);  // 1498.5
}

TEST(Price, ByVisitOrPlaceWhateverItsLength) {
  EXPECT_EQ(Amount(2000, providers::v1::PRICE_UNIT_VISIT, absl::Minutes(90)), 2000);
  EXPECT_EQ(Amount(500, providers::v1::PRICE_UNIT_PLACE, absl::Minutes(90)), 500);
}

TEST(Price, FreeIsFree) {
  EXPECT_EQ(Amount(2000, providers::v1::PRICE_UNIT_FREE, absl::Minutes(90)), 0);
  EXPECT_EQ(Amount(2000, providers::v1::PRICE_UNIT_HOUR, absl::Minutes(90), providers::v1::LISTING_FORM_MEETING), 0);
  EXPECT_EQ(Amount(2000, providers::v1::PRICE_UNIT_PLACE, absl::Minutes(90), providers::v1::LISTING_FORM_FREE_ACTIVITY),
            0);
}

TEST(Price, WithinBounds) {
  EXPECT_EQ(Amount(2000, providers::v1::PRICE_UNIT_UNSPECIFIED, absl::Minutes(90)), absl::nullopt);
  EXPECT_EQ(Amount(-1, providers::v1::PRICE_UNIT_VISIT, absl::Minutes(90)), absl::nullopt);
  EXPECT_EQ(Amount(kMaxAmountPence, providers::v1::PRICE_UNIT_HOUR, absl::Minutes(60)), kMaxAmountPence);
  EXPECT_EQ(Amount(kMaxAmountPence, providers::v1::PRICE_UNIT_HOUR, absl::Minutes(61)), absl::nullopt);
}

TEST(Fee, AfterTheNoticeHalvesUp) {
  providers::v1::CancellationPolicy policy;
  policy.set_notice_minutes(60);
  policy.set_fee_percent(50);
  EXPECT_EQ(CancellationFeePence(policy, 999, absl::Minutes(60)), 0);
  EXPECT_EQ(CancellationFeePence(policy, 999, absl::Minutes(60) - absl::Seconds(1)), 500);
  EXPECT_EQ(NoShowFeePence(policy, 999), 500);
  policy.set_fee_percent(101);
  EXPECT_EQ(NoShowFeePence(policy, 999), 999);
  EXPECT_EQ(NoShowFeePence(providers::v1::CancellationPolicy(), 999), 0);
}

TEST(TimeBand, IsOfTheStart) {
  const auto band = [](int weekday, int minute) {
    internal::v1::LocalTime when;
    when.set_weekday(weekday);
    when.set_start_minute_of_day(minute);
    return std::string(TimeBandOf(when));
  };
  EXPECT_EQ(band(1, 359), "WEEKDAY_NIGHT");
  EXPECT_EQ(band(1, 360), "WEEKDAY_MORNING");
  EXPECT_EQ(band(5, 719), "WEEKDAY_MORNING");
  EXPECT_EQ(band(5, 720), "WEEKDAY_AFTERNOON");
  EXPECT_EQ(band(6, 1019), "WEEKEND_AFTERNOON");
  EXPECT_EQ(band(6, 1020), "WEEKEND_EVENING");
  EXPECT_EQ(band(7, 1319), "WEEKEND_EVENING");
  EXPECT_EQ(band(7, 1320), "WEEKEND_NIGHT");
  EXPECT_TRUE(IsTimeBand("WEEKEND_NIGHT"));
  EXPECT_FALSE(IsTimeBand("NIGHT"));
  EXPECT_FALSE(IsTimeBand(""));
}

TEST(Rules, HaveAVersionForEveryTime) {
  EXPECT_EQ(RulesAt(absl::FromUnixSeconds(0)).version, "bookings-1");
  EXPECT_EQ(RulesAt(absl::FromUnixSeconds(1'800'000'000)).version, "bookings-1");
  EXPECT_TRUE(IsWaived(RulesAt(absl::FromUnixSeconds(1'800'000'000)), "HEALTH"));
  EXPECT_FALSE(IsWaived(RulesAt(absl::FromUnixSeconds(1'800'000'000)), "CHANGED_MIND"));
}

}  // namespace
}  // namespace regard::bookings
