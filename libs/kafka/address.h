// How an operator names a log on Kafka: kafka://host:port,host:port/DEPLOYMENT, and after a question mark what differs
// from the usual: replicas=3&in_sync=2&partitions=64. What the connection needs beside it (TLS, SASL) is in a file,
// since it may hold secrets.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/kafka/client.h"
#include "libs/kafka/topics.h"

namespace regard::kafka {

struct Address {
  Cluster cluster;
  std::string deployment;
  int partition_count = 0;
  TopicRules rules;
};

bool IsAddress(absl::string_view text);

// INVALID_ARGUMENT with what is wrong in it.
absl::StatusOr<Address> ParseAddress(absl::string_view text);

// Lines NAME=VALUE of librdkafka's properties; empty lines and those that begin with # are left out. NOT_FOUND when
// there is no such file, INVALID_ARGUMENT that names a line or a property that may not be set, FAILED_PRECONDITION when
// others than the owner can read the file.
absl::Status ReadProperties(const std::string& path, Cluster& cluster);

}  // namespace regard::kafka
