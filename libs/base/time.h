// Between absl::Time and the wire. Days are days in Europe/London, as budgets and statements are read there.
#pragma once

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "regard/base/v1/base.pb.h"

namespace regard {

google::protobuf::Timestamp ToProto(absl::Time time);
absl::Time FromProto(const google::protobuf::Timestamp& timestamp);
// False for a timestamp outside years 1 to 9999 or with nanos outside [0, 1e9).
bool IsValid(const google::protobuf::Timestamp& timestamp);

base::v1::Date ToProto(absl::CivilDay day);
absl::CivilDay FromProto(const base::v1::Date& date);
// False for what is no day of the calendar, such as 30 February or an unset date.
bool IsValid(const base::v1::Date& date);

// Europe/London. Dies at first use when the machine has no time zone data.
const absl::TimeZone& London();
absl::CivilDay LondonDay(absl::Time time);

}  // namespace regard
