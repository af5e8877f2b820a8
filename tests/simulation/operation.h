// What one client wants, from the first try until it knows the outcome.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "google/protobuf/message.h"
#include "libs/base/ids.h"
#include "libs/es/command.h"
#include "regard/base/v1/base.pb.h"
#include "tests/simulation/truth.h"

namespace regard::simulation {

struct Operation {
  uint64_t id = 0;
  int client = 0;
  // "place_hold": the command's field, or "barrier".
  std::string kind;
  Topic topic = kBudgets;
  std::string routing_key;
  base::v1::Actor actor;
  // Without what an instance's api adds from its views. Null for a barrier.
  std::unique_ptr<google::protobuf::Message> body;
  absl::optional<es::RequestKey> request;
  absl::optional<uint64_t> expected_version;
  // The command's own stream.
  std::string stream;

  // What it is about, for the checkers.
  std::string budget, line, hold, booking, provider, listing, worker, credential;
  int64_t pence = 0;
  absl::Time start, end;

  absl::Duration invoked;
  int tries = 0;
  bool unknown = false;
  bool settled = false;
  // The first answer that an instance gave, for the others to equal.
  absl::optional<es::Outcome> committed;
};

}  // namespace regard::simulation
