#include "tests/simulation/answers.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/routing.h"
#include "libs/base/time.h"

namespace regard::simulation {
namespace {

using es::Outcome;

absl::string_view KindName(Outcome::Kind kind) {
  switch (kind) {
    case Outcome::Kind::kCommitted:
      return "committed";
    case Outcome::Kind::kRefused:
      return "refused";
    case Outcome::Kind::kUnknown:
      return "unknown";
  }
  return "";
}

}  // namespace

void Answers::Fail(const Operation& operation, const Outcome& outcome, absl::string_view why) {
  verdict_.Fail(outcome.kind == Outcome::Kind::kCommitted ? "acknowledged" : "answers",
                absl::StrCat("operation ", operation.id, " ", operation.kind, " of ", operation.stream, ", ",
                             KindName(outcome.kind), " ", outcome.rejection.reason, " at ", outcome.partition, ":",
                             outcome.position, " version ", outcome.version, outcome.repeated ? " again" : "", ": ",
                             why));
}

uint64_t Answers::Acknowledged(int topic, int partition) const {
  const auto found = acknowledged_.find({topic, partition});
  return found == acknowledged_.end() ? 0 : found->second;
}

void Answers::Judge(Operation& operation, const Outcome& outcome, bool early, int by, absl::Duration now) {
  const bool transient = outcome.kind == Outcome::Kind::kRefused &&
                         (outcome.rejection.kind == Rejection::Kind::kUnavailable ||
                          outcome.rejection.kind == Rejection::Kind::kDeadline);
  if (outcome.rejection.kind == Rejection::Kind::kDeadline) coverage_.Hit(Reached::kDeadlineInQueue);
  if (transient) return;
  if (outcome.kind == Outcome::Kind::kUnknown) {
    coverage_.Hit(Reached::kUnknownOutcome);
    operation.unknown = true;
    return;
  }
  const int partition = PartitionOf(operation.routing_key, partitions_);
  if (!early) {
    if (outcome.partition != partition) Fail(operation, outcome, "another partition");
    if (outcome.position > truth_.appends(operation.topic, partition).size()) {
      return Fail(operation, outcome, "the log does not reach so far");
    }
  }
  if (outcome.kind == Outcome::Kind::kCommitted) return Committed(operation, outcome, now);
  Refused(operation, outcome, early, by, now);
}

void Answers::Committed(Operation& operation, const Outcome& outcome, absl::Duration now) {
  const int partition = outcome.partition;
  uint64_t& acknowledged = acknowledged_[{operation.topic, partition}];
  uint64_t position = outcome.position;
  if (operation.request.has_value()) {
    position = truth_.PositionOf(operation.topic, partition, std::string(operation.request->id.bytes()),
                                 operation.actor.subject());
  }
  const Truth::Append* append = truth_.Find(operation.topic, partition, position);
  if (position != outcome.position || append == nullptr) {
    // Nothing was stored for it, at least not yet then: it must have been so already.
    if (outcome.repeated || (append != nullptr && position < outcome.position)) {
      return Fail(operation, outcome, absl::StrCat("the log has it at ", position));
    }
    if (!IsAlreadySo(operation, outcome.position)) return Fail(operation, outcome, "it is not in the log");
    if (outcome.version != truth_.VersionAt(operation.topic, operation.stream, outcome.position)) {
      return Fail(operation, outcome, "it was another version");
    }
    coverage_.Hit(Reached::kNothingToDo);
    return;
  }
  if (append->at < operation.invoked || append->at > now) Fail(operation, outcome, "it happened outside its call");
  if (operation.body == nullptr) {
    coverage_.Hit(Reached::kBarrier);
    if (!append->append->facts().empty() || outcome.position <= static_cast<uint64_t>(operation.pence)) {
      Fail(operation, outcome, absl::StrCat("it does not see ", operation.pence, ", acknowledged before"));
    }
  } else {
    const uint64_t version = truth_.VersionAt(operation.topic, operation.stream, position);
    if (outcome.version != version) Fail(operation, outcome, absl::StrCat("the version is ", version));
  }
  if (outcome.repeated) {
    if (operation.unknown) coverage_.Hit(Reached::kUnknownThenFound);
    if (operation.committed.has_value()) coverage_.Hit(Reached::kRepeatedByOther);
  } else if (operation.unknown) {
    coverage_.Hit(Reached::kUnknownThenExecuted);
  }
  operation.committed = outcome;
  acknowledged = std::max(acknowledged, position);
}

void Answers::Refused(const Operation& operation, const Outcome& outcome, bool early, int by, absl::Duration now) {
  const std::string& reason = outcome.rejection.reason;
  coverage_.Hit(Reached::kRefused);
  if (truth_.WriterOf(operation.topic, outcome.partition) != by) coverage_.Hit(Reached::kRefusedByFenced);
  if (reason == "NOT_ENOUGH_FREE") coverage_.Hit(Reached::kNotEnoughFree);
  if (reason == "WORKER_ALREADY_BOOKED") coverage_.Hit(Reached::kDiaryConflictRefused);
  if (reason == "STALE_VERSION") coverage_.Hit(Reached::kStaleVersion);
  if (reason == "REQUEST_ID_EXPIRED") coverage_.Hit(Reached::kRequestIdExpired);
  if (!early) {
    if (!IsTrue(operation, reason, outcome.position, now)) Fail(operation, outcome, "that was not so there");
    return;
  }
  const size_t end = truth_.appends(operation.topic, PartitionOf(operation.routing_key, partitions_)).size();
  for (uint64_t position = 0; position <= end; ++position) {
    if (IsTrue(operation, reason, position, now)) return;
  }
  Fail(operation, outcome, "that was so nowhere");
}

bool Answers::IsTrueOfRequest(const Operation& operation, absl::string_view reason, uint64_t position,
                              absl::Duration now, bool* known) const {
  *known = true;
  if (reason == "STALE_VERSION") {
    return operation.expected_version.has_value() &&
           truth_.VersionAt(operation.topic, operation.stream, position) != *operation.expected_version;
  }
  // Clocks are wrong by less than an hour.
  if (reason == "REQUEST_ID_EXPIRED") {
    return operation.request->id.time() < start_ + now - absl::Hours(7 * 24 - 1);
  }
  *known = false;
  return false;
}

bool Answers::IsTrue(const Operation& operation, absl::string_view reason, uint64_t position,
                     absl::Duration now) const {
  bool known = false;
  const bool is_true = IsTrueOfRequest(operation, reason, position, now, &known);
  if (known) return is_true;
  switch (operation.topic) {
    case kBudgets:
      return IsTrueOfBudget(operation, reason, position);
    case kBookings:
      return IsTrueOfBooking(operation, reason, position);
    case kProviders:
      return IsTrueOfProvider(operation, reason, position);
  }
  return false;
}

bool Answers::IsTrueOfBudget(const Operation& operation, absl::string_view reason, uint64_t position) const {
  const BudgetAt& budget = Find(truth_.budgets(), operation.budget).At(position);
  const auto line = budget.lines.find(operation.line);
  const auto hold = budget.holds.find(operation.hold);
  const bool has_hold = hold != budget.holds.end() && hold->second.phase != HoldAt::Phase::kVoided;
  const bool posted = has_hold && hold->second.phase == HoldAt::Phase::kPosted;
  if (reason == "BUDGET_NOT_FOUND") return !budget.exists;
  if (reason == "BUDGET_EXISTS") return budget.exists;
  if (reason == "BUDGET_NOT_OPEN") return budget.closed;
  if (reason == "LINE_NOT_FOUND") return line == budget.lines.end();
  if (reason == "NOT_ENOUGH_FREE") return line != budget.lines.end() && line->second.free() < operation.pence;
  if (reason == "BELOW_HELD_AND_SPENT") return line->second.free() + operation.pence < 0;
  if (reason == "BELOW_ZERO") return line->second.allocated + operation.pence < 0;
  if (reason == "HOLDS_LIVE") {
    return std::any_of(budget.lines.begin(), budget.lines.end(), [](const auto& one) { return one.second.held > 0; });
  }
  if (reason == "HOLD_EXISTS") return has_hold;
  // A posting is forgotten when it can no longer be refunded.
  if (reason == "HOLD_NOT_FOUND") return !has_hold || posted;
  if (reason == "HOLD_OF_A_BOOKING") return has_hold && !hold->second.booking.empty();
  if (reason == "HOLD_ALREADY_POSTED") return posted;
  if (reason == "MORE_THAN_HELD") return has_hold && operation.pence > hold->second.pence;
  if (reason == "HOLD_NOT_POSTED") return has_hold && !posted;
  if (reason == "POSTING_NOT_FOUND") return true;
  if (reason == "MORE_THAN_POSTED") return posted && operation.pence > hold->second.pence;
  return EverSaid(operation, reason);
}

bool Answers::HasConflict(const Operation& operation, uint64_t position) const {
  const BookingAt& booking = Find(truth_.bookings(), operation.booking).At(position);
  const bool asks = operation.kind == "request";
  const absl::Time start = asks ? operation.start : booking.start;
  const absl::Time end = asks ? operation.end : booking.end;
  std::vector<std::string> workers = {asks || !operation.worker.empty() ? operation.worker : booking.worker};
  if (workers[0].empty()) workers = WorkersOf(operation.provider);
  const DiaryAt& diary = Find(truth_.diaries(), operation.provider).At(position);
  return std::all_of(workers.begin(), workers.end(), [&](const std::string& worker) {
    return std::any_of(diary.entries.begin(), diary.entries.end(), [&](const DiaryAt::Entry& entry) {
      return entry.worker == worker && entry.start < end && start < entry.end;
    });
  });
}

bool Answers::IsTrueOfBooking(const Operation& operation, absl::string_view reason, uint64_t position) const {
  using bookings::v1::BookingPhase_Name;
  const BookingAt& booking = Find(truth_.bookings(), operation.booking).At(position);
  // By an instance that did not know the provider's owner yet.
  const bool by_provider = operation.actor.role() == options::v1::ROLE_PROVIDER;
  if (reason == "BOOKING_NOT_FOUND") return booking.phase == bookings::v1::BOOKING_PHASE_UNSPECIFIED || by_provider;
  if (reason == "BOOKING_EXISTS") return booking.phase != bookings::v1::BOOKING_PHASE_UNSPECIFIED;
  if (reason == "BOOKING_IS_EXPIRED" && operation.kind == "accept" &&
      booking.phase == bookings::v1::BOOKING_PHASE_FUNDED) {
    return true;
  }
  if (absl::StartsWith(reason, "BOOKING_IS_")) {
    return absl::StrCat("BOOKING_PHASE_", reason.substr(11)) == BookingPhase_Name(booking.phase);
  }
  if (reason == "WORKER_ALREADY_BOOKED") return HasConflict(operation, position);
  if (reason == "TOO_LATE_TO_CANCEL") return booking.phase == bookings::v1::BOOKING_PHASE_ACCEPTED;
  if (reason == "NO_DECISION_ASKED") {
    // Nothing is asked about what has ended, by record time.
    const Truth::Append* last = truth_.Find(kBookings, PartitionOf(operation.routing_key, partitions_), position);
    const bool ended = last != nullptr && FromProto(last->append->record_time()) >= booking.end;
    return booking.phase != bookings::v1::BOOKING_PHASE_ACCEPTED || !booking.decision_asked || ended;
  }
  if (reason == "PAYS_MORE_THAN_THE_BOOKING") return operation.pence > booking.amount;
  if (reason == "DELIVERED_IN_THE_FUTURE" || reason == "VISIT_NOT_STARTED") {
    return booking.phase == bookings::v1::BOOKING_PHASE_ACCEPTED;
  }
  if (reason == "STARTS_IN_THE_PAST") return true;
  return EverSaid(operation, reason);
}

bool Answers::EverSaid(const Operation& operation, absl::string_view reason) const {
  using Phase = ProviderAt::Listing::Phase;
  const auto& states = Find(truth_.providers(), operation.provider).states();
  const auto ever = [&](auto&& is_so) {
    return std::any_of(states.begin(), states.end(), [&](const auto& state) { return is_so(state.second); });
  };
  const auto listing_ever = [&](Phase phase) {
    return ever([&](const ProviderAt& provider) {
      const auto listing = provider.listings.find(operation.listing);
      return listing != provider.listings.end() && listing->second.phase == phase;
    });
  };
  // A copy that does not have the provider yet.
  if (reason == "PROVIDER_UNKNOWN" || reason == "LISTING_NOT_FOUND") return true;
  if (reason == "PROVIDER_CLOSED") return ever([](const ProviderAt& provider) { return provider.closed; });
  if (reason == "PROVIDER_SUSPENDED") {
    return ever([](const ProviderAt& provider) {
      return std::any_of(provider.credentials.begin(), provider.credentials.end(),
                         [](const auto& one) { return one.second.lapsed || one.second.revoked; });
    });
  }
  if (reason == "LISTING_PAUSED") return listing_ever(Phase::kPaused);
  if (reason == "LISTING_SUSPENDED") return listing_ever(Phase::kSuspended);
  if (reason == "LISTING_CLOSED") return listing_ever(Phase::kClosed);
  return false;
}

bool Answers::IsTrueOfProvider(const Operation& operation, absl::string_view reason, uint64_t position) const {
  using Phase = ProviderAt::Listing::Phase;
  const ProviderAt& provider = Find(truth_.providers(), operation.provider).At(position);
  const auto listing = provider.listings.find(operation.listing);
  const bool has_listing = listing != provider.listings.end();
  const auto credential = provider.credentials.find(operation.credential);
  const bool has_credential = credential != provider.credentials.end();
  if (reason == "PROVIDER_NOT_FOUND") return !provider.exists;
  if (reason == "PROVIDER_EXISTS") return provider.exists;
  if (reason == "PROVIDER_CLOSED") return provider.closed;
  if (reason == "LISTING_NOT_FOUND") return !has_listing;
  if (reason == "LISTING_CLOSED") return has_listing && listing->second.phase == Phase::kClosed;
  if (reason == "LISTING_NOT_PUBLISHED") return has_listing && listing->second.phase == Phase::kDraft;
  if (reason == "LISTING_NOT_PAUSED") {
    return has_listing && listing->second.phase != Phase::kPaused && listing->second.phase != Phase::kPublished;
  }
  if (reason == "CREDENTIAL_NOT_FOUND") return !has_credential;
  if (reason == "CREDENTIAL_REVOKED") return has_credential && credential->second.revoked;
  if (reason == "CREDENTIAL_EXPIRED") return !has_credential || credential->second.expires < absl::InfiniteFuture();
  const auto lacks = [&](providers::v1::CredentialKind kind) {
    return std::none_of(provider.credentials.begin(), provider.credentials.end(), [&](const auto& one) {
      return one.second.kind == kind && one.second.verified && !one.second.revoked && !one.second.lapsed &&
             one.second.expires == absl::InfiniteFuture();
    });
  };
  if (reason == "INSURANCE_NEEDED") return lacks(providers::v1::CREDENTIAL_KIND_INSURANCE);
  if (reason == "DBS_NEEDED") return lacks(providers::v1::CREDENTIAL_KIND_DBS);
  return false;
}

bool Answers::IsAlreadySo(const Operation& operation, uint64_t position) const {
  using Phase = ProviderAt::Listing::Phase;
  const std::string& kind = operation.kind;
  const BookingAt& booking = Find(truth_.bookings(), operation.booking).At(position);
  const ProviderAt& provider = Find(truth_.providers(), operation.provider).At(position);
  const auto listing = provider.listings.find(operation.listing);
  const bool has_listing = listing != provider.listings.end();
  const auto credential = provider.credentials.find(operation.credential);
  const bool has_credential = credential != provider.credentials.end();
  if (kind == "open") return Find(truth_.budgets(), operation.budget).At(position).exists;
  if (kind == "accept") return booking.phase == bookings::v1::BOOKING_PHASE_ACCEPTED;
  if (kind == "cancel") return booking.phase == bookings::v1::BOOKING_PHASE_CANCELLED;
  if (kind == "confirm") return booking.phase == bookings::v1::BOOKING_PHASE_CONFIRMED;
  if (kind == "register") return provider.exists;
  if (kind == "record_credential") return has_credential;
  if (kind == "verify_credential") return has_credential && credential->second.verified;
  if (kind == "revoke_credential") return has_credential && credential->second.revoked;
  if (kind == "draft_listing") return has_listing;
  if (kind == "set_listing_price") return has_listing && listing->second.price == operation.pence;
  if (kind == "publish_listing" || kind == "resume_listing") {
    return has_listing && listing->second.phase == Phase::kPublished;
  }
  if (kind == "pause_listing") return has_listing && listing->second.phase == Phase::kPaused;
  if (kind == "close") return provider.closed;
  return false;
}

}  // namespace regard::simulation
