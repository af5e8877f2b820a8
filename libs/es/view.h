// A view answers questions from facts. It is pure: facts in, rows out, rows and checkpoint written together, so that a
// rebuild makes the same bytes. A row depends on facts of one partition, or is a merge whose order does not matter.
// Rows hold personal data only as sealed parts; a query opens them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "google/protobuf/message.h"
#include "libs/es/store.h"
#include "regard/log/v1/record.pb.h"

namespace regard::es {

// One accepted fact, as a view or a reactor sees it.
struct FactEvent {
  absl::string_view topic;
  int partition = 0;
  uint64_t position = 0;
  int fact_index = 0;
  // Record time, actor, request, cause.
  const log::v1::Append& append;
  // Stream, version and sealed parts.
  const log::v1::Fact& logged;
  // The fact wrapper, e.g. BudgetFact, without personal fields.
  const google::protobuf::Message& fact;

  template <class Fact>
  const Fact& As() const {
    return static_cast<const Fact&>(fact);
  }
};

// A view's rows while facts are applied: reads see what the same batch wrote. Keys are the view's own. Not thread-safe.
class Rows {
 public:
  // At most `max_kept` rows stay parsed from one batch to the next, for whoever alone writes `store`.
  explicit Rows(const Store& store, size_t max_kept = 0) : store_(store), max_kept_(max_kept) {}

  // The row, made empty when absent; written back when the batch ends. Valid until then.
  template <class Row>
  Row& Mutable(absl::string_view key) {
    Kept& kept = Load(key, Row::default_instance());
    Touch(kept);
    kept.second.present = true;
    return static_cast<Row&>(*kept.second.row);
  }
  // nullptr when absent. Valid until the batch ends or the row is deleted.
  template <class Row>
  const Row* Find(absl::string_view key) {
    const Cached& cached = Load(key, Row::default_instance()).second;
    return cached.present ? static_cast<const Row*>(cached.row.get()) : nullptr;
  }
  // Writes a row that is never read again in this batch, without reading it first.
  void Put(std::string key, std::string value);
  void Delete(absl::string_view key);
  // Keys of present rows that start with `prefix`, in order, what this batch wrote included.
  std::vector<std::string> KeysWithPrefix(absl::string_view prefix);

  // What the batch did. The first error of a read, when there was one. The next batch may begin when it is written.
  absl::StatusOr<StoreBatch> Finish();

 private:
  struct Cached {
    std::unique_ptr<google::protobuf::Message> row;  // null for a raw row
    std::string raw;
    bool present = false;
    bool dirty = false;
  };

  using CachedRows = absl::node_hash_map<std::string, Cached>;
  using Kept = CachedRows::value_type;

  Kept& Load(absl::string_view key, const google::protobuf::Message& prototype);
  Kept& At(absl::string_view key);
  void Touch(Kept& kept);

  const Store& store_;
  const size_t max_kept_;
  CachedRows cached_;
  // What this batch changed, in the order in which it first did.
  std::vector<Kept*> dirty_;
  absl::Status status_;
};

class View {
 public:
  virtual ~View() = default;

  // "budgets.balances". Its store is named after it and its version.
  virtual absl::string_view name() const = 0;
  // Grows when rows change their meaning: the view is then rebuilt.
  virtual uint32_t version() const = 0;
  // Topics whose facts it needs.
  virtual std::vector<std::string> topics() const = 0;
  // Called on one thread. Facts of one partition come in order; partitions interleave in any order. An error stops the
  // projector, loudly.
  virtual absl::Status Apply(const FactEvent& event, Rows& rows) = 0;
  // After rows were written, for views that keep something in memory beside them; on the same thread.
  virtual void Applied() {}
};

// What a query reads of a view. Thread-safe.
class ViewReader {
 public:
  explicit ViewReader(const Store& store) : store_(store) {}

  // nullopt when absent. DATA_LOSS when the row does not parse.
  template <class Row>
  absl::StatusOr<absl::optional<Row>> Get(absl::string_view key) const {
    absl::StatusOr<absl::optional<std::string>> value = store_.Get(key);
    if (!value.ok()) return value.status();
    if (!value->has_value()) return absl::optional<Row>();
    Row row;
    if (!row.ParseFromString(**value)) return absl::DataLossError("a view row does not parse");
    return absl::optional<Row>(std::move(row));
  }
  // Rows whose key starts with `prefix`, in order, from after `after` on (empty: all), until `visit` returns false.
  template <class Row>
  absl::Status Scan(absl::string_view prefix, absl::string_view after,
                    absl::FunctionRef<bool(absl::string_view key, const Row& row)> visit) const {
    const std::string from = after.empty() ? std::string(prefix) : std::string(after) + '\0';
    bool parsed = true;
    Row row;
    const absl::Status status =
        store_.Scan(from, PrefixEnd(prefix), [&](absl::string_view key, absl::string_view value) {
          parsed = row.ParseFromArray(value.data(), static_cast<int>(value.size()));
          return parsed && visit(key, row);
        });
    if (status.ok() && !parsed) return absl::DataLossError("a view row does not parse");
    return status;
  }

  const Store& store() const { return store_; }

 private:
  const Store& store_;
};

}  // namespace regard::es
