#include "tests/simulation/disk.h"

#include "absl/strings/match.h"

namespace regard::simulation {
namespace {

// Longer than this nothing stays unsynced.
constexpr size_t kMostUnsynced = 24;

}  // namespace

absl::StatusOr<absl::optional<std::string>> SimStore::Get(absl::string_view key) const {
  const auto found = rows_.find(key);
  if (found == rows_.end()) return absl::optional<std::string>();
  return absl::optional<std::string>(found->second);
}

absl::Status SimStore::Scan(absl::string_view from, absl::string_view to,
                            absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) const {
  for (auto at = rows_.lower_bound(from); at != rows_.end(); ++at) {
    if (!to.empty() && at->first >= to) break;
    if (!visit(at->first, at->second)) break;
  }
  return absl::OkStatus();
}

void SimStore::Remember(Undo& undo, const std::string& key) const {
  const auto found = rows_.find(key);
  undo.emplace_back(key, found == rows_.end() ? absl::optional<std::string>() : found->second);
}

absl::Status SimStore::Write(const es::StoreBatch& batch, Durability durability) {
  Undo undo;
  for (const es::StoreBatch::Operation& operation : batch.operations()) {
    switch (operation.kind) {
      case es::StoreBatch::Operation::Kind::kPut:
        Remember(undo, operation.key);
        rows_[operation.key] = operation.value;
        break;
      case es::StoreBatch::Operation::Kind::kDelete:
        Remember(undo, operation.key);
        rows_.erase(operation.key);
        break;
      case es::StoreBatch::Operation::Kind::kDeleteRange: {
        const auto begin = rows_.lower_bound(operation.key);
        const auto end = operation.value.empty() ? rows_.end() : rows_.lower_bound(operation.value);
        for (auto at = begin; at != end; ++at) undo.emplace_back(at->first, at->second);
        rows_.erase(begin, end);
        break;
      }
    }
  }
  undo_.push_back(std::move(undo));
  if (durability == Durability::kSynced) undo_.clear();
  if (undo_.size() > kMostUnsynced) undo_.pop_front();
  return absl::OkStatus();
}

void SimStore::Lose(size_t writes) {
  for (; writes > 0 && !undo_.empty(); --writes) {
    Undo& undo = undo_.back();
    for (auto at = undo.rbegin(); at != undo.rend(); ++at) {
      if (at->second.has_value()) {
        rows_[at->first] = *std::move(at->second);
      } else {
        rows_.erase(at->first);
      }
    }
    undo_.pop_back();
  }
  // What is read after a restart is on the medium.
  undo_.clear();
}

void SimStore::DropPrefix(absl::string_view prefix) {
  const auto end = rows_.lower_bound(es::PrefixEnd(prefix));
  rows_.erase(rows_.lower_bound(prefix), end);
}

void SimStore::Clear() {
  rows_.clear();
  undo_.clear();
}

bool StoreOfProcess::IsCheckpoint(absl::string_view key) const {
  return kind_ == Kind::kState ? key[0] == 'c' : absl::StartsWith(key, absl::string_view("\0c", 2));
}

absl::Status StoreOfProcess::WriteOne(const es::StoreBatch& batch, Durability durability) {
  if (!life_->Pass(Await::kWrite)) return absl::OkStatus();
  const absl::Status written = store_.Write(batch, durability);
  life_->Pass(Await::kWritten);
  return written;
}

absl::Status StoreOfProcess::Write(const es::StoreBatch& batch, Durability durability) {
  if (!life_->alive()) return absl::OkStatus();
  const bool first = control_ == Control::kCheckpointFirst;
  const bool no_causes = control_ == Control::kCursorOutsideLog && kind_ == Kind::kState;
  if (!first && !no_causes) return WriteOne(batch, durability);
  es::StoreBatch checkpoint;
  es::StoreBatch rows;
  for (const es::StoreBatch::Operation& operation : batch.operations()) {
    if (no_causes && operation.key[0] == 'r') continue;
    es::StoreBatch& into = first && IsCheckpoint(operation.key) ? checkpoint : rows;
    switch (operation.kind) {
      case es::StoreBatch::Operation::Kind::kPut:
        into.Put(operation.key, operation.value);
        break;
      case es::StoreBatch::Operation::Kind::kDelete:
        into.Delete(operation.key);
        break;
      case es::StoreBatch::Operation::Kind::kDeleteRange:
        into.DeleteRange(operation.key, operation.value);
        break;
    }
  }
  if (!checkpoint.empty()) {
    const absl::Status written = WriteOne(checkpoint, durability);
    if (!written.ok()) return written;
  }
  return WriteOne(rows, durability);
}

}  // namespace regard::simulation
