// The index in memory: made of immutable segments, changed by one writer, read by many without waiting for it. It is made
// again from the view's document rows whenever the process starts.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/types/optional.h"
#include "libs/geo/gazetteer.h"
#include "regard/directory/internal/v1/rows.pb.h"
#include "services/directory/views/facets.h"
#include "services/directory/views/segment.h"

namespace regard::directory {

// One moment of the index. Immutable; thread-safe.
struct Snapshot {
  struct Part {
    std::shared_ptr<const Segment> segment;
    // One for each document that was replaced or removed since; null for none.
    std::shared_ptr<const std::vector<bool>> dead;
    uint32_t dead_count = 0;

    uint32_t living() const { return segment->size() - dead_count; }
    bool is_dead(uint32_t number) const { return dead != nullptr && (*dead)[number]; }
  };

  // Each living document is in one part.
  std::vector<Part> parts;
  std::shared_ptr<const FacetNames> facets;
  std::shared_ptr<const geo::Gazetteer> gazetteer;

  size_t size() const;
};

// What a batch of facts changed.
struct IndexChanges {
  // By document id; none for one that can no longer be found. Each id at most once.
  std::vector<std::pair<std::string, absl::optional<internal::v1::DocumentRow>>> documents;
  // Null: as it was.
  std::shared_ptr<const geo::Gazetteer> gazetteer;
  // Whose postcodes differ from the gazetteer before.
  absl::flat_hash_set<std::string> sectors;
};

class Index {
 public:
  Index();

  // Thread-safe; holds a lock for as long as it takes to copy a pointer.
  std::shared_ptr<const Snapshot> snapshot() const;

  // Queries that start afterwards see it. One thread at a time. A change costs about what its own documents do: small
  // segments are merged into ones a few times larger, so that each document is copied a logarithmic number of times.
  void Apply(IndexChanges changes);

 private:
  struct Location {
    const Segment* segment = nullptr;
    uint32_t number = 0;
  };

  std::shared_ptr<const IndexedDocument> Make(const std::string& id, const internal::v1::DocumentRow& row);
  absl::optional<geo::Point> Locate(const IndexedDocument& document) const;
  // Documents of the sectors at their new places.
  void Relocate(const absl::flat_hash_set<std::string>& sectors, IndexedDocuments& changed);
  void Remove(const std::string& id);
  void Add(IndexedDocuments documents);
  void MergeSmall();
  IndexedDocuments LivingOf(const Snapshot::Part& part) const;
  void Publish();

  // The writer's own.
  StemNumbers stems_;
  FacetNames facets_;
  size_t facets_published_ = 0;
  Snapshot next_;
  absl::flat_hash_map<std::string, Location> locations_;
  // Copied on the first removal of a batch; then shared.
  absl::flat_hash_map<const Segment*, std::shared_ptr<std::vector<bool>>> dying_;

  mutable std::mutex mutex_;
  std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace regard::directory
