#include "libs/rocks/recent_writes.h"

#include <cstdlib>

namespace regard::rocks {

using Kind = es::StoreBatch::Operation::Kind;

bool RecentWrites::Layer::DeletedInRange(absl::string_view key) const {
  for (const auto& [from, to] : deleted_ranges) {
    if (key >= from && (to.empty() || key < to)) return true;
  }
  return false;
}

void RecentWrites::Layer::DeleteRange(const std::string& from, const std::string& to) {
  rows.erase(rows.lower_bound(from), to.empty() ? rows.end() : rows.lower_bound(to));
  deleted_ranges.emplace_back(from, to);
}

void RecentWrites::Apply(const es::StoreBatch& batch) {
  for (const es::StoreBatch::Operation& operation : batch.operations()) {
    if (operation.kind == Kind::kDeleteRange) {
      fresh_.DeleteRange(operation.key, operation.value);
      continue;
    }
    const auto at = fresh_.rows.lower_bound(operation.key);
    const bool known = at != fresh_.rows.end() && at->first == operation.key;
    Row& row = known ? at->second : fresh_.rows.emplace_hint(at, operation.key, absl::nullopt)->second;
    if (operation.kind == Kind::kPut) {
      row = operation.value;
    } else {
      row = absl::nullopt;
    }
  }
}

absl::optional<RecentWrites::Row> RecentWrites::Find(absl::string_view key) const {
  for (const Layer* layer : {&fresh_, &apart_}) {
    if (const auto found = layer->rows.find(key); found != layer->rows.end()) return found->second;
    if (layer->DeletedInRange(key)) return Row();
  }
  return absl::nullopt;
}

RecentWrites::Layer RecentWrites::Within(absl::string_view from, absl::string_view to) const {
  Layer within;
  for (const Layer* layer : {&apart_, &fresh_}) {
    for (const auto& [range_from, range_to] : layer->deleted_ranges) within.DeleteRange(range_from, range_to);
    const auto end = to.empty() ? layer->rows.end() : layer->rows.lower_bound(to);
    for (auto at = layer->rows.lower_bound(from); at != end; ++at) within.rows.insert_or_assign(at->first, at->second);
  }
  return within;
}

const RecentWrites::Layer& RecentWrites::SetApart() {
  if (!apart_.empty()) std::abort();
  std::swap(apart_, fresh_);
  return apart_;
}

RecentWrites::Layer RecentWrites::Forget() { return std::exchange(apart_, Layer()); }

}  // namespace regard::rocks
