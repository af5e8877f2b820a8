#include "libs/es/view.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace regard::es {

Rows::Cached& Rows::Load(absl::string_view key, const google::protobuf::Message& prototype) {
  const auto found = cached_.find(std::string(key));
  if (found != cached_.end() && (found->second.row != nullptr || !found->second.present)) {
    if (found->second.row == nullptr) found->second.row.reset(prototype.New());
    return found->second;
  }
  Cached& cached = found != cached_.end() ? found->second : cached_[std::string(key)];
  cached.row.reset(prototype.New());
  if (cached.dirty) {
    cached.row->ParseFromString(cached.raw);
    return cached;
  }
  const absl::StatusOr<absl::optional<std::string>> value = store_.Get(key);
  if (!value.ok()) {
    status_.Update(value.status());
    return cached;
  }
  if (!value->has_value()) return cached;
  cached.present = true;
  if (!cached.row->ParseFromString(**value)) status_.Update(absl::DataLossError("a view row does not parse"));
  return cached;
}

void Rows::Put(std::string key, std::string value) {
  Cached& cached = cached_[std::move(key)];
  cached.row.reset();
  cached.raw = std::move(value);
  cached.present = true;
  cached.dirty = true;
}

void Rows::Delete(absl::string_view key) {
  Cached& cached = cached_[std::string(key)];
  if (cached.row != nullptr) cached.row->Clear();
  cached.raw.clear();
  cached.present = false;
  cached.dirty = true;
}

std::vector<std::string> Rows::KeysWithPrefix(absl::string_view prefix) {
  std::map<std::string, bool> keys;
  status_.Update(store_.Scan(prefix, PrefixEnd(prefix), [&](absl::string_view key, absl::string_view) {
    keys[std::string(key)] = true;
    return true;
  }));
  for (auto at = cached_.lower_bound(std::string(prefix)); at != cached_.end() && absl::StartsWith(at->first, prefix);
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
  for (auto& [key, cached] : cached_) {
    if (!cached.dirty) continue;
    if (!cached.present) {
      batch.Delete(key);
    } else {
      batch.Put(key, cached.row != nullptr ? cached.row->SerializeAsString() : std::move(cached.raw));
    }
  }
  cached_.clear();
  return batch;
}

}  // namespace regard::es
