// Judges every answer that any instance gave: what was acknowledged is in the log, once and within the time of the
// call; what was refused, or was said to be so already, was true at the position that the answer names.
#pragma once

#include "tests/simulation/operation.h"
#include "tests/simulation/truth.h"

namespace regard::simulation {

class Answers {
 public:
  Answers(const Truth& truth, int partitions, absl::Time start, Verdict& verdict, Coverage& coverage)
      : truth_(truth), partitions_(partitions), start_(start), verdict_(verdict), coverage_(coverage) {}

  // An answer of the instance `by`, now. `early` when its position means nothing.
  void Judge(Operation& operation, const es::Outcome& outcome, bool early, int by, absl::Duration now);
  // The operation is asked for now: a barrier must see what was acknowledged before.
  uint64_t Acknowledged(int topic, int partition) const;

 private:
  void Committed(Operation& operation, const es::Outcome& outcome, absl::Duration now);
  void Refused(const Operation& operation, const es::Outcome& outcome, bool early, int by, absl::Duration now);
  bool IsTrue(const Operation& operation, absl::string_view reason, uint64_t position, absl::Duration now) const;
  bool IsTrueOfRequest(const Operation& operation, absl::string_view reason, uint64_t position, absl::Duration now,
                       bool* known) const;
  bool IsTrueOfBudget(const Operation& operation, absl::string_view reason, uint64_t position) const;
  bool IsTrueOfBooking(const Operation& operation, absl::string_view reason, uint64_t position) const;
  bool IsTrueOfProvider(const Operation& operation, absl::string_view reason, uint64_t position) const;
  bool HasConflict(const Operation& operation, uint64_t position) const;
  // Of a provider, at any time: an instance's own copy may be behind.
  bool EverSaid(const Operation& operation, absl::string_view reason) const;
  bool IsAlreadySo(const Operation& operation, uint64_t position) const;
  void Fail(const Operation& operation, const es::Outcome& outcome, absl::string_view why);

  const Truth& truth_;
  const int partitions_;
  const absl::Time start_;
  Verdict& verdict_;
  Coverage& coverage_;
  std::map<std::pair<int, int>, uint64_t> acknowledged_;
};

// What was asked for in the workload's small world: each provider's workers.
std::vector<std::string> WorkersOf(absl::string_view provider);

}  // namespace regard::simulation
