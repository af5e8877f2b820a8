// What the rules about providers and their listings are made of: numbers and tables with a version, the day they hold
// from and where they come from. A decision records the version that it used.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::providers {

// A verified, living credential that a listing of this form at this place needs.
struct CredentialNeed {
  v1::ListingForm form;
  v1::PlaceKind place;
  v1::CredentialKind kind;
  // Why the listing is refused or suspended without it.
  absl::string_view reason;
};

struct Rules {
  absl::string_view version;
  absl::CivilDay valid_from;
  // For people who ask why.
  absl::string_view source;
  // Full-time equivalents, tenths.
  int32_t micro_enterprise_size_fte_tenths_max;
  absl::Span<const CredentialNeed> needs;
};

// Those in force at a moment; before the first version, the first.
const Rules& RulesAt(absl::Time now);

// The regulated activity that a registration must cover for personal care in people's homes (Health and Social Care Act
// 2008 (Regulated Activities) Regulations 2014, schedule 1, paragraph 1).
constexpr absl::string_view kPersonalCare = "PERSONAL_CARE";

// "1-" and digits: how the Care Quality Commission writes the id of a provider or location.
bool IsCqcId(absl::string_view text);

// Bounds that keep one provider's state small. They are ours, no rule of anybody's.
constexpr int kMaxOpenListings = 50;
constexpr int kMaxListingsEver = 500;
constexpr int kMaxCredentials = 200;
constexpr int kMaxWaitingClaims = 10;

}  // namespace regard::providers
