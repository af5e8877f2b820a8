// What moved on a budget, and what did it come to at any moment? One row per movement, in the order they were recorded.
// "As at" is either of two times: what was known at a record time, and what counts by the end of a day.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/es/view.h"
#include "regard/budgets/v1/budgets_service.pb.h"

namespace regard::budgets {

class StatementsView : public es::View {
 public:
  static constexpr char kName[] = "budgets.statements";

  absl::string_view name() const override { return kName; }
  uint32_t version() const override { return 1; }
  std::vector<std::string> topics() const override { return {"budgets"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;
};

// Unset: without limit.
struct AsAt {
  absl::optional<absl::Time> record_time;
  absl::optional<absl::CivilDay> effective;
};

struct Statement {
  std::vector<v1::StatementEntry> entries;
  // As at the times asked for, whatever the page; in the order of the budget's lines.
  std::vector<v1::LineBalance> lines;
  // Where the next page starts; empty when there is none.
  std::string next;
};

// Money by the day that it is for: spent, or held for that day. Per line.
using BookedByDay = std::map<std::string, std::map<absl::CivilDay, int64_t>>;

// Thread-safe. Says nothing about who may ask.
class Statements {
 public:
  // `rows` is the store of a StatementsView over a log with so many partitions; it outlives this.
  Statements(const es::ViewReader& rows, int partition_count) : rows_(rows), partition_count_(partition_count) {}

  // `after` is an earlier page's `next`, empty for the first.
  absl::StatusOr<Statement> Of(absl::string_view person_id, absl::string_view budget_id, const AsAt& as_at,
                               absl::string_view after, int limit) const;

  absl::StatusOr<BookedByDay> Booked(absl::string_view person_id, absl::string_view budget_id) const;

 private:
  absl::Status Visit(absl::string_view person_id, absl::string_view budget_id,
                     absl::FunctionRef<bool(absl::string_view place, const v1::StatementEntry& entry)> visit) const;

  const es::ViewReader& rows_;
  const int partition_count_;
};

}  // namespace regard::budgets
