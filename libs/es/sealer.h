// The sealing port: takes personal data out of a fact before it reaches the log.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "regard/log/v1/record.pb.h"

namespace regard::es {

// Thread-safe.
class Sealer {
 public:
  virtual ~Sealer() = default;

  // Moves the personal fields of `fact` into `out.sealed` and serialises the rest into `out.body`; stream and version of
  // `out` are set before; `tenant` is the council whose key it is sealed under. `fact` is left as what every reader
  // folds: without personal fields. Keys that it makes are durable when it returns.
  virtual absl::Status Seal(absl::string_view tenant, google::protobuf::Message& fact, log::v1::Fact& out) = 0;
};

}  // namespace regard::es
