// Facts that one reader, a view or a reactor, passes over because it cannot handle them and an operator said so. What was
// said is in the log (quarantine_domain.h) and holds from the next start; the folds of a fact's own service are never
// without it. A view keeps what its rows were made without, so that it is made again whenever that changes.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/es/event_log.h"
#include "libs/es/store.h"
#include "regard/log/v1/facts.pb.h"

namespace regard::es {

constexpr char kQuarantineTopic[] = "quarantine";

struct FactPlace {
  std::string topic;
  int partition = 0;
  uint64_t position = 0;
  int fact_index = 0;

  friend bool operator<(const FactPlace& a, const FactPlace& b) { return a.Order() < b.Order(); }
  friend bool operator==(const FactPlace& a, const FactPlace& b) { return a.Order() == b.Order(); }

 private:
  std::tuple<const std::string&, int, uint64_t, int> Order() const {
    return std::tie(topic, partition, position, fact_index);
  }
};
using FactPlaces = std::set<FactPlace>;

// "budgets/3/120/0": topic, partition, position, fact.
std::string ToText(const FactPlace& place);
// INVALID_ARGUMENT for anything else.
absl::StatusOr<FactPlace> ReadFactPlace(absl::string_view text);

log::v1::FactPlace PlaceToProto(const FactPlace& place);
FactPlace PlaceFromProto(const log::v1::FactPlace& place);

struct QuarantineEntry {
  std::string reader;
  FactPlace place;
  std::string stream;
  uint64_t version = 0;

  struct Said {
    std::string by;
    std::string why;
    absl::Time at;
  };
  Said set_aside;
  absl::optional<Said> taken_back;
};

// Immutable, as of when it was read.
class Quarantine {
 public:
  // Nothing is set aside.
  Quarantine() = default;
  // `log` is of kQuarantineTopic.
  static absl::StatusOr<Quarantine> Read(EventLog& log);

  // Also those that were taken back, in the order of when they were set aside.
  const std::vector<QuarantineEntry>& entries() const { return entries_; }
  // What the reader passes over.
  FactPlaces For(absl::string_view reader) const;
  // Whether it ever did, or was to.
  bool EverHeld(absl::string_view reader, const FactPlace& place) const;

 private:
  std::vector<QuarantineEntry> entries_;
};

// What the rows of a view's store were made without. Written with the rows.
absl::StatusOr<FactPlaces> ReadPassedOver(const Store& store);
void PutPassedOver(const FactPlaces& places, StoreBatch& batch);

// Empties a view's store whose rows were made without other facts than `quarantine` says: they are then made again.
// Before anybody reads it.
absl::Status EmptyIfMadeOtherwise(absl::string_view view, const std::vector<EventLog*>& logs,
                                  const Quarantine& quarantine, Store& store);

// Why a reader stopped, with the place: in words, and for StoppedAtOf. `kind` is "view" or "reactor".
absl::Status StoppedAt(absl::string_view kind, absl::string_view reader, const FactPlace& place,
                       const absl::Status& why);

struct Stop {
  std::string reader;
  FactPlace place;
};
// Empty for the status of anything but a fact that a reader cannot handle.
absl::optional<Stop> StoppedAtOf(const absl::Status& status);

}  // namespace regard::es
