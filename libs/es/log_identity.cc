#include "libs/es/log_identity.h"

#include <sys/random.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/ids.h"
#include "libs/base/routing.h"
#include "libs/es/feature_level.h"

namespace regard::es {
namespace {

constexpr uint32_t kFormatVersion = 1;

absl::Status Refuse(absl::string_view where, absl::string_view what, absl::string_view is, absl::string_view must) {
  return absl::FailedPreconditionError(absl::StrCat(where, ": ", what, " is ", is, ", must be ", must));
}

}  // namespace

absl::StatusOr<log::v1::LogIdentity> NewLogIdentity(int partition_count) {
  uint64_t entropy[2];
  if (getrandom(entropy, sizeof(entropy), 0) != static_cast<ssize_t>(sizeof(entropy))) {
    return absl::InternalError("no entropy for the log's id");
  }
  return MakeLogIdentity(Uuid::V7(absl::UnixEpoch(), entropy[0], entropy[1]).ToString(), partition_count);
}

log::v1::LogIdentity MakeLogIdentity(std::string log_id, int partition_count) {
  log::v1::LogIdentity identity;
  identity.set_log_id(std::move(log_id));
  identity.set_partition_count(partition_count);
  identity.set_hash(kRoutingHashName);
  identity.set_format_version(kFormatVersion);
  identity.set_feature_level(kFeatureLevel);
  return identity;
}

absl::Status CheckLogIdentity(absl::string_view where, const log::v1::LogIdentity& identity) {
  if (identity.hash() != kRoutingHashName) return Refuse(where, "hash", identity.hash(), kRoutingHashName);
  if (identity.format_version() != kFormatVersion) {
    return Refuse(where, "format_version", absl::StrCat(identity.format_version()), absl::StrCat(kFormatVersion));
  }
  if (identity.feature_level() > kFeatureLevel) {
    return Refuse(where, "feature_level", absl::StrCat(identity.feature_level()),
                  absl::StrCat(kFeatureLevel, " or less for this build"));
  }
  return absl::OkStatus();
}

}  // namespace regard::es
