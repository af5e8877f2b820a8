#include "services/budgets/views/statements.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/routing.h"
#include "libs/base/time.h"
#include "libs/es/domain.h"
#include "regard/budgets/v1/facts.pb.h"
#include "services/budgets/views/movements.h"

namespace regard::budgets {
namespace {

// Then the place in the log: position, fact and movement, each of fixed width.
std::string StatementPrefix(int partition, absl::string_view budget_id) {
  return absl::StrCat(absl::Hex(partition, absl::kZeroPad4), "/", budget_id, "/");
}

v1::StatementEntry EntryOf(const Movement& movement, const google::protobuf::Timestamp& record_time) {
  v1::StatementEntry entry;
  *entry.mutable_record_time() = record_time;
  if (movement.effective != nullptr) *entry.mutable_effective() = *movement.effective;
  entry.set_kind(movement.kind);
  entry.set_line_id(std::string(movement.line_id));
  entry.set_allocated_change_pence(movement.allocated);
  entry.set_contributed_change_pence(movement.contributed);
  entry.set_held_change_pence(movement.held);
  entry.set_spent_change_pence(movement.spent);
  entry.set_returned_change_pence(movement.returned);
  if (movement.held_effective != nullptr) *entry.mutable_held_effective() = *movement.held_effective;
  entry.set_hold_id(std::string(movement.hold_id));
  entry.set_booking_id(std::string(movement.booking_id));
  entry.set_provider_id(std::string(movement.provider_id));
  entry.set_category(std::string(movement.category));
  entry.set_reason(std::string(movement.reason));
  return entry;
}

// What of the entry counts by then: what is held by its own day, all else by the entry's.
Movement CountingBy(const v1::StatementEntry& entry, const absl::optional<absl::CivilDay>& day) {
  Movement movement;
  movement.line_id = entry.line_id();
  if (!day.has_value() || FromProto(entry.effective()) <= *day) {
    movement.allocated = entry.allocated_change_pence();
    movement.contributed = entry.contributed_change_pence();
    movement.spent = entry.spent_change_pence();
    movement.returned = entry.returned_change_pence();
  }
  if (!day.has_value() || FromProto(entry.held_effective()) <= *day) movement.held = entry.held_change_pence();
  return movement;
}

bool Counts(const Movement& movement) {
  return movement.allocated != 0 || movement.contributed != 0 || movement.held != 0 || movement.spent != 0 ||
         movement.returned != 0;
}

v1::LineBalance& LineOf(std::vector<v1::LineBalance>& lines, absl::string_view line_id) {
  for (v1::LineBalance& line : lines) {
    if (line.line_id() == line_id) return line;
  }
  lines.emplace_back().set_line_id(std::string(line_id));
  return lines.back();
}

}  // namespace

absl::Status StatementsView::Apply(const es::FactEvent& event, es::Rows& rows) {
  if (es::KindOf(event.logged.stream()) != "budget") return absl::OkStatus();
  int index = 0;
  for (const Movement& movement : MovementsOf(event.As<v1::BudgetFact>())) {
    rows.Put(absl::StrCat(StatementPrefix(event.partition, es::IdOf(event.logged.stream())),
                          absl::Hex(event.position, absl::kZeroPad16), absl::Hex(event.fact_index, absl::kZeroPad4),
                          absl::Hex(index++, absl::kZeroPad4)),
             EntryOf(movement, event.append.record_time()).SerializeAsString());
  }
  return absl::OkStatus();
}

absl::Status Statements::Visit(
    absl::string_view person_id, absl::string_view budget_id,
    absl::FunctionRef<bool(absl::string_view, const v1::StatementEntry&)> visit) const {
  const std::string prefix = StatementPrefix(PartitionOf(person_id, partition_count_), budget_id);
  return rows_.Scan<v1::StatementEntry>(prefix, "", [&](absl::string_view key, const v1::StatementEntry& entry) {
    return visit(key.substr(prefix.size()), entry);
  });
}

absl::StatusOr<Statement> Statements::Of(absl::string_view person_id, absl::string_view budget_id, const AsAt& as_at,
                                         absl::string_view after, int limit) const {
  Statement statement;
  std::string last;
  const absl::Status visited =
      Visit(person_id, budget_id, [&](absl::string_view place, const v1::StatementEntry& entry) {
        // Record times never go back within a partition.
        if (as_at.record_time.has_value() && FromProto(entry.record_time()) > *as_at.record_time) return false;
        const Movement movement = CountingBy(entry, as_at.effective);
        v1::LineBalance& line = LineOf(statement.lines, entry.line_id());
        Add(movement, line);
        if (!Counts(movement) || place <= after) return true;
        if (static_cast<int>(statement.entries.size()) < limit) {
          statement.entries.push_back(entry);
          last = std::string(place);
        } else if (statement.next.empty()) {
          statement.next = last;
        }
        return true;
      });
  if (!visited.ok()) return visited;
  return statement;
}

absl::StatusOr<BookedByDay> Statements::Booked(absl::string_view person_id, absl::string_view budget_id) const {
  BookedByDay booked;
  const absl::Status visited = Visit(person_id, budget_id, [&](absl::string_view, const v1::StatementEntry& entry) {
    auto& days = booked[entry.line_id()];
    if (entry.spent_change_pence() != 0) days[FromProto(entry.effective())] += entry.spent_change_pence();
    if (entry.held_change_pence() != 0) days[FromProto(entry.held_effective())] += entry.held_change_pence();
    return true;
  });
  if (!visited.ok()) return visited;
  return booked;
}

}  // namespace regard::budgets
