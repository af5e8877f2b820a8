// A sealer for facts without personal fields.
#pragma once

#include "libs/es/sealer.h"

namespace regard::es::testing {

class PlainSealer : public Sealer {
 public:
  absl::Status Seal(absl::string_view, google::protobuf::Message& fact, log::v1::Fact& out) override {
    out.set_body(fact.SerializeAsString());
    return absl::OkStatus();
  }
};

}  // namespace regard::es::testing
