// Measures directory searches over gRPC, one after the other, and writes what PostgreSQL needs to answer the same ones:
// listings.csv and searches.sql. Its own answers go to regard.jsonl, one a line with its time. See run.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "libs/auth/key_file.h"
#include "libs/auth/signer.h"
#include "libs/auth/verifier.h"
#include "libs/base/clock.h"
#include "libs/es/testing/manual_executor.h"
#include "libs/es/testing/memory_store.h"
#include "libs/rpc/client.h"
#include "libs/rpc/server.h"
#include "libs/taxonomy/taxonomy.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"
#include "services/directory/api/directory_api.h"
#include "services/directory/views/document.h"
#include "tests/bench/search/market.h"

namespace regard::bench {
namespace {

using directory::FacetValue;
using directory::IndexedDocument;
using directory::v1::Listing;
using directory::v1::SearchRequest;
using directory::v1::SearchResponse;

// Feeds the view as a projector would, in batches.
class Indexed {
 public:
  Indexed() {
    if (!view_.Load(store_).ok()) std::abort();
  }

  void Feed(const std::string& stream, const google::protobuf::Message& fact) {
    logged_.set_stream(stream);
    if (!view_.Apply({"providers", 0, 1, 0, append_, logged_, fact}, *rows_).ok()) std::abort();
    if (++facts_ % kBatch == 0) Flush();
  }
  void Flush() {
    const absl::StatusOr<es::StoreBatch> batch = rows_->Finish();
    if (!batch.ok() || !store_.Write(*batch, es::Store::Durability::kBuffered).ok()) std::abort();
    rows_ = std::make_unique<es::Rows>(store_);
    view_.Applied();
  }

  directory::ListingsView& view() { return view_; }
  const es::Store& store() const { return store_; }
  int64_t facts() const { return facts_; }

 private:
  static constexpr int64_t kBatch = 10000;

