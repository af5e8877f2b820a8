#include "tools/cli/options.h"

#include <gtest/gtest.h>

#include "libs/base/rejection.h"
#include "libs/base/time.h"
#include "regard/options/v1/options.pb.h"
#include "tools/cli/connection.h"

namespace regard::cli {
namespace {

TEST(Names, EnumsAreWords) {
  EXPECT_EQ(Word(base::v1::PROVIDER_KIND_MICRO_ENTERPRISE), "micro-enterprise");
  EXPECT_EQ(FromWord<base::v1::ProviderKind>("care-home"), base::v1::PROVIDER_KIND_CARE_HOME);
  EXPECT_EQ(FromWord<base::v1::ProviderKind>("unspecified"), base::v1::PROVIDER_KIND_UNSPECIFIED);
  EXPECT_EQ(Words<options::v1::Role>().size(), 8u);
  EXPECT_EQ(Word(static_cast<options::v1::Role>(99)), "");
}

TEST(Options, Amounts) {
  EXPECT_EQ(*ReadPounds("18.50"), 1850);
  EXPECT_FALSE(ReadPounds("-1").ok());
  EXPECT_EQ(*ReadMetres("3km"), 3000);
  EXPECT_EQ(*ReadMetres("1.5km"), 1500);
  EXPECT_EQ(*ReadMetres("800m"), 800);
  EXPECT_FALSE(ReadMetres("far").ok());
}

TEST(Options, TimesAreLondonTimes) {
  EXPECT_EQ(*ReadTime("2026-04-07T10:00"), absl::FromUnixSeconds(1775552400));  // British Summer Time: 09:00 UTC
  EXPECT_EQ(*ReadTime("2026-04-07 10:00"), *ReadTime("2026-04-07T09:00:00Z"));
  EXPECT_EQ(*ReadTime("2026-01-07T10:00"), *ReadTime("2026-01-07T10:00:00Z"));
  EXPECT_FALSE(ReadTime("tomorrow").ok());
  EXPECT_EQ(ReadDate("2026-04-07")->month(), 4);
  EXPECT_FALSE(ReadDate("2026-04-31").ok());
  EXPECT_EQ(ShowDate(*ReadDate("2026-04-07")), "2026-04-07");
}

TEST(Options, Windows) {
  const auto window = ReadWindow("Tue 09:30-17:00");
  ASSERT_TRUE(window.ok());
  EXPECT_EQ(window->weekday(), 2);
  EXPECT_EQ(window->start_minute_of_day(), 570);
  EXPECT_EQ(window->end_minute_of_day(), 1020);
  EXPECT_FALSE(ReadWindow("tue 17:00-09:00").ok());
  EXPECT_FALSE(ReadWindow("someday 09:00-10:00").ok());
}

TEST(ExitCodes, TellRefusedFromUnknown) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), 0);
  EXPECT_EQ(ExitCodeOf(ToStatus(RuleRefuses("NOT_ENOUGH_FREE"))), 1);
  EXPECT_EQ(ExitCodeOf(ToStatus(NotFound("BUDGET_NOT_FOUND"))), 1);
  EXPECT_EQ(ExitCodeOf(ToStatus(Invalid("when", "TOO_LONG"))), 1);
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("found wrong before it was sent")), 2);
  EXPECT_EQ(ExitCodeOf(ToStatus(Unavailable("OUTCOME_UNKNOWN"))), 3);
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("connection refused")), 3);
  EXPECT_EQ(ExitCodeOf(absl::DeadlineExceededError("late")), 3);
}

}  // namespace
}  // namespace regard::cli
