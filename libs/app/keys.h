// Where subjects' keys are: in the data folder beside the embedded log, or in the deployment's topic beside a log on
// Kafka, wrapped under the deployment's master key, which every instance must have.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "libs/app/data_folder.h"
#include "libs/kafka/address.h"
#include "libs/kafka/key_store.h"
#include "libs/privacy/caching_key_store.h"
#include "libs/rocks/key_store.h"

namespace regard::app {

class Keys {
 public:
  // `master_key` is the path of the deployment's, for keys on Kafka.
  static absl::StatusOr<std::unique_ptr<Keys>> Open(const DataFolder& folder, const std::string& master_key,
                                                    const absl::optional<kafka::Address>& kafka);

  privacy::KeyStore& store() { return cached_ != nullptr ? static_cast<privacy::KeyStore&>(*cached_) : *shared_; }
  // Null when they are on Kafka.
  rocks::KeyStore* files() { return files_.get(); }

 private:
  std::unique_ptr<rocks::KeyStore> files_;
  std::unique_ptr<privacy::CachingKeyStore> cached_;
  // Holds all of them in memory by itself.
  std::unique_ptr<kafka::KeyStore> shared_;
};

}  // namespace regard::app
