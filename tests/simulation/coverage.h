// How often each fault and each rare branch was reached: a simulator that went quiet is noticed.
#pragma once

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace regard::simulation {

// Faults are injected, branches are seen to happen.
enum class Reached {
  // Faults.
  kRecordDelayed,
  kRecordLost,
  kRecordDuplicated,
  kRecordLate,
  kRecordOvertaken,
  kLyingError,
  kClaimLate,
  kReadLag,
  kBrokerCut,
  kKeysAway,
  kPaused,
  kCrash,
  kCrashBeforeAppend,
  kCrashAfterAppend,
  kCrashBeforeWrite,
  kCrashAfterWrite,
  kCrashBeforeTask,
  kCrashBeforeAnswer,
  kTornBatch,
  kUnsyncedLost,
  kDiskLost,
  kStopped,
  kSecondInstance,
  kSlowProjector,
  kClockLeap,
  kWallJump,
  kWallDrift,
  kTruncatedLog,
  kTruncatedBehindView,
  kAskedTwoInstances,
  kAskedAgain,
  kPeersCut,
  kProbeFailed,
  // Branches.
  kClaimRace,
  kWokenWriterDropped,
  kStaleDropped,
  kOutOfSequenceDropped,
  kDuplicateDropped,
  kGapCrossed,
  kFencedInFlight,
  kDeliveredOutOfOrder,
  kUnknownOutcome,
  kUnknownThenFound,
  kUnknownThenExecuted,
  kRepeatedByOther,
  kRefused,
  kRefusedByFenced,
  kRefusalFailedWithItsFacts,
  kNothingToDo,
  kDeadlineInQueue,
  kBarrier,
  kStaleVersion,
  kRequestIdExpired,
  kNotEnoughFree,
  kDiaryConflictRefused,
  kHoldDeclined,
  kSettlementRefused,
  kFundingTooLate,
  kExpiredByTimer,
  kConfirmedByTime,
  kCredentialLapsed,
  kDecisionAsked,
  kDisputeResolved,
  kReactionOfNothing,
  kReactionTakenOver,
  kReplayedFromNothing,
  kPartitionGained,
  kPartitionLeft,
  kPartitionLost,
  kHeardOwner,
  kNotOwner,
  kMarkCarried,
  kLevelRaised,
  kLevelKnown,
  kHaltedOnTruncation,
  kViewHaltedOnTruncation,
  kCount,
};

absl::string_view NameOf(Reached what);

class Coverage {
 public:
  void Hit(Reached what) { ++counts_[static_cast<size_t>(what)]; }
  uint64_t Of(Reached what) const { return counts_[static_cast<size_t>(what)]; }
  void Add(const Coverage& other) {
    for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  }

 private:
  std::array<uint64_t, static_cast<size_t>(Reached::kCount)> counts_{};
};

}  // namespace regard::simulation
