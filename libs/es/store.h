// The store port: ordered bytes to bytes, written in atomic batches. States, views and keys live in one each. Everything
// in a state or view store can be made again from the log.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace regard::es {

// What one Write does, in order. Not thread-safe.
class StoreBatch {
 public:
  struct Operation {
    enum class Kind { kPut, kDelete, kDeleteRange };
    Kind kind;
    std::string key;
    // The value of a put, the end (exclusive) of a range.
    std::string value;
  };

  void Put(std::string key, std::string value) {
    operations_.push_back({Operation::Kind::kPut, std::move(key), std::move(value)});
  }
  void Delete(std::string key) { operations_.push_back({Operation::Kind::kDelete, std::move(key), {}}); }
  // Deletes [from, to).
  void DeleteRange(std::string from, std::string to) {
    operations_.push_back({Operation::Kind::kDeleteRange, std::move(from), std::move(to)});
  }
  void Append(StoreBatch&& other) {
    for (Operation& operation : other.operations_) operations_.push_back(std::move(operation));
    other.operations_.clear();
  }
  void Clear() { operations_.clear(); }
  bool empty() const { return operations_.empty(); }
  const std::vector<Operation>& operations() const { return operations_; }

 private:
  std::vector<Operation> operations_;
};

// Thread-safe.
class Store {
 public:
  enum class Durability {
    kBuffered,  // the latest may be lost with the process: what stays is everything up to some write
    kSynced,
  };

  virtual ~Store() = default;

  // nullopt when absent.
  virtual absl::StatusOr<absl::optional<std::string>> Get(absl::string_view key) const = 0;

  // Calls `visit` for each entry in [from, to) in byte order until it returns false. An empty `to` means the end. Sees
  // one moment of the store.
  virtual absl::Status Scan(absl::string_view from, absl::string_view to,
                            absl::FunctionRef<bool(absl::string_view key, absl::string_view value)> visit) const = 0;

  virtual absl::Status Write(const StoreBatch& batch, Durability durability) = 0;
};

// The first key after every key that starts with `prefix`; empty when there is none.
std::string PrefixEnd(absl::string_view prefix);

}  // namespace regard::es
