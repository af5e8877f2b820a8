#include "services/directory/api/directory_api.h"

#include <memory>

#include "absl/strings/substitute.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "libs/auth/key_file.h"
#include "libs/auth/verifier.h"
#include "libs/base/manual_clock.h"
#include "libs/base/rejection.h"
#include "libs/es/testing/manual_executor.h"
#include "libs/rpc/client.h"
#include "libs/rpc/server.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"
#include "services/directory/api/search_request.h"
#include "services/directory/views/testing/feed.h"

namespace regard::directory {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Feed;
using testing::FedFact;
using testing::OfPlace;
using testing::OfProvider;

// A small market around M33 4: two gardeners, a free garden club, an organisation that is only known.
class DirectoryApiTest : public ::testing::Test {
 protected:
  DirectoryApiTest() : shell_({}, clock_, verifier_, log_, metrics_) {
    feed_.Apply({OfPlace("M33 4", R"pb(postcodes_imported {
                           sector: "M33 4" tenant: "E08000009"
                           postcodes { postcode: "M33 4GT" point { latitude_deg: 53.42 longitude_deg: -2.32 }
                                       ward_code: "W1" ward_name: "Ashton" area_code: "E01" }
                           postcodes { postcode: "M33 4GZ" point { latitude_deg: 53.42 longitude_deg: -2.30 } } })pb"),
                 OfPlace("areas", R"pb(areas_imported { areas { area_code: "E01" name: "Trafford 001A" residents: 1500 } })pb")});
    feed_.Apply({Registered("p1", "Sam's Gardens"), Registered("p2", "Odd Jobs"), Registered("p3", "Allotment Club"),
                 OfProvider("p1", R"pb(credential_recorded { credential_id: "c" kind: CREDENTIAL_KIND_DBS })pb"),
                 OfProvider("p1", R"pb(credential_verified { credential_id: "c" })pb"),
                 OfProvider("p1", R"pb(listing_drafted { listing_id: "garden" terms {
                     title: "Gardening" description: "Lawns and hedges" categories: "regard:gardening" form: LISTING_FORM_VISIT
                     place: PLACE_KIND_PERSONS_HOME postcode: "M33 4" radius_m: 5000 languages: "en"
                     funding_accepted: HOLDING_DIRECT_PAYMENT } price { amount { pence: 1800 } unit: PRICE_UNIT_HOUR } })pb"),
                 OfProvider("p2", R"pb(listing_drafted { listing_id: "jobs" terms {
                     title: "Odd jobs" description: "Also your garden" categories: "regard:handyperson" form: LISTING_FORM_VISIT
                     place: PLACE_KIND_PERSONS_HOME postcode: "M33 4" radius_m: 5000 languages: "ur"
                     funding_accepted: HOLDING_SELF_FUNDED } price { amount { pence: 1400 } unit: PRICE_UNIT_HOUR } })pb"),
                 OfProvider("p3", R"pb(listing_drafted { listing_id: "club" terms {
                     title: "Saturday club" categories: "regard:gardening" form: LISTING_FORM_FREE_ACTIVITY
                     place: PLACE_KIND_VENUE postcode: "M33 4GZ" } price { amount { pence: 0 } unit: PRICE_UNIT_FREE } })pb"),
                 Published("p1", "garden"), Published("p2", "jobs"), Published("p3", "club"),
                 OfProvider("o1", R"pb(known { provider_id: "o1" kind: PROVIDER_KIND_VOLUNTARY_ORGANISATION
                     name: "CHESHIRE GARDENS TRUST" activities: "Gardens and gardening" postcode: "M33 4GT"
                     source: "charity-commission:1" })pb")});
  }

  static FedFact Registered(absl::string_view provider, absl::string_view name) {
    return OfProvider(provider, absl::Substitute(
                                    R"pb(registered { kind: PROVIDER_KIND_MICRO_ENTERPRISE name: "$0" tenant: "E08000009" })pb",
                                    name));
  }
  static FedFact Published(absl::string_view provider, absl::string_view listing) {
    return OfProvider(provider, absl::Substitute(R"pb(listing_published { listing_id: "$0" })pb", listing));
  }

  template <class Response, class Request>
  absl::StatusOr<Response> Ask(absl::string_view request_text) {
    Request request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(request_text), &request)) << request_text;
    Response response;
    const absl::Status status = api_.Answer(request, response);
    if (!status.ok()) return status;
    return response;
  }
  v1::SearchResponse Search(absl::string_view request) {
    absl::StatusOr<v1::SearchResponse> response = Ask<v1::SearchResponse, v1::SearchRequest>(request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? *response : v1::SearchResponse();
  }
  Rejection Refused(absl::string_view request) {
    return FromStatus(Ask<v1::SearchResponse, v1::SearchRequest>(request).status());
  }

  Feed feed_;
  ManualClock clock_{absl::FromUnixSeconds(1'780'000'000)};
  const auth::KeyPair key_ = *auth::MakeKeyPair();
  const auth::Verifier verifier_{{.public_keys_pem = {key_.public_pem}}, clock_};
  telemetry::Log log_{clock_, telemetry::Level::kInfo, [](absl::string_view) {}};
  telemetry::Metrics metrics_;
  rpc::Shell shell_;
  es::ConsistencyGate gate_;
  es::testing::ManualExecutor timer_;
  rpc::QueryDoor door_{gate_, timer_};
  DirectoryApi api_{shell_, door_, feed_.view(), feed_.store()};
};

std::vector<std::string> IdsOf(const v1::SearchResponse& response) {
  std::vector<std::string> ids;
  for (const v1::SearchResult& result : response.results()) {
    ids.push_back(result.listing().listing_id() + result.listing().provider_id());
  }
  return ids;
}

// "DISTANCE_M 660", "WORDS_IN_TITLE garden", ...
std::vector<std::string> ReasonsOf(const v1::SearchResult& result) {
  std::vector<std::string> reasons;
  for (const v1::Reason& reason : result.reasons()) {
    std::string text = v1::ReasonCode_Name(reason.code()).substr(std::string("REASON_CODE_").size());
    if (!reason.value().empty()) text += " " + reason.value();
    if (reason.number() != 0) text += absl::StrCat(" ", reason.number());
    reasons.push_back(std::move(text));
  }
  return reasons;
}

std::map<std::string, int64_t> CountsOf(const v1::SearchResponse& response, v1::Facet facet) {
  std::map<std::string, int64_t> counts;
  for (const v1::FacetCounts& facet_counts : response.facets()) {
    if (facet_counts.facet() != facet) continue;
    for (const v1::FacetCount& count : facet_counts.counts()) counts[count.value()] = count.count();
  }
  return counts;
}

TEST_F(DirectoryApiTest, RanksByFitAndSaysWhy) {
  const v1::SearchResponse response = Search(R"pb(words: "a gardener" postcode: "m334gt" within_m: 3000)pb");
  EXPECT_EQ(response.total(), 4);
  ASSERT_THAT(IdsOf(response), ElementsAre("gardenp1", "clubp3", "jobsp2", "o1"));
  EXPECT_THAT(ReasonsOf(response.results(0)), ElementsAre("WORDS_IN_TITLE garden", "DISTANCE_M 663",
                                                          "COMES_TO_YOU 5000", "VERIFIED CREDENTIAL_KIND_DBS"));
  EXPECT_THAT(ReasonsOf(response.results(1)), ElementsAre("WORDS_IN_CATEGORY garden", "DISTANCE_M 1325", "FREE"));
  EXPECT_THAT(ReasonsOf(response.results(2)),
              ElementsAre("WORDS_IN_DESCRIPTION garden", "DISTANCE_M 663", "COMES_TO_YOU 5000"));
  EXPECT_THAT(ReasonsOf(response.results(3)),
              ElementsAre("KNOWN_NOT_HERE charity-commission:1", "WORDS_IN_TITLE garden", "DISTANCE_M"));
  EXPECT_EQ(response.results(3).distance_m(), 0);
  EXPECT_FALSE(response.results(3).listing().has_price());
  EXPECT_THAT(response.next_page_token(), IsEmpty());
  EXPECT_FALSE(response.has_unmet_need());
}

TEST_F(DirectoryApiTest, CountsEachFacetWithoutItsOwnFilter) {
  const v1::SearchResponse response =
      Search(R"pb(words: "garden" forms: LISTING_FORM_VISIT funding_accepted: HOLDING_DIRECT_PAYMENT)pb");
  EXPECT_THAT(IdsOf(response), ElementsAre("gardenp1"));
  EXPECT_THAT(ReasonsOf(response.results(0)), ::testing::Contains("FUNDING_ACCEPTED HOLDING_DIRECT_PAYMENT"));
  using Counts = std::map<std::string, int64_t>;
  EXPECT_EQ(CountsOf(response, v1::FACET_FUNDING), (Counts{{"HOLDING_DIRECT_PAYMENT", 1}, {"HOLDING_SELF_FUNDED", 1}}));
  EXPECT_EQ(CountsOf(response, v1::FACET_FORM), (Counts{{"LISTING_FORM_VISIT", 1}}));
  EXPECT_EQ(CountsOf(response, v1::FACET_CATEGORY), (Counts{{"regard:gardening", 1}}));
}

TEST_F(DirectoryApiTest, EveryFilterFilters) {
  EXPECT_THAT(IdsOf(Search(R"pb(categories: "regard:handyperson")pb")), ElementsAre("jobsp2"));
  EXPECT_THAT(IdsOf(Search(R"pb(forms: LISTING_FORM_FREE_ACTIVITY)pb")), ElementsAre("clubp3"));
  EXPECT_THAT(IdsOf(Search(R"pb(max_price_pence: 0)pb")), ElementsAre("clubp3"));
  EXPECT_THAT(IdsOf(Search(R"pb(max_price_pence: 1500)pb")), ElementsAre("clubp3", "jobsp2"));
  EXPECT_THAT(IdsOf(Search(R"pb(price_unit: PRICE_UNIT_VISIT)pb")), ElementsAre("clubp3"));
  EXPECT_THAT(IdsOf(Search(R"pb(languages: "ur")pb")), ElementsAre("jobsp2"));
  EXPECT_THAT(IdsOf(Search(R"pb(provider_kinds: PROVIDER_KIND_VOLUNTARY_ORGANISATION)pb")), ElementsAre("o1"));
  EXPECT_THAT(IdsOf(Search(R"pb(verified_only: true)pb")), ElementsAre("gardenp1"));
  EXPECT_EQ(Search(R"pb(bookable_only: true)pb").total(), 3);
  EXPECT_EQ(Search("").total(), 4);
}

TEST_F(DirectoryApiTest, PagesAreOfOneSearch) {
  v1::SearchResponse page = Search(R"pb(words: "garden" page_size: 3)pb");
  EXPECT_THAT(IdsOf(page), ElementsAre("gardenp1", "clubp3", "jobsp2"));
  EXPECT_EQ(page.total(), 4);
  const std::string token = page.next_page_token();
  page = Search(absl::Substitute(R"pb(words: "garden" page_size: 9 page_token: "$0")pb", token));
  EXPECT_THAT(IdsOf(page), ElementsAre("o1"));
  EXPECT_THAT(page.next_page_token(), IsEmpty());
  EXPECT_EQ(Refused(absl::Substitute(R"pb(words: "dogs" page_token: "$0")pb", token)).reason,
            "PAGE_TOKEN_OF_ANOTHER_SEARCH");
  EXPECT_EQ(Refused(R"pb(page_token: "nonsense")pb").reason, "PAGE_TOKEN_MALFORMED");
}

TEST_F(DirectoryApiTest, WhereNothingIsFoundItSaysWhatWouldBe) {
  const v1::SearchResponse far = Search(R"pb(words: "gardening" postcode: "M33 4GT" within_m: 400 bookable_only: true)pb");
  EXPECT_EQ(far.total(), 0);
  ASSERT_EQ(far.wider_size(), 2);
  EXPECT_EQ(far.wider(0).widening(), v1::WIDENING_FURTHER_AWAY);
  EXPECT_EQ(far.wider(0).within_m(), 800);
  EXPECT_EQ(far.wider(0).total(), 2);
  EXPECT_EQ(far.wider(1).widening(), v1::WIDENING_WITHOUT_FILTER);
  EXPECT_EQ(far.wider(1).facet(), v1::FACET_STANDING);
  EXPECT_EQ(far.wider(1).total(), 1);
  EXPECT_EQ(far.unmet_need().category(), "regard:gardening");
  EXPECT_EQ(far.unmet_need().area_code(), "E01");
  EXPECT_EQ(far.unmet_need().tenant(), "E08000009");
  EXPECT_EQ(far.unmet_need().reason(), "NOTHING_FOUND");

  const v1::SearchResponse words = Search(R"pb(words: "gardening elephants")pb");
  ASSERT_EQ(words.wider_size(), 1);
  EXPECT_EQ(words.wider(0).widening(), v1::WIDENING_ANY_WORD);
  EXPECT_EQ(words.wider(0).total(), 4);

  const v1::SearchResponse filters = Search(R"pb(words: "lawn" languages: "pl" forms: LISTING_FORM_MEETING)pb");
  ASSERT_EQ(filters.wider_size(), 1);
  EXPECT_EQ(filters.wider(0).widening(), v1::WIDENING_WITHOUT_FILTERS);
  EXPECT_EQ(filters.wider(0).total(), 3);

  EXPECT_EQ(Search(R"pb(words: "elephants")pb").wider_size(), 0);
}

TEST_F(DirectoryApiTest, RefusesWhatItCannotMean) {
  EXPECT_EQ(Refused(absl::Substitute(R"pb(words: "$0")pb", std::string(201, 'x'))).reason, "WORDS_TOO_LONG");
  EXPECT_EQ(Refused("word_match: 9").field, "word_match");
  EXPECT_EQ(Refused("within_m: 100").reason, "WITHIN_NEEDS_PLACE");
  EXPECT_EQ(Refused(R"pb(postcode: "M33 4GT" within_m: -1)pb").reason, "WITHIN_OUT_OF_RANGE");
  EXPECT_EQ(Refused(R"pb(postcode: "M33 4GT" within_m: 200001)pb").reason, "WITHIN_OUT_OF_RANGE");
  EXPECT_EQ(Refused(R"pb(postcode: "somewhere")pb").reason, "POSTCODE_MALFORMED");
  EXPECT_EQ(Refused(R"pb(postcode: "SW1A 1AA")pb"), NotFound("PLACE_NOT_KNOWN", "the postcode is not known here"));
  EXPECT_EQ(Refused("point { latitude_deg: 91 }").reason, "POINT_INVALID");
  EXPECT_EQ(Refused(R"pb(categories: "gardening")pb").reason, "NOT_A_CURIE");
  EXPECT_EQ(Refused("forms: 0").field, "forms");
  EXPECT_EQ(Refused("forms: 99").reason, "VALUE_UNKNOWN");
  EXPECT_EQ(Refused("price_unit: 99").field, "price_unit");
  EXPECT_EQ(Refused("max_price_pence: -1").reason, "PRICE_NEGATIVE");
  EXPECT_EQ(Refused(R"pb(languages: "")pb").reason, "VALUE_LENGTH");
  EXPECT_EQ(Refused("page_size: 101").reason, "PAGE_SIZE_OUT_OF_RANGE");
  v1::SearchRequest many;
  for (int i = 0; i < 51; ++i) many.add_languages("en");
  EXPECT_EQ(Refused(many.ShortDebugString()).reason, "TOO_MANY_VALUES");
}

TEST_F(DirectoryApiTest, GetsTheFaceOfAListingOrOfAnOrganisation) {
  const auto get = [&](absl::string_view request) {
    return Ask<v1::GetListingResponse, v1::GetListingRequest>(request);
  };
  EXPECT_EQ(get(R"pb(listing_id: "garden")pb")->listing().title(), "Gardening");
  EXPECT_EQ(get(R"pb(provider_id: "o1")pb")->listing().standing(), v1::STANDING_KNOWN_NOT_HERE);
  EXPECT_EQ(FromStatus(get(R"pb(provider_id: "p1")pb").status()).reason, "LISTING_NOT_FOUND");
  EXPECT_EQ(FromStatus(get(R"pb(listing_id: "none")pb").status()).reason, "LISTING_NOT_FOUND");
  EXPECT_EQ(FromStatus(get("").status()).reason, "ID_MISSING");
  EXPECT_EQ(FromStatus(get(R"pb(provider_id: "")pb").status()).field, "provider_id");
  EXPECT_EQ(FromStatus(get(absl::Substitute(R"pb(listing_id: "$0")pb", std::string(65, 'x'))).status()).reason,
            "ID_TOO_LONG");
}

TEST_F(DirectoryApiTest, SuggestsCategories) {
  const auto suggest = [&](absl::string_view text) {
    const auto response = Ask<v1::SuggestCategoriesResponse, v1::SuggestCategoriesRequest>(text);
    EXPECT_TRUE(response.ok());
    std::vector<std::string> lines;
    for (const v1::CategorySuggestion& s : response->suggestions()) {
      lines.push_back(absl::StrCat(s.category().label(), "|", s.matched(), "|", s.count()));
    }
    return lines;
  };
  EXPECT_THAT(suggest(R"pb(text: "gard")pb"), ElementsAre("Gardening||3"));
  EXPECT_THAT(suggest(R"pb(text: "lawn mo")pb"), IsEmpty());
  EXPECT_THAT(suggest(R"pb(text: "mowing")pb"), ElementsAre("Gardening|mowing|3"));
  EXPECT_THAT(suggest(R"pb(page_size: 1)pb"), ElementsAre("Gardening||3"));
  EXPECT_THAT(suggest(""), ElementsAre("Gardening||3", "Handyperson||1"));
  EXPECT_EQ(FromStatus(Ask<v1::SuggestCategoriesResponse, v1::SuggestCategoriesRequest>("page_size: 51").status()).reason,
            "PAGE_SIZE_OUT_OF_RANGE");
}

TEST_F(DirectoryApiTest, KnowsPostcodes) {
  const auto place = Ask<v1::GetPlaceResponse, v1::GetPlaceRequest>(R"pb(postcode: "m33 4gt")pb");
  ASSERT_TRUE(place.ok());
  EXPECT_EQ(place->postcode(), "M33 4GT");
  EXPECT_EQ(place->sector(), "M33 4");
  EXPECT_EQ(place->ward_name(), "Ashton");
  EXPECT_EQ(place->area_name(), "Trafford 001A");
  EXPECT_EQ(place->tenant(), "E08000009");
  EXPECT_DOUBLE_EQ(place->point().latitude_deg(), 53.42);
  EXPECT_EQ(FromStatus(Ask<v1::GetPlaceResponse, v1::GetPlaceRequest>(R"pb(postcode: "M33")pb").status()).reason,
            "POSTCODE_MALFORMED");
  EXPECT_EQ(FromStatus(Ask<v1::GetPlaceResponse, v1::GetPlaceRequest>(R"pb(postcode: "M33 4AA")pb").status()).reason,
            "PLACE_NOT_KNOWN");
}

TEST_F(DirectoryApiTest, AnswersAnybodyOverTheWire) {
  auto server = rpc::Server::Start({.address = "127.0.0.1:0"}, shell_, {&api_});
  ASSERT_TRUE(server.ok()) << server.status();
  const auto channel = rpc::OpenChannel((*server)->local_address());
  ASSERT_TRUE(channel.ok());
  const auto stub = v1::DirectoryService::NewStub(*channel);
  grpc::ClientContext context;
  rpc::SetTimeout(context, absl::Seconds(10));
  v1::SearchRequest request;
  request.set_words("gardening");
  v1::SearchResponse response;
  const grpc::Status status = stub->Search(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.total(), 4);

  grpc::ClientContext with_bad_token;
  rpc::SetTimeout(with_bad_token, absl::Seconds(10));
  request.set_consistency_token("nonsense");
  const absl::optional<Rejection> refused = rpc::RejectionOf(stub->Search(&with_bad_token, request, &response));
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->kind, Rejection::Kind::kInvalid);
}

}  // namespace
}  // namespace regard::directory
