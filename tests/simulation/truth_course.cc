// Bookings step by step, diaries without conflict, providers and what they offer.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/time.h"
#include "regard/bookings/v1/facts.pb.h"
#include "tests/simulation/truth.h"

namespace regard::simulation {
namespace {

using namespace bookings::v1;  // NOLINT: phases, by the dozen
using providers::v1::ProviderFact;

std::string IdOf(const std::string& stream) { return stream.substr(stream.find('/') + 1); }

}  // namespace

void Truth::OnBooking(const FactAt& at, const BookingFact& fact) {
  BookingAt& booking = bookings_[IdOf(at.fact.stream())].Change(at.position);
  const auto step = [&](BookingPhase to, std::initializer_list<BookingPhase> from) {
    if (std::find(from.begin(), from.end(), booking.phase) == from.end()) {
      verdict_.Fail("answers", absl::StrCat(at.Where(), ": ", BookingPhase_Name(to), " after ",
                                            BookingPhase_Name(booking.phase)));
    }
    booking.phase = to;
  };
  switch (fact.fact_case()) {
    case BookingFact::kRequested:
      step(BOOKING_PHASE_REQUESTED, {BOOKING_PHASE_UNSPECIFIED});
      booking.provider = fact.requested().provider_id();
      booking.listing = fact.requested().listing_id();
      booking.person = fact.requested().person_id();
      booking.budget = fact.requested().budget_id();
      booking.tenant = fact.requested().tenant();
      booking.worker = fact.requested().worker_id();
      booking.amount = fact.requested().amount().pence();
      booking.start = FromProto(fact.requested().when().start());
      booking.end = FromProto(fact.requested().when().end());
      booking.expires = FromProto(fact.requested().expires());
      break;
    case BookingFact::kFunded:
      step(BOOKING_PHASE_FUNDED, {BOOKING_PHASE_REQUESTED});
      break;
    case BookingFact::kDeclined:
      step(BOOKING_PHASE_DECLINED, {BOOKING_PHASE_REQUESTED, BOOKING_PHASE_FUNDED});
      break;
    case BookingFact::kExpired:
      if (at.time() < booking.expires) verdict_.Fail("answers", at.Where() + " expired before its time");
      step(BOOKING_PHASE_EXPIRED, {BOOKING_PHASE_REQUESTED, BOOKING_PHASE_FUNDED});
      coverage_.Hit(Reached::kExpiredByTimer);
      break;
    case BookingFact::kAccepted:
      if (at.time() >= booking.expires) verdict_.Fail("answers", at.Where() + " was accepted after its time");
      step(BOOKING_PHASE_ACCEPTED, {BOOKING_PHASE_FUNDED});
      booking.worker = fact.accepted().worker_id();
      break;
    case BookingFact::kCancelled:
      step(BOOKING_PHASE_CANCELLED, {BOOKING_PHASE_REQUESTED, BOOKING_PHASE_FUNDED, BOOKING_PHASE_ACCEPTED});
      if (fact.cancelled().fee().pence() > booking.amount) {
        verdict_.Fail("money", at.Where() + ": a fee above the price");
      }
      break;
    case BookingFact::kVisitRecorded:
      step(BOOKING_PHASE_DELIVERED, {BOOKING_PHASE_ACCEPTED});
      booking.by_time = fact.visit_recorded().has_confirms_by_time_at();
      break;
    case BookingFact::kConfirmed:
      step(BOOKING_PHASE_CONFIRMED, {BOOKING_PHASE_DELIVERED});
      if (fact.confirmed().by_time()) coverage_.Hit(Reached::kConfirmedByTime);
      if (fact.confirmed().by_time() && !booking.by_time) {
        verdict_.Fail("answers", at.Where() + " was confirmed by time, which may not");
      }
      break;
    case BookingFact::kNoShow:
      step(BOOKING_PHASE_NO_SHOW, {BOOKING_PHASE_ACCEPTED});
      break;
    case BookingFact::kDisputed:
      step(BOOKING_PHASE_DISPUTED, {BOOKING_PHASE_DELIVERED});
      break;
    case BookingFact::kDisputeResolved:
      step(BOOKING_PHASE_RESOLVED, {BOOKING_PHASE_DISPUTED});
      coverage_.Hit(Reached::kDisputeResolved);
      break;
    case BookingFact::kSettled:
      if (booking.settled) verdict_.Fail("money", at.Where() + " is settled twice");
      booking.settled = true;
      break;
    case BookingFact::kFundingCameTooLate:
      coverage_.Hit(Reached::kFundingTooLate);
      break;
    case BookingFact::kDecisionTaken:
    case BookingFact::kSettlementFailed:
    case BookingFact::FACT_NOT_SET:
      break;
  }
}

void Truth::OnDiary(const FactAt& at, const DiaryFact& fact) {
  DiaryAt& diary = diaries_[IdOf(at.fact.stream())].Change(at.position);
  switch (fact.fact_case()) {
    case DiaryFact::kAdded: {
      const DiaryEntryAdded& added = fact.added();
      const DiaryAt::Entry entry{added.booking_id(), added.worker_id(), FromProto(added.when().start()),
                                 FromProto(added.when().end())};
      for (const DiaryAt::Entry& other : diary.entries) {
        if (other.worker == entry.worker && other.start < entry.end && entry.start < other.end) {
          verdict_.Fail("diary", absl::StrCat(at.Where(), ": ", entry.worker, " is in two places"));
        }
      }
      diary.entries.push_back(entry);
      break;
    }
    case DiaryFact::kRemoved:
      diary.entries.erase(
          std::remove_if(diary.entries.begin(), diary.entries.end(),
                         [&](const DiaryAt::Entry& entry) { return entry.booking == fact.removed().booking_id(); }),
          diary.entries.end());
      break;
    case DiaryFact::kDecisionAsked:
      coverage_.Hit(Reached::kDecisionAsked);
      bookings_[fact.decision_asked().booking_id()].Change(at.position).decision_asked = true;
      break;
    case DiaryFact::kDecisionClosed:
      bookings_[fact.decision_closed().booking_id()].Change(at.position).decision_asked = false;
      break;
    case DiaryFact::kFirstVisitConfirmed:
    case DiaryFact::kVisitCounted:
    case DiaryFact::FACT_NOT_SET:
      break;
  }
}

void Truth::OnProvider(const FactAt& at, const ProviderFact& fact) {
  using Listing = ProviderAt::Listing;
  ProviderAt& provider = providers_[IdOf(at.fact.stream())].Change(at.position);
  // A credential may still be taken back.
  if (provider.closed && !fact.has_credential_revoked()) {
    verdict_.Fail("answers", at.Where() + " goes on after it was closed");
  }
  switch (fact.fact_case()) {
    case ProviderFact::kRegistered:
      if (provider.exists) verdict_.Fail("answers", at.Where() + " is registered twice");
      provider.exists = true;
      provider.owner = fact.registered().owner_id();
      break;
    case ProviderFact::kClosed:
      provider.closed = true;
      break;
    case ProviderFact::kListingDrafted:
      provider.listings[fact.listing_drafted().listing_id()].price = fact.listing_drafted().price().amount().pence();
      break;
    case ProviderFact::kListingPriceSet:
      provider.listings[fact.listing_price_set().listing_id()].price =
          fact.listing_price_set().price().amount().pence();
      break;
    case ProviderFact::kListingPublished:
      provider.listings[fact.listing_published().listing_id()].phase = Listing::Phase::kPublished;
      break;
    case ProviderFact::kListingRestored:
      provider.listings[fact.listing_restored().listing_id()].phase = Listing::Phase::kPublished;
      break;
    case ProviderFact::kListingPaused:
      provider.listings[fact.listing_paused().listing_id()].phase = Listing::Phase::kPaused;
      break;
    case ProviderFact::kListingSuspended:
      provider.listings[fact.listing_suspended().listing_id()].phase = Listing::Phase::kSuspended;
      break;
    case ProviderFact::kListingClosed:
      provider.listings[fact.listing_closed().listing_id()].phase = Listing::Phase::kClosed;
      break;
    case ProviderFact::kCredentialRecorded:
      provider.credentials[fact.credential_recorded().credential_id()].kind = fact.credential_recorded().kind();
      if (fact.credential_recorded().has_expires()) {
        provider.credentials[fact.credential_recorded().credential_id()].expires =
            FromProto(fact.credential_recorded().expires());
      }
      break;
    case ProviderFact::kCredentialVerified:
      provider.credentials[fact.credential_verified().credential_id()].verified = true;
      break;
    case ProviderFact::kCredentialRevoked:
      provider.credentials[fact.credential_revoked().credential_id()].revoked = true;
      break;
    case ProviderFact::kCredentialLapsed:
      provider.credentials[fact.credential_lapsed().credential_id()].lapsed = true;
      coverage_.Hit(Reached::kCredentialLapsed);
      break;
    default:
      break;
  }
}

}  // namespace regard::simulation
