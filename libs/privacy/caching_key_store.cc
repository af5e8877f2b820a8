#include "libs/privacy/caching_key_store.h"

#include "absl/strings/str_cat.h"

namespace regard::privacy {
namespace {

// The length keeps ("ab", "c") apart from ("a", "bc").
std::string NameOf(absl::string_view subject, absl::string_view tenant) {
  return absl::StrCat(subject.size(), " ", subject, tenant);
}

}  // namespace

CachingKeyStore::CachingKeyStore(KeyStore& behind, size_t max_keys) : behind_(behind), max_keys_(max_keys) {}

absl::StatusOr<Key> CachingKeyStore::GetOrCreate(absl::string_view subject, absl::string_view tenant) {
  std::string name = NameOf(subject, tenant);
  uint64_t epoch = 0;
  if (const absl::optional<Key> cached = Lookup(name, epoch)) return *cached;
  absl::StatusOr<Key> key = behind_.GetOrCreate(subject, tenant);
  if (key.ok()) Insert(std::move(name), *key, epoch);
  return key;
}

absl::StatusOr<absl::optional<Key>> CachingKeyStore::Get(absl::string_view subject, absl::string_view tenant) {
  std::string name = NameOf(subject, tenant);
  uint64_t epoch = 0;
  if (absl::optional<Key> cached = Lookup(name, epoch)) return cached;
  absl::StatusOr<absl::optional<Key>> key = behind_.Get(subject, tenant);
  // Absence is not kept: the key may be made the next moment.
  if (key.ok() && key->has_value()) Insert(std::move(name), **key, epoch);
  return key;
}

absl::Status CachingKeyStore::Erase(absl::string_view subject, absl::string_view tenant) {
  const absl::Status erased = behind_.Erase(subject, tenant);
  // Also after an error, which may have come too late to stop the erasure.
  Forget(subject, tenant);
  return erased;
}

void CachingKeyStore::Forget(absl::string_view subject, absl::string_view tenant) {
  const std::string name = NameOf(subject, tenant);
  std::lock_guard<std::mutex> lock(mutex_);
  ++epoch_;
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return;
  entries_.erase(found->second);
  by_name_.erase(found);
}

size_t CachingKeyStore::size() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return entries_.size();
}

absl::optional<Key> CachingKeyStore::Lookup(const std::string& name, uint64_t& epoch) {
  std::lock_guard<std::mutex> lock(mutex_);
  epoch = epoch_;
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return absl::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->key;
}

void CachingKeyStore::Insert(std::string name, const Key& key, uint64_t epoch) {
  std::lock_guard<std::mutex> lock(mutex_);
  // Erased while it was read from behind, or already put here by another reader.
  if (epoch != epoch_ || max_keys_ == 0 || by_name_.contains(name)) return;
  if (entries_.size() == max_keys_) {
    by_name_.erase(entries_.back().name);
    entries_.pop_back();
  }
  entries_.push_front({name, key});
  by_name_.emplace(std::move(name), entries_.begin());
}

}  // namespace regard::privacy
