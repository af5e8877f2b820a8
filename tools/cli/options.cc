#include "tools/cli/options.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "libs/base/money.h"
#include "libs/base/rejection.h"
#include "libs/base/time.h"
#include "libs/taxonomy/taxonomy.h"

namespace regard::cli {
namespace {

constexpr absl::string_view kDays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr double kMaxMetres = 1e9;

absl::Status NotUnderstood(absl::string_view text, absl::string_view like) {
  return absl::InvalidArgumentError(absl::StrCat(text, " is not understood; write it like ", like));
}

bool ReadMinute(absl::string_view text, int32_t& minute) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
  int hours = 0;
  int minutes = 0;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &hours) || !absl::SimpleAtoi(parts[1], &minutes)) return false;
  minute = hours * 60 + minutes;
  return hours >= 0 && minutes >= 0 && minutes < 60 && minute <= 24 * 60;
}

}  // namespace

absl::StatusOr<int64_t> ReadPounds(absl::string_view text) {
  const absl::optional<int64_t> pence = ParsePounds(text);
  if (!pence.has_value() || *pence < 0) return NotUnderstood(text, "18.50");
  return *pence;
}

absl::StatusOr<int32_t> ReadMetres(absl::string_view text) {
  absl::string_view number = text;
  double factor = 1;
  if (absl::ConsumeSuffix(&number, "km")) {
    factor = 1000;
  } else {
    absl::ConsumeSuffix(&number, "m");
  }
  double value = 0;
  if (!absl::SimpleAtod(number, &value) || value < 0 || value * factor > kMaxMetres) return NotUnderstood(text, "3km or 800m");
  return static_cast<int32_t>(value * factor + 0.5);
}

absl::StatusOr<absl::Time> ReadTime(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return time;
  for (const char* format : {"%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"}) {
    if (absl::ParseTime(format, text, London(), &time, &error)) return time;
  }
  return NotUnderstood(text, "2026-04-07T10:00");
}

absl::StatusOr<base::v1::Date> ReadDate(absl::string_view text) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(text, &day)) return NotUnderstood(text, "2026-04-07");
  return ToProto(day);
}

absl::StatusOr<providers::v1::WeeklyWindow> ReadWindow(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, absl::ByAnyChar(" -"), absl::SkipEmpty());
  if (parts.size() != 3) return NotUnderstood(text, "\"mon 09:00-17:00\"");
  providers::v1::WeeklyWindow window;
  for (int i = 0; i < 7; ++i) {
    if (absl::EqualsIgnoreCase(parts[0].substr(0, 3), kDays[i])) window.set_weekday(i + 1);
  }
  int32_t start = 0;
  int32_t end = 0;
  if (window.weekday() == 0 || !ReadMinute(parts[1], start) || !ReadMinute(parts[2], end) || end <= start) {
    return NotUnderstood(text, "\"mon 09:00-17:00\"");
  }
  window.set_start_minute_of_day(start);
  window.set_end_minute_of_day(end);
  return window;
}

std::string ShowTime(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%a %d %b %Y %H:%M", FromProto(time), London());
}

std::string ShowDate(const base::v1::Date& date) {
  if (!IsValid(date)) return "";
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

std::string ShowPrice(const providers::v1::Price& price) {
  if (price.unit() == providers::v1::PRICE_UNIT_UNSPECIFIED) return "";
  if (price.amount().pence() == 0) return "free";
  const char* const article = price.unit() == providers::v1::PRICE_UNIT_HOUR ? " an " : " a ";
  return absl::StrCat(FormatPence(price.amount().pence()), article, Word(price.unit()));
}

std::string ShowCategory(absl::string_view curie) {
  const auto* category = taxonomy::Taxonomy::Regard().Find(curie);
  return category == nullptr ? std::string(curie) : category->label;
}

}  // namespace regard::cli
