#include "tests/simulation/coverage.h"

namespace regard::simulation {

absl::string_view NameOf(Reached what) {
  switch (what) {
    case Reached::kRecordDelayed:
      return "record delayed";
    case Reached::kRecordLost:
      return "record lost";
    case Reached::kRecordDuplicated:
      return "record duplicated";
    case Reached::kRecordLate:
      return "record late";
    case Reached::kRecordOvertaken:
      return "record overtaken";
    case Reached::kLyingError:
      return "lying error";
    case Reached::kClaimLate:
      return "claim late";
    case Reached::kReadLag:
      return "read lag";
    case Reached::kBrokerCut:
      return "broker cut";
    case Reached::kKeysAway:
      return "keys away";
    case Reached::kPaused:
      return "paused";
    case Reached::kCrash:
      return "crash";
    case Reached::kCrashBeforeAppend:
      return "crash before append";
    case Reached::kCrashAfterAppend:
      return "crash after append";
    case Reached::kCrashBeforeWrite:
      return "crash before write";
    case Reached::kCrashAfterWrite:
      return "crash after write";
    case Reached::kCrashBeforeTask:
      return "crash before task";
    case Reached::kCrashBeforeAnswer:
      return "crash before answer";
    case Reached::kTornBatch:
      return "torn batch";
    case Reached::kUnsyncedLost:
      return "unsynced lost";
    case Reached::kDiskLost:
      return "disk lost";
    case Reached::kStopped:
      return "stopped";
    case Reached::kSecondInstance:
      return "second instance";
    case Reached::kSlowProjector:
      return "slow projector";
    case Reached::kClockLeap:
      return "clock leap";
    case Reached::kWallJump:
      return "wall jump";
    case Reached::kWallDrift:
      return "wall drift";
    case Reached::kTruncatedLog:
      return "truncated log";
    case Reached::kTruncatedBehindView:
      return "truncated behind view";
    case Reached::kAskedTwoInstances:
      return "asked two instances";
    case Reached::kAskedAgain:
      return "asked again";
    case Reached::kPeersCut:
      return "peers cut";
    case Reached::kProbeFailed:
      return "probe failed";
    case Reached::kPartitionGained:
      return "partition gained";
    case Reached::kPartitionLeft:
      return "partition left";
    case Reached::kPartitionLost:
      return "partition lost";
    case Reached::kHeardOwner:
      return "heard of an owner";
    case Reached::kNotOwner:
      return "not the owner";
    case Reached::kMarkCarried:
      return "mark carried";
    case Reached::kLevelRaised:
      return "level raised";
    case Reached::kLevelKnown:
      return "level known to be raised";
    case Reached::kClaimRace:
      return "claim race";
    case Reached::kWokenWriterDropped:
      return "woken writer dropped";
    case Reached::kStaleDropped:
      return "stale dropped";
    case Reached::kOutOfSequenceDropped:
      return "out of sequence dropped";
    case Reached::kDuplicateDropped:
      return "duplicate dropped";
    case Reached::kGapCrossed:
      return "gap crossed";
    case Reached::kFencedInFlight:
      return "fenced in flight";
    case Reached::kDeliveredOutOfOrder:
      return "delivered out of order";
    case Reached::kUnknownOutcome:
      return "unknown outcome";
    case Reached::kUnknownThenFound:
      return "unknown then found";
    case Reached::kUnknownThenExecuted:
      return "unknown then executed";
    case Reached::kRepeatedByOther:
      return "repeated by other";
    case Reached::kRefused:
      return "refused";
    case Reached::kRefusedByFenced:
      return "refused by fenced";
    case Reached::kRefusalFailedWithItsFacts:
      return "refusal failed with its facts";
    case Reached::kNothingToDo:
      return "nothing to do";
    case Reached::kDeadlineInQueue:
      return "deadline in queue";
    case Reached::kBarrier:
      return "barrier";
    case Reached::kStaleVersion:
      return "stale version";
    case Reached::kRequestIdExpired:
      return "request id expired";
    case Reached::kNotEnoughFree:
      return "not enough free";
    case Reached::kDiaryConflictRefused:
      return "diary conflict refused";
    case Reached::kHoldDeclined:
      return "hold declined";
    case Reached::kSettlementRefused:
      return "settlement refused";
    case Reached::kFundingTooLate:
      return "funding too late";
    case Reached::kExpiredByTimer:
      return "expired by timer";
    case Reached::kConfirmedByTime:
      return "confirmed by time";
    case Reached::kCredentialLapsed:
      return "credential lapsed";
    case Reached::kDecisionAsked:
      return "decision asked";
    case Reached::kDisputeResolved:
      return "dispute resolved";
    case Reached::kReactionOfNothing:
      return "reaction of nothing";
    case Reached::kReactionTakenOver:
      return "reaction taken over";
    case Reached::kReplayedFromNothing:
      return "replayed from nothing";
    case Reached::kHaltedOnTruncation:
      return "halted on truncation";
    case Reached::kViewHaltedOnTruncation:
      return "view halted on truncation";
    case Reached::kCount:
      return "";
  }
  return "";
}

}  // namespace regard::simulation
