// What a budget's fact does to the counters of its lines: the one reading of money that every view of budgets shares.
#pragma once

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "regard/base/v1/base.pb.h"
#include "regard/budgets/v1/budgets_service.pb.h"
#include "regard/budgets/v1/facts.pb.h"

namespace regard::budgets {

// Points into the fact. Pence.
struct Movement {
  v1::StatementKind kind = v1::STATEMENT_KIND_UNSPECIFIED;
  absl::string_view line_id;
  int64_t allocated = 0;
  int64_t contributed = 0;
  int64_t held = 0;
  int64_t spent = 0;
  int64_t returned = 0;
  // The day from which it counts; what is held counts from the day that the hold is for.
  const base::v1::Date* effective = nullptr;
  const base::v1::Date* held_effective = nullptr;
  absl::string_view hold_id;
  absl::string_view booking_id;
  absl::string_view provider_id;
  absl::string_view category;
  // A stable code.
  absl::string_view reason;
};

// None for a fact that moves no money.
absl::InlinedVector<Movement, 2> MovementsOf(const v1::BudgetFact& fact);

// Adds the movement to a line's counters, and works out what is free.
void Add(const Movement& movement, v1::LineBalance& line);

}  // namespace regard::budgets
