// Whether the brokers let us in. Asked before anything else is asked of them: librdkafka itself only tries a wrong
// password again, for ever.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/kafka/client.h"

namespace regard::kafka {

// OK once a broker has answered. PERMISSION_DENIED when they refuse name and password, FAILED_PRECONDITION when their
// certificate or ours is not trusted, both within seconds and with the properties to look at; UNAVAILABLE, with what was
// heard last, when no broker answers within `patience`; INVALID_ARGUMENT when a property is not right.
absl::Status CheckAccess(const Cluster& cluster, absl::Duration patience);

}  // namespace regard::kafka
