#include "services/bookings/domain/diary.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/time.h"

namespace regard::bookings {
namespace {

using internal::v1::DiaryEntry;
using internal::v1::DiaryState;

absl::Time Start(const DiaryEntry& entry) { return FromProto(entry.when().start()); }
absl::Time End(const DiaryEntry& entry) { return FromProto(entry.when().end()); }

bool Overlap(const DiaryEntry& a, const DiaryEntry& b) { return Start(a) < End(b) && Start(b) < End(a); }

bool SameSession(const DiaryEntry& a, const DiaryEntry& b) {
  return IsGroup(a.form()) && IsGroup(b.form()) && a.listing_id() == b.listing_id() && Start(a) == Start(b) &&
         End(a) == End(b);
}

bool SameGroup(const DiaryEntry& a, const DiaryEntry& b) {
  return IsGroup(a.form()) && IsGroup(b.form()) && a.listing_id() == b.listing_id();
}

// The most that are there at once while `wanted` is: it can only grow where one of them starts.
int PeopleBeside(const DiaryState& diary, const DiaryEntry& wanted) {
  const auto people_at = [&](absl::Time moment) {
    return static_cast<int>(std::count_if(diary.entries().begin(), diary.entries().end(), [&](const DiaryEntry& entry) {
      return SameGroup(entry, wanted) && Start(entry) <= moment && moment < End(entry);
    }));
  };
  int most = people_at(Start(wanted));
  for (const DiaryEntry& entry : diary.entries()) {
    if (SameGroup(entry, wanted) && Start(wanted) < Start(entry) && Start(entry) < End(wanted)) {
      most = std::max(most, people_at(Start(entry)));
    }
  }
  return most;
}

bool Before(const DiaryEntry& a, const DiaryEntry& b) {
  return std::make_tuple(Start(a), absl::string_view(a.booking_id())) <
         std::make_tuple(Start(b), absl::string_view(b.booking_id()));
}

void Remove(DiaryState& diary, absl::string_view booking_id) {
  auto& entries = *diary.mutable_entries();
  entries.erase(std::remove_if(entries.begin(), entries.end(),
                               [&](const DiaryEntry& entry) { return entry.booking_id() == booking_id; }),
                entries.end());
}

void Insert(DiaryState& diary, DiaryEntry entry) {
  Remove(diary, entry.booking_id());
  auto& entries = *diary.mutable_entries();
  const int at = static_cast<int>(std::lower_bound(entries.begin(), entries.end(), entry, Before) - entries.begin());
  *entries.Add() = std::move(entry);
  std::rotate(entries.begin() + at, entries.end() - 1, entries.end());
}

void ForgetWhatEnded(DiaryState& diary, absl::Time now) {
  auto& entries = *diary.mutable_entries();
  entries.erase(
      std::remove_if(entries.begin(), entries.end(), [now](const DiaryEntry& entry) { return End(entry) <= now; }),
      entries.end());
}

DiaryEntry* FindMutable(DiaryState& diary, absl::string_view booking_id) {
  return const_cast<DiaryEntry*>(FindEntry(diary, booking_id));
}

}  // namespace

std::string DiaryStream(absl::string_view provider_id) { return absl::StrCat("diary/", provider_id); }

const DiaryEntry* FindEntry(const DiaryState& diary, absl::string_view booking_id) {
  for (const DiaryEntry& entry : diary.entries()) {
    if (entry.booking_id() == booking_id) return &entry;
  }
  return nullptr;
}

bool IsGroup(providers::v1::ListingForm form) {
  return form == providers::v1::LISTING_FORM_GROUP_SESSION || form == providers::v1::LISTING_FORM_FREE_ACTIVITY;
}

absl::optional<absl::string_view> ConflictOf(const DiaryState& diary, const DiaryEntry& wanted) {
  for (const DiaryEntry& entry : diary.entries()) {
    if (wanted.worker_id().empty() || entry.worker_id() != wanted.worker_id()) continue;
    if (Overlap(entry, wanted) && !SameSession(entry, wanted)) return "WORKER_ALREADY_BOOKED";
  }
  if (IsGroup(wanted.form()) && PeopleBeside(diary, wanted) >= wanted.capacity()) return "GROUP_FULL";
  return absl::nullopt;
}

bool IsNewProvider(const DiaryState& diary, const Rules& rules, absl::Time now) {
  return diary.confirmed_visits() < rules.new_provider_visits ||
         now < FromProto(diary.first_confirmed()) + rules.new_provider_age;
}

bool IsNewPairing(const DiaryState& diary, absl::string_view person_id) {
  return !std::binary_search(diary.paired_person_ids().begin(), diary.paired_person_ids().end(), person_id);
}

es::Decision AskDecisions(const DiaryState& diary, const internal::v1::BookingsCommand& command,
                          const es::CommandContext& context) {
  es::Decision decision = es::Decision::Nothing();
  for (const DiaryEntry& entry : diary.entries()) {
    if (Start(entry) <= context.now || !entry.decision_asked().empty()) continue;
    v1::DiaryFact fact;
    fact.mutable_decision_asked()->set_reason(command.ask_decisions().reason());
    fact.mutable_decision_asked()->set_subject_id(command.ask_decisions().subject_id());
    fact.mutable_decision_asked()->set_booking_id(entry.booking_id());
    fact.mutable_decision_asked()->set_person_id(entry.person_id());
    decision.Add(DiaryStream(command.provider_id()), std::move(fact));
  }
  return decision;
}

void EvolveDiary(DiaryState& diary, const v1::DiaryFact& fact, const es::FactContext& context) {
  switch (fact.fact_case()) {
    case v1::DiaryFact::kAdded: {
      const v1::DiaryEntryAdded& added = fact.added();
      DiaryEntry entry;
      entry.set_booking_id(added.booking_id());
      entry.set_listing_id(added.listing_id());
      entry.set_person_id(added.person_id());
      entry.set_worker_id(added.worker_id());
      *entry.mutable_when() = added.when();
      entry.set_capacity(added.capacity());
      entry.set_form(added.form());
      Insert(diary, std::move(entry));
      break;
    }
    case v1::DiaryFact::kRemoved:
      Remove(diary, fact.removed().booking_id());
      break;
    case v1::DiaryFact::kFirstVisitConfirmed: {
      const std::string& person_id = fact.first_visit_confirmed().person_id();
      if (!IsNewPairing(diary, person_id)) break;
      auto& people = *diary.mutable_paired_person_ids();
      *people.Add() = person_id;
      std::rotate(std::lower_bound(people.begin(), people.end() - 1, person_id), people.end() - 1, people.end());
      break;
    }
    case v1::DiaryFact::kDecisionAsked:
      if (DiaryEntry* entry = FindMutable(diary, fact.decision_asked().booking_id())) {
        entry->set_decision_asked(fact.decision_asked().reason());
      }
      break;
    case v1::DiaryFact::kDecisionClosed:
      if (DiaryEntry* entry = FindMutable(diary, fact.decision_closed().booking_id())) entry->clear_decision_asked();
      break;
    case v1::DiaryFact::kVisitCounted:
      if (diary.confirmed_visits() == 0) *diary.mutable_first_confirmed() = ToProto(context.record_time);
      diary.set_confirmed_visits(diary.confirmed_visits() + 1);
      break;
    case v1::DiaryFact::FACT_NOT_SET:
      break;
  }
  ForgetWhatEnded(diary, context.record_time);
}

}  // namespace regard::bookings
