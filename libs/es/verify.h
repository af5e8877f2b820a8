// Reads logs again from the first record and compares: versions contiguous, every fact folds, stored states equal the
// fold, views equal a rebuild, nothing written before its feature level was raised. For a copy or a stopped folder:
// nothing may be written meanwhile.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/es/accepted_reader.h"
#include "libs/es/domain.h"
#include "libs/es/event_log.h"
#include "libs/es/fact_types.h"
#include "libs/es/store.h"
#include "libs/es/view.h"

namespace regard::es {

struct Verification {
  uint64_t appends = 0;
  uint64_t facts = 0;
  uint64_t streams = 0;
  std::vector<std::string> views_equal;
  // With topic, partition and position. At most kMaxProblems are kept.
  std::vector<std::string> problems;

  static constexpr size_t kMaxProblems = 100;
  void Problem(std::string what) {
    if (problems.size() < kMaxProblems) problems.push_back(std::move(what));
  }
};

// Calls `visit` for every accepted append of a topic, partition by partition. An error when the log cannot be read to its
// end, with the position.
absl::Status VisitAccepted(EventLog& log, const std::function<void(int partition, const AcceptedAppend&)>& visit);

// Folds a topic from the start and compares with `states`, which may be behind but never ahead or different. Null: there
// are none yet.
void VerifyTopic(EventLog& log, const Domain& domain, const Store* states, Verification& report);

// Builds `view` again, partitions in another order than it was first built in, up to where `live` is, and compares the
// rows byte for byte. What the live rows were made without (quarantine.h) is passed over here too. `view` is a fresh one.
void VerifyView(View& view, const std::vector<EventLog*>& logs, const FactTypes& types, const Store& live,
                Store& scratch, Verification& report);

}  // namespace regard::es
