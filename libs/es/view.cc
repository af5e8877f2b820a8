#include "libs/es/view.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace regard::es {

Rows::CachedRows::iterator Rows::At(absl::string_view key) {
  const auto at = cached_.lower_bound(key);
  if (at != cached_.end() && at->first == key) return at;
  return cached_.emplace_hint(at, std::string(key), Cached());
}

void Rows::Touch(CachedRows::iterator at) {
  if (at->second.dirty) return;
  at->second.dirty = true;
  dirty_.push_back(at);
}

Rows::CachedRows::iterator Rows::Load(absl::string_view key, const google::protobuf::Message& prototype) {
  const auto at = At(key);
  Cached& cached = at->second;
  if (cached.row != nullptr) return at;
  cached.row.reset(prototype.New());
  if (cached.dirty) {
    // Put or deleted in this batch.
    if (cached.present && !cached.row->ParseFromString(cached.raw)) {
      status_.Update(absl::DataLossError("a view row does not parse"));
    }
    return at;
  }
  const absl::StatusOr<absl::optional<std::string>> value = store_.Get(key);
  if (!value.ok()) {
    status_.Update(value.status());
  } else if (value->has_value()) {
    cached.present = true;
    if (!cached.row->ParseFromString(**value)) status_.Update(absl::DataLossError("a view row does not parse"));
  }
  return at;
}

void Rows::Put(std::string key, std::string value) {
  const auto at = At(key);
  Touch(at);
  at->second.row.reset();
  at->second.raw = std::move(value);
  at->second.present = true;
}

void Rows::Delete(absl::string_view key) {
  const auto at = At(key);
  Touch(at);
  if (at->second.row != nullptr) at->second.row->Clear();
  at->second.raw.clear();
  at->second.present = false;
}

std::vector<std::string> Rows::KeysWithPrefix(absl::string_view prefix) {
  std::map<std::string, bool> keys;
  status_.Update(store_.Scan(prefix, PrefixEnd(prefix), [&](absl::string_view key, absl::string_view) {
    keys[std::string(key)] = true;
    return true;
  }));
  for (auto at = cached_.lower_bound(prefix); at != cached_.end() && absl::StartsWith(at->first, prefix);
       ++at) {
    if (at->second.dirty || at->second.present) keys[at->first] = at->second.present;
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
  for (const CachedRows::iterator at : dirty_) {
    Cached& cached = at->second;
    cached.dirty = false;
    if (!cached.present) {
      batch.Delete(at->first);
      cached_.erase(at);
    } else if (cached.row == nullptr) {
      batch.Put(at->first, std::move(cached.raw));
      cached_.erase(at);
    } else {
      batch.Put(at->first, cached.row->SerializeAsString());
    }
  }
  dirty_.clear();
  if (cached_.size() > max_kept_) cached_.clear();
  return batch;
}

}  // namespace regard::es
