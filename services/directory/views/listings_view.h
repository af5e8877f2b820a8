// What can be found: documents made from the facts of providers, and the places that postcodes are at. Its rows are the
// index as it is stored; the index in memory is loaded from them and follows them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "libs/es/view.h"
#include "libs/geo/gazetteer.h"
#include "regard/directory/internal/v1/rows.pb.h"
#include "regard/providers/v1/facts.pb.h"
#include "services/directory/views/index.h"

namespace regard::directory {

// Rows: "p/<provider>" ProviderRow, "d/<document>" DocumentRow, "s/<sector>/<council>" SectorRow, "a/<area>" the
// providers' Area. Each depends on one stream.
std::string DocumentKey(absl::string_view document_id);
std::string SectorPrefix(absl::string_view sector);
std::string AreaKey(absl::string_view area_code);

class ListingsView : public es::View {
 public:
  static constexpr char kName[] = "directory.listings";

  absl::string_view name() const override { return kName; }
  uint32_t version() const override { return 1; }
  std::vector<std::string> topics() const override { return {"providers"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;
  void Applied() override;

  // Reads the rows that are there; `store` is the one that the rows are written to and outlives the view. Once, before
  // the first Applied.
  absl::Status Load(const es::Store& store);

  // Thread-safe. As far as rows were written.
  const Index& index() const { return index_; }

 private:
  void Write(const std::string& document_id, const absl::optional<internal::v1::DocumentRow>& document, es::Rows& rows);
  absl::Status ReadSector(const std::string& sector, geo::Gazetteer::Builder& builder) const;
  absl::Status Follow();

  const es::Store* store_ = nullptr;
  Index index_;
  // What this batch changed.
  absl::flat_hash_set<std::string> changed_documents_;
  absl::flat_hash_set<std::string> changed_sectors_;
  // The first row that could not be read back; the next Apply stops the projector with it.
  absl::Status status_;
};

}  // namespace regard::directory
