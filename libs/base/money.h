// Money is pence of one currency. Sums that would leave int64 are errors, never wrapped.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "regard/base/v1/base.pb.h"

namespace regard {

constexpr char kPounds[] = "GBP";
// What one amount in a request may be at most: ten million pounds. Keeps every sum of a stream far from overflow.
constexpr int64_t kMaxAmountPence = 1'000'000'000;

base::v1::Money Pounds(int64_t pence);

// nullopt on overflow.
absl::optional<int64_t> AddPence(int64_t a, int64_t b);

// "£1,234.56", "-£0.05".
std::string FormatPence(int64_t pence);

// Pence of "12", "12.5", "12.50", "£1,200". nullopt for anything else.
absl::optional<int64_t> ParsePounds(absl::string_view text);

}  // namespace regard