  es::testing::MemoryStore store_;
  directory::ListingsView view_;
  std::unique_ptr<es::Rows> rows_ = std::make_unique<es::Rows>(store_);
  log::v1::Append append_;
  log::v1::Fact logged_;
  int64_t facts_ = 0;
};

std::string Quoted(absl::string_view text) { return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\""); }
std::string Array(const std::vector<std::string>& values) { return Quoted(absl::StrCat("{", absl::StrJoin(values, ","), "}")); }

// One row of listings.csv.
std::string CsvRow(const IndexedDocument& document) {
  Listing listing;
  listing.ParseFromString(document.listing);
  std::vector<std::string> category_words;
  for (const directory::v1::Category& category : listing.categories()) {
    const taxonomy::Category& known = *taxonomy::Taxonomy::Regard().Find(category.curie());
    category_words.push_back(absl::StrCat(known.label, ". ", absl::StrJoin(known.synonyms, ". ")));
  }
  std::map<int, std::vector<std::string>> facets;
  for (const FacetValue& value : directory::FacetsOf(listing)) facets[value.facet].push_back(value.value);
  const auto one = [&](int facet) { return facets[facet].empty() ? "" : facets[facet][0]; };
  const bool priced = listing.has_price();
  const std::string other_words =
      absl::StrCat(listing.description(), ". ", listing.provider_name(), ". ", absl::StrJoin(listing.accessibility(), ". "));
  std::vector<std::string> fields = {
      document.id,
      absl::StrCat(static_cast<int>(document.tier)),
      Quoted(listing.title()),
      Quoted(absl::StrJoin(category_words, ". ")),
      Quoted(other_words),
      Quoted(listing.description()),
      Quoted(listing.provider_name()),
      absl::StrFormat("%.17g", document.at->longitude_deg),
      absl::StrFormat("%.17g", document.at->latitude_deg),
      document.comes_to_you ? absl::StrCat(document.radius_m) : "",
      priced ? absl::StrCat(listing.price().amount().pence()) : "",
      priced ? providers::v1::PriceUnit_Name(listing.price().unit()) : "",
      one(directory::v1::FACET_PRICE),
      one(directory::v1::FACET_FORM),
      one(directory::v1::FACET_PROVIDER_KIND),
      one(directory::v1::FACET_STANDING),
      document.verified ? "t" : "f",
      listing.meet_first() ? "t" : "f",
      Array(facets[directory::v1::FACET_CATEGORY]),
      Array(facets[directory::v1::FACET_FUNDING]),
      Array(facets[directory::v1::FACET_LANGUAGE]),
      Array(facets[directory::v1::FACET_ACCESSIBILITY]),
      Array(facets[directory::v1::FACET_TIME_BAND]),
  };
  return absl::StrJoin(fields, ",");
}

// EXECUTE of one search; see search.sql.
std::string Execute(const SearchRequest& request) {
  const std::vector<std::string> words = absl::StrSplit(request.words(), ' ');
  return absl::StrFormat("EXECUTE search(%.17g, %.17g, %d, '%s', '%s', '%s', %d, '%s', '%s');",
                         request.point().longitude_deg(), request.point().latitude_deg(), request.within_m(),
                         request.words(), words[0], words.size() > 1 ? words[1] : "", request.max_price_pence(),
                         providers::v1::ListingForm_Name(request.forms(0)),
                         base::v1::Holding_Name(request.funding_accepted(0)));
}

// What is compared with PostgreSQL's answer, and the time.
std::string AnswerLine(const SearchResponse& response, absl::Duration took) {
  std::vector<std::string> ids;
  for (const directory::v1::SearchResult& result : response.results()) {
    ids.push_back(absl::StrCat("[\"", directory::DocumentIdOf(result.listing()), "\",", result.fit(), "]"));
  }
  std::vector<std::string> counts;
  for (const directory::v1::FacetCounts& facet : response.facets()) {
    for (const directory::v1::FacetCount& count : facet.counts()) {
      counts.push_back(absl::StrCat("[\"", directory::v1::Facet_Name(facet.facet()), "\",\"", count.value(), "\",",
                                    count.count(), "]"));
    }
  }
  return absl::StrCat("{\"ms\":", absl::ToDoubleMilliseconds(took), ",\"total\":", response.total(), ",\"results\":[",
                      absl::StrJoin(ids, ","), "],\"facets\":[", absl::StrJoin(counts, ","), "]}");
}

double PercentileMs(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

void WriteYardstickInput(const std::string& folder, const directory::Snapshot& snapshot,
                         const std::vector<SearchRequest>& searches) {
  std::ofstream listings(folder + "/listings.csv");
  for (const directory::Snapshot::Part& part : snapshot.parts) {
    for (uint32_t number = 0; number < part.segment->size(); ++number) {
      if (!part.is_dead(number)) listings << CsvRow(*part.segment->document(number)) << "\n";
    }
  }
  std::ofstream statements(folder + "/searches.sql");
  for (const SearchRequest& request : searches) statements << Execute(request) << "\n";
}

int Measure(const std::string& folder, int documents, int count, uint64_t seed) {
  Market market(seed);
  Indexed indexed;
  const absl::Time started = absl::Now();
  for (const providers::v1::PlaceFact& place : market.places()) {
    indexed.Feed("place/" + place.postcodes_imported().sector(), place);
  }
  for (const ProviderHistory& history : market.MakeProviders(documents)) {
    for (const providers::v1::ProviderFact& fact : history.facts) indexed.Feed("provider/" + history.provider_id, fact);
  }
  indexed.Flush();
  const std::shared_ptr<const directory::Snapshot> snapshot = indexed.view().index().snapshot();
  std::cerr << "search: indexed " << snapshot->size() << " documents from " << indexed.facts() << " facts in "
            << absl::FormatDuration(absl::Trunc(absl::Now() - started, absl::Milliseconds(1))) << "\n";
  const std::vector<SearchRequest> searches = market.MakeSearches(count);
  WriteYardstickInput(folder, *snapshot, searches);

  // The whole way of a call: gRPC, the shell with a token to check, the search, the answer.
  const SystemClock clock;
  const auth::KeyPair key = *auth::MakeKeyPair();
  const auth::Verifier verifier({.public_keys_pem = {key.public_pem}}, clock);
  telemetry::Log log(clock, telemetry::Level::kInfo, [](absl::string_view) {});
  telemetry::Metrics metrics;
  rpc::Shell shell({}, clock, verifier, log, metrics);
  es::ConsistencyGate gate;
  es::testing::ManualExecutor timer;
  const rpc::QueryDoor door(gate, timer);
  directory::DirectoryApi api(shell, door, indexed.view(), indexed.store());
  auto server = rpc::Server::Start({.address = "127.0.0.1:0"}, shell, {&api});
  if (!server.ok()) {
    std::cerr << server.status() << "\n";
    return 1;
  }
  const auto stub = directory::v1::DirectoryService::NewStub(*rpc::OpenChannel((*server)->local_address()));
  const std::string token = *auth::Signer(key.private_pem, clock)
                                 .Sign({"person-1", options::v1::ROLE_PERSON, "E08000000", clock.Now() + absl::Hours(1)});
  std::ofstream answers(folder + "/regard.jsonl");
  std::vector<double> over_grpc_ms;
  std::vector<double> inside_ms;
  // Once to warm up, as PostgreSQL is warmed up; then measured.
  for (const bool measured : {false, true}) {
    for (const SearchRequest& request : searches) {
      grpc::ClientContext context;
      rpc::AttachToken(context, token);
      rpc::SetTimeout(context, absl::Seconds(10));
      SearchResponse response;
      const absl::Duration before = clock.Monotonic();
      const grpc::Status status = stub->Search(&context, request, &response);
      const absl::Duration took = clock.Monotonic() - before;
      if (!status.ok()) {
        std::cerr << status.error_message() << "\n";
        return 1;
      }
      SearchResponse inside;
      const absl::Duration inside_before = clock.Monotonic();
      if (!api.Answer(request, inside).ok()) return 1;
      if (!measured) continue;
      inside_ms.push_back(absl::ToDoubleMilliseconds(clock.Monotonic() - inside_before));
      over_grpc_ms.push_back(absl::ToDoubleMilliseconds(took));
      answers << AnswerLine(response, took) << "\n";
    }
  }
  std::cerr << absl::StreamFormat("search: over gRPC p50 %.3f ms, p99 %.3f ms; without it p50 %.3f ms, p99 %.3f ms\n",
                                  PercentileMs(over_grpc_ms, 0.5), PercentileMs(over_grpc_ms, 0.99),
                                  PercentileMs(inside_ms, 0.5), PercentileMs(inside_ms, 0.99));
  (*server)->Drain(absl::Seconds(1));
  return 0;
}

}  // namespace
}  // namespace regard::bench

int main(int argc, char** argv) {
  CLI::App app("Measures directory searches and writes the same rows and searches for PostgreSQL.");
  std::string folder;
  int documents = 100'000;
  int searches = 400;
  uint64_t seed = 1;
  app.add_option("folder", folder, "where the files go")->required();
  app.add_option("--documents", documents, "listings and known organisations");
  app.add_option("--searches", searches, "how many are measured");
  app.add_option("--seed", seed, "of rows and searches");
  CLI11_PARSE(app, argc, argv);
  return regard::bench::Measure(folder, documents, searches, seed);
}
