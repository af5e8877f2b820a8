// Feeds facts to the view as a projector would, and keeps its rows in memory.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "libs/es/testing/memory_store.h"
#include "regard/providers/v1/facts.pb.h"
#include "services/directory/views/listings_view.h"
#include "services/directory/views/search.h"

namespace regard::directory::testing {

struct FedFact {
  std::string stream;
  std::shared_ptr<const google::protobuf::Message> fact;
};

FedFact OfProvider(absl::string_view provider_id, absl::string_view provider_fact_textproto);
FedFact OfProvider(absl::string_view provider_id, const providers::v1::ProviderFact& fact);
FedFact OfPlace(absl::string_view key, absl::string_view place_fact_textproto);
FedFact OfPlace(absl::string_view key, const providers::v1::PlaceFact& fact);

class Feed {
 public:
  // Starts on these rows.
  explicit Feed(const std::map<std::string, std::string>& rows = {});

  // One batch: rows are written and the index follows at its end.
  void Apply(const std::vector<FedFact>& facts);

  const es::testing::MemoryStore& store() const { return store_; }
  ListingsView& view() { return *view_; }
  // A process that starts again on the same rows.
  void Restart();

  Found Search(const Query& query) const { return directory::Search(*view_->index().snapshot(), query); }
  // Document ids of the results, best first.
  std::vector<std::string> Ids(const Query& query) const;

 private:
  es::testing::MemoryStore store_;
  std::unique_ptr<ListingsView> view_;
};

// A search for words, everywhere.
Query ForWords(absl::string_view words);

}  // namespace regard::directory::testing
