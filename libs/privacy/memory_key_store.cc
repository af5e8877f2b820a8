#include "libs/privacy/memory_key_store.h"

#include <sodium.h>

#include "absl/strings/str_cat.h"

namespace regard::privacy {
namespace {

Key DerivedKey(uint64_t seed, absl::string_view subject, absl::string_view tenant, uint64_t erasures) {
  const std::string name = absl::StrCat(seed, " ", erasures, " ", subject.size(), " ", subject, tenant);
  std::string bytes(Key::kBytes, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                     reinterpret_cast<const unsigned char*>(name.data()), name.size(), nullptr, 0);
  return *Key::FromBytes(bytes);
}

std::pair<std::string, std::string> NameOf(absl::string_view subject, absl::string_view tenant) {
  return {std::string(subject), std::string(tenant)};
}

}  // namespace

absl::StatusOr<Key> MemoryKeyStore::GetOrCreate(absl::string_view subject, absl::string_view tenant) {
  std::lock_guard<std::mutex> lock(mutex_);
  Entry& entry = entries_[NameOf(subject, tenant)];
  if (!entry.key.has_value()) entry.key = DerivedKey(seed_, subject, tenant, entry.erasures);
  return *entry.key;
}

absl::StatusOr<absl::optional<Key>> MemoryKeyStore::Get(absl::string_view subject, absl::string_view tenant) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = entries_.find(NameOf(subject, tenant));
  if (found == entries_.end()) return absl::optional<Key>();
  return found->second.key;
}

absl::Status MemoryKeyStore::Erase(absl::string_view subject, absl::string_view tenant) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = entries_.find(NameOf(subject, tenant));
  if (found == entries_.end() || !found->second.key.has_value()) return absl::OkStatus();
  found->second.key.reset();
  ++found->second.erasures;
  return absl::OkStatus();
}

}  // namespace regard::privacy
