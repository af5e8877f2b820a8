#include "services/directory/views/testing/feed.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/directory/views/text.h"

namespace regard::directory::testing {
namespace {

template <class Fact>
FedFact Parsed(std::string stream, absl::string_view text) {
  auto fact = std::make_shared<Fact>();
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text), fact.get())) << text;
  return {std::move(stream), std::move(fact)};
}

}  // namespace

FedFact OfProvider(absl::string_view provider_id, absl::string_view provider_fact_textproto) {
  return Parsed<providers::v1::ProviderFact>(absl::StrCat("provider/", provider_id), provider_fact_textproto);
}
FedFact OfProvider(absl::string_view provider_id, const providers::v1::ProviderFact& fact) {
  return {absl::StrCat("provider/", provider_id), std::make_shared<providers::v1::ProviderFact>(fact)};
}
FedFact OfPlace(absl::string_view key, absl::string_view place_fact_textproto) {
  return Parsed<providers::v1::PlaceFact>(absl::StrCat("place/", key), place_fact_textproto);
}
FedFact OfPlace(absl::string_view key, const providers::v1::PlaceFact& fact) {
  return {absl::StrCat("place/", key), std::make_shared<providers::v1::PlaceFact>(fact)};
}

Feed::Feed(const std::map<std::string, std::string>& rows) {
  es::StoreBatch batch;
  for (const auto& [key, value] : rows) batch.Put(key, value);
  EXPECT_TRUE(store_.Write(batch, es::Store::Durability::kBuffered).ok());
  Restart();
}

void Feed::Restart() {
  view_ = std::make_unique<ListingsView>();
  EXPECT_TRUE(view_->Load(store_).ok());
}

void Feed::Apply(const std::vector<FedFact>& facts) {
  es::Rows rows(store_);
  for (const FedFact& fed : facts) {
    log::v1::Append append;
    log::v1::Fact logged;
    logged.set_stream(fed.stream);
    const es::FactEvent event{"providers", 0, 1, 0, append, logged, *fed.fact};
    const absl::Status applied = view_->Apply(event, rows);
    EXPECT_TRUE(applied.ok()) << applied;
  }
  const absl::StatusOr<es::StoreBatch> batch = rows.Finish();
  ASSERT_TRUE(batch.ok()) << batch.status();
  ASSERT_TRUE(store_.Write(*batch, es::Store::Durability::kBuffered).ok());
  view_->Applied();
}

std::vector<std::string> Feed::Ids(const Query& query) const {
  std::vector<std::string> ids;
  for (const Hit& hit : Search(query).hits) ids.push_back(hit.rank.id);
  return ids;
}

Query ForWords(absl::string_view words) {
  Query query;
  query.stems = SearchStems(words, kMaxSearchWords);
  query.limit = 1000;
  return query;
}

}  // namespace regard::directory::testing
