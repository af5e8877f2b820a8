// The choices behind the market's figures, in one place. Version 1, from 2026-01-01.
#pragma once

#include "absl/strings/string_view.h"

namespace regard::market {

// Fewer living people than this are not shown, as is common in official statistics. A deployment may ask for more.
constexpr int kSuppressBelow = 5;

// A visit is short when it lasted less than this share of what was booked.
constexpr int kShortVisitPercent = 90;

// How far people go to a venue, and how far somebody may be to replace another.
constexpr int kReachM = 3000;

// A window of the figures when none is asked for, and what it may be: shorter ones would tell single visits apart.
constexpr int kDefaultWindowDays = 28;
constexpr int kMinWindowDays = 7;
constexpr int kMaxWindowDays = 366;

// Where figures come from that anybody can read already: their small numbers hide nobody.
bool IsPublishedResearch(absl::string_view source);
// Made up for a demonstration.
bool IsSynthetic(absl::string_view source);

}  // namespace regard::market
