#include "libs/es/testing/memory_store.h"

namespace regard::es::testing {

absl::StatusOr<absl::optional<std::string>> MemoryStore::Get(absl::string_view key) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = rows_.find(std::string(key));
  if (found == rows_.end()) return absl::optional<std::string>();
  return absl::optional<std::string>(found->second);
}

absl::Status MemoryStore::Scan(absl::string_view from, absl::string_view to,
                               absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) const {
  // A copy, so that `visit` may write.
  const std::map<std::string, std::string> rows = Contents();
  for (auto at = rows.lower_bound(std::string(from)); at != rows.end(); ++at) {
    if (!to.empty() && at->first >= to) break;
    if (!visit(at->first, at->second)) break;
  }
  return absl::OkStatus();
}

absl::Status MemoryStore::Write(const StoreBatch& batch, Durability) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (const StoreBatch::Operation& operation : batch.operations()) {
    switch (operation.kind) {
      case StoreBatch::Operation::Kind::kPut:
        rows_[operation.key] = operation.value;
        break;
      case StoreBatch::Operation::Kind::kDelete:
        rows_.erase(operation.key);
        break;
      case StoreBatch::Operation::Kind::kDeleteRange:
        rows_.erase(rows_.lower_bound(operation.key),
                    operation.value.empty() ? rows_.end() : rows_.lower_bound(operation.value));
        break;
    }
  }
  return absl::OkStatus();
}

std::map<std::string, std::string> MemoryStore::Contents() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return rows_;
}

}  // namespace regard::es::testing
