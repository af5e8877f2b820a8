// A store in memory with the contract of every Store.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "libs/es/store.h"

namespace regard::es::testing {

class MemoryStore : public Store {
 public:
  absl::StatusOr<absl::optional<std::string>> Get(absl::string_view key) const override;
  absl::Status Scan(absl::string_view from, absl::string_view to,
                    absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) const override;
  absl::Status Write(const StoreBatch& batch, Durability durability) override;

  std::map<std::string, std::string> Contents() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> rows_;
};

}  // namespace regard::es::testing
