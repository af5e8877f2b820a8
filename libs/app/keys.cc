#include "libs/app/keys.h"

#include "libs/privacy/key_file.h"

namespace regard::app {
namespace {

constexpr size_t kCachedKeys = 100'000;

}  // namespace

absl::StatusOr<std::unique_ptr<Keys>> Keys::Open(const DataFolder& folder, const std::string& master_key,
                                                 const absl::optional<kafka::Address>& kafka) {
  auto keys = std::make_unique<Keys>();
  if (!kafka.has_value()) {
    auto files = rocks::KeyStore::Open(folder.File("keys"));
    if (!files.ok()) return files.status();
    keys->files_ = *std::move(files);
    keys->cached_ = std::make_unique<privacy::CachingKeyStore>(*keys->files_, kCachedKeys);
    return keys;
  }
  const absl::StatusOr<privacy::Key> master = privacy::LoadOrCreateKey(master_key);
  if (!master.ok()) return master.status();
  kafka::KeyStoreOptions options;
  options.deployment = kafka->deployment;
  auto shared = kafka::KeyStore::Open(kafka->cluster, *master, options);
  if (!shared.ok()) return shared.status();
  keys->shared_ = *std::move(shared);
  return keys;
}

}  // namespace regard::app
