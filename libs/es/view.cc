#include "libs/es/view.h"

#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace regard::es {

Rows::Kept& Rows::At(absl::string_view key) {
  const auto found = cached_.find(key);
  return found != cached_.end() ? *found : *cached_.emplace(std::string(key), Cached()).first;
}

void Rows::Touch(Kept& kept) {
  if (kept.second.dirty) return;
  kept.second.dirty = true;
  dirty_.push_back(&kept);
}

Rows::Kept& Rows::Load(absl::string_view key, const google::protobuf::Message& prototype) {
  Kept& kept = At(key);
  Cached& cached = kept.second;
  if (cached.row != nullptr) return kept;
  cached.row.reset(prototype.New());
  if (cached.dirty) {
    // Put or deleted in this batch.
    if (cached.present && !cached.row->ParseFromString(cached.raw)) {
      status_.Update(absl::DataLossError("a view row does not parse"));
    }
    return kept;
  }
  const absl::StatusOr<absl::optional<std::string>> value = store_.Get(key);
  if (!value.ok()) {
    status_.Update(value.status());
  } else if (value->has_value()) {
    cached.present = true;
    if (!cached.row->ParseFromString(**value)) status_.Update(absl::DataLossError("a view row does not parse"));
  }
  return kept;
}

void Rows::Put(std::string key, std::string value) {
  Kept& kept = At(key);
  Touch(kept);
  kept.second.row.reset();
  kept.second.raw = std::move(value);
  kept.second.present = true;
}

void Rows::Delete(absl::string_view key) {
  Kept& kept = At(key);
  Touch(kept);
  if (kept.second.row != nullptr) kept.second.row->Clear();
  kept.second.raw.clear();
  kept.second.present = false;
}

std::vector<std::string> Rows::KeysWithPrefix(absl::string_view prefix) {
  std::map<std::string, bool> keys;
  status_.Update(store_.Scan(prefix, PrefixEnd(prefix), [&](absl::string_view key, absl::string_view) {
    keys[std::string(key)] = true;
    return true;
  }));
  for (const Kept* kept : dirty_) {
    if (absl::StartsWith(kept->first, prefix)) keys[kept->first] = kept->second.present;
  }
  std::vector<std::string> present;
  for (auto& [key, is_present] : keys) {
    if (is_present) present.push_back(key);
  }
  return present;
}

absl::StatusOr<StoreBatch> Rows::Finish() {
  if (!status_.ok()) return status_;
  StoreBatch batch;
  for (Kept* const kept : dirty_) {
    Cached& cached = kept->second;
    cached.dirty = false;
    if (!cached.present) {
      batch.Delete(kept->first);
      cached_.erase(kept->first);
    } else if (cached.row == nullptr) {
      batch.Put(kept->first, std::move(cached.raw));
      cached_.erase(kept->first);
    } else {
      batch.Put(kept->first, cached.row->SerializeAsString());
    }
  }
  dirty_.clear();
  if (cached_.size() > max_kept_) cached_.clear();
  return batch;
}

}  // namespace regard::es
