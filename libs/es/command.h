// A command on its way to a decision, and what becomes of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "google/protobuf/message.h"
#include "libs/base/ids.h"
#include "libs/base/rejection.h"
#include "regard/base/v1/base.pb.h"
#include "regard/log/v1/record.pb.h"

namespace regard::es {

// Makes retries safe: the same id of the same subject is executed once in its partition.
struct RequestKey {
  // Version 7, chosen by the caller.
  Uuid id;
  // Keyed digest of the request as it came, 16 bytes. The same id with another digest is a conflict.
  std::string digest;
};

struct Command {
  // Decides the partition, unless that is named.
  std::string routing_key;
  absl::optional<int> partition;
  // The domain's command message.
  std::unique_ptr<google::protobuf::Message> body;
  // Instead of a body: what this feature level allows may be written to the partition from now on. For ever.
  uint32_t raise_level = 0;
  base::v1::Actor actor;
  // A caller's command has a request, a reactor's a cause.
  absl::optional<RequestKey> request;
  absl::optional<log::v1::Cause> cause;
  // Of the command's own stream.
  absl::optional<uint64_t> expected_version;
  // On the clock's monotonic time. One that passes in the queue means it is never executed.
  absl::Duration deadline = absl::InfiniteDuration();
  std::string correlation_id;
  std::string trace_parent;
};

struct Outcome {
  enum class Kind {
    kCommitted,  // durable, or nothing to do; also for a repeated request
    kRefused,    // nothing stored; true at `position`
    kUnknown,    // may or may not be stored: retry with the same request id
  };
  Kind kind = Kind::kCommitted;
  // For kRefused and kUnknown.
  Rejection rejection;
  int partition = 0;
  // Of the append, or what the refusal was decided on.
  uint64_t position = 0;
  // Of the command's own stream after it.
  uint64_t version = 0;
  // The first answer again.
  bool repeated = false;
};

// Called once, on the runtime's executor.
using OutcomeDone = absl::AnyInvocable<void(const Outcome&) &&>;

}  // namespace regard::es
