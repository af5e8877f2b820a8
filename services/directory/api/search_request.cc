#include "services/directory/api/search_request.h"

#include "absl/strings/str_cat.h"
#include "libs/base/rejection.h"
#include "libs/taxonomy/taxonomy.h"
#include "services/directory/api/page_token.h"
#include "services/directory/views/text.h"

namespace regard::directory {
namespace {

using google::protobuf::RepeatedField;
using google::protobuf::RepeatedPtrField;

absl::Status Malformed(absl::string_view field, absl::string_view reason, absl::string_view message) {
  return ToStatus(Invalid(field, reason, message));
}

absl::Status CheckCount(int count, absl::string_view field) {
  if (count <= kMaxFilterValues) return absl::OkStatus();
  return Malformed(field, "TOO_MANY_VALUES", absl::StrCat("at most ", kMaxFilterValues, " values"));
}

// Adds a filter of the enum values' names; 0 and numbers without a name are refused.
template <class NameOf>
absl::Status FilterByEnum(v1::Facet facet, absl::string_view field, const RepeatedField<int>& values, NameOf name_of,
                          Query& query) {
  if (values.empty()) return absl::OkStatus();
  if (const absl::Status status = CheckCount(values.size(), field); !status.ok()) return status;
  FacetFilter filter{facet, {}};
  for (const int value : values) {
    const std::string& name = name_of(value);
    if (value == 0 || name.empty()) return Malformed(field, "VALUE_UNKNOWN", "a value is not known");
    filter.values.push_back(name);
  }
  query.filters.push_back(std::move(filter));
  return absl::OkStatus();
}

absl::Status FilterByText(v1::Facet facet, absl::string_view field, const RepeatedPtrField<std::string>& values,
                          Query& query) {
  if (values.empty()) return absl::OkStatus();
  if (const absl::Status status = CheckCount(values.size(), field); !status.ok()) return status;
  FacetFilter filter{facet, {}};
  for (const std::string& value : values) {
    if (value.empty() || value.size() > kMaxFilterValueBytes) {
      return Malformed(field, "VALUE_LENGTH", absl::StrCat("1 to ", kMaxFilterValueBytes, " bytes"));
    }
    filter.values.push_back(value);
  }
  query.filters.push_back(std::move(filter));
  return absl::OkStatus();
}

absl::Status ReadPlace(const v1::SearchRequest& request, const geo::Gazetteer& gazetteer, Query& query) {
  switch (request.where_case()) {
    case v1::SearchRequest::kPostcode:
      if (!geo::Postcode::Parse(request.postcode()).ok() && !geo::NormaliseArea(request.postcode()).ok()) {
        return Malformed("postcode", "POSTCODE_MALFORMED", "not a postcode, sector or district");
      }
      query.at = gazetteer.Locate(request.postcode());
      if (!query.at.has_value()) return ToStatus(NotFound("PLACE_NOT_KNOWN", "the postcode is not known here"));
      break;
    case v1::SearchRequest::kPoint:
      query.at = geo::Point{request.point().latitude_deg(), request.point().longitude_deg()};
      if (!geo::IsValid(*query.at)) return Malformed("point", "POINT_INVALID", "not a point on the earth");
      break;
    case v1::SearchRequest::WHERE_NOT_SET:
      if (request.within_m() != 0) return Malformed("within_m", "WITHIN_NEEDS_PLACE", "within_m needs a place");
      break;
  }
  if (request.within_m() < 0 || request.within_m() > kMaxWithinM) {
    return Malformed("within_m", "WITHIN_OUT_OF_RANGE", absl::StrCat("0 to ", kMaxWithinM, " metres"));
  }
  query.within_m = request.within_m();
  return absl::OkStatus();
}

absl::Status ReadFilters(const v1::SearchRequest& request, Query& query) {
  absl::Status status;
  for (const std::string& curie : request.categories()) {
    if (!taxonomy::IsCurie(curie)) return Malformed("categories", "NOT_A_CURIE", "a category is a CURIE");
  }
  status.Update(FilterByText(v1::FACET_CATEGORY, "categories", request.categories(), query));
  status.Update(FilterByEnum(v1::FACET_FORM, "forms", request.forms(), providers::v1::ListingForm_Name<int>, query));
  status.Update(FilterByEnum(v1::FACET_FUNDING, "funding_accepted", request.funding_accepted(),
                             base::v1::Holding_Name<int>, query));
  status.Update(FilterByText(v1::FACET_LANGUAGE, "languages", request.languages(), query));
  status.Update(FilterByEnum(v1::FACET_PROVIDER_KIND, "provider_kinds", request.provider_kinds(),
                             base::v1::ProviderKind_Name<int>, query));
  status.Update(FilterByText(v1::FACET_ACCESSIBILITY, "accessibility", request.accessibility(), query));
  status.Update(
      FilterByEnum(v1::FACET_TIME_BAND, "time_bands", request.time_bands(), v1::TimeBand_Name<int>, query));
  if (!status.ok()) return status;
  if (request.verified_only()) query.filters.push_back({v1::FACET_VERIFIED, {std::string(kVerified)}});
  if (request.bookable_only()) {
    query.filters.push_back({v1::FACET_STANDING, {v1::Standing_Name(v1::STANDING_BOOKABLE)}});
  }
  if (request.meet_first_only()) query.filters.push_back({v1::FACET_MEET_FIRST, {std::string(kMeetFirst)}});
  if (request.has_max_price_pence()) {
    if (request.max_price_pence() < 0) return Malformed("max_price_pence", "PRICE_NEGATIVE", "not below 0");
    query.max_price_pence = request.max_price_pence();
  }
  if (!providers::v1::PriceUnit_IsValid(request.price_unit())) {
    return Malformed("price_unit", "VALUE_UNKNOWN", "the unit is not known");
  }
  query.price_unit = request.price_unit();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Query> ToQuery(const v1::SearchRequest& request, const geo::Gazetteer& gazetteer) {
  if (request.words().size() > kMaxWordsBytes) {
    return Malformed("words", "WORDS_TOO_LONG", absl::StrCat("at most ", kMaxWordsBytes, " bytes"));
  }
  if (!v1::WordMatch_IsValid(request.word_match())) {
    return Malformed("word_match", "VALUE_UNKNOWN", "not a way to match words");
  }
  if (request.page_size() < 0 || request.page_size() > kMaxPageSize) {
    return Malformed("page_size", "PAGE_SIZE_OUT_OF_RANGE", absl::StrCat("0 to ", kMaxPageSize));
  }
  Query query;
  query.stems = SearchStems(request.words(), kMaxSearchWords);
  query.any_word = request.word_match() == v1::WORD_MATCH_ANY;
  query.limit = static_cast<size_t>(request.page_size() == 0 ? kDefaultPageSize : request.page_size());
  if (absl::Status status = ReadFilters(request, query); !status.ok()) return status;
  if (absl::Status status = ReadPlace(request, gazetteer, query); !status.ok()) return status;
  if (!request.page_token().empty()) {
    absl::StatusOr<Rank> after = DecodePageToken(request);
    if (!after.ok()) return after.status();
    query.after = *std::move(after);
  }
  return query;
}

}  // namespace regard::directory
