// How the program answers whoever started it: JSON on standard output.
#pragma once

#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"

namespace regard::standalone {

inline absl::Status PrintJson(const google::protobuf::Message& message) {
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) {
    return absl::InternalError("the answer has no JSON form");
  }
  std::fputs(json.c_str(), stdout);
  return absl::OkStatus();
}

}  // namespace regard::standalone
