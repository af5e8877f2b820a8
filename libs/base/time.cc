#include "libs/base/time.h"

#include <cstdio>
#include <cstdlib>

namespace regard {

google::protobuf::Timestamp ToProto(absl::Time time) {
  google::protobuf::Timestamp out;
  const int64_t seconds = absl::ToUnixSeconds(time);
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return out;
}

absl::Time FromProto(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

bool IsValid(const google::protobuf::Timestamp& timestamp) {
  return timestamp.seconds() >= -62135596800 && timestamp.seconds() <= 253402300799 && timestamp.nanos() >= 0 &&
         timestamp.nanos() < 1'000'000'000;
}

base::v1::Date ToProto(absl::CivilDay day) {
  base::v1::Date out;
  out.set_year(static_cast<int32_t>(day.year()));
  out.set_month(day.month());
  out.set_day(day.day());
  return out;
}

absl::CivilDay FromProto(const base::v1::Date& date) { return absl::CivilDay(date.year(), date.month(), date.day()); }

bool IsValid(const base::v1::Date& date) {
  if (date.year() < 1900 || date.year() > 9999) return false;
  const absl::CivilDay day = FromProto(date);
  return day.month() == date.month() && day.day() == date.day();
}

const absl::TimeZone& London() {
  static const absl::TimeZone zone = [] {
    absl::TimeZone loaded;
    if (!absl::LoadTimeZone("Europe/London", &loaded)) {
      std::fputs("regard: no time zone data for Europe/London; install tzdata\n", stderr);
      std::abort();
    }
    return loaded;
  }();
  return zone;
}

absl::CivilDay LondonDay(absl::Time time) { return absl::ToCivilDay(time, London()); }

}  // namespace regard
