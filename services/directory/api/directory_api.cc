#include "services/directory/api/directory_api.h"

#include "libs/base/rejection.h"
#include "libs/es/view.h"
#include "services/directory/api/answer.h"
#include "services/directory/api/page_token.h"
#include "services/directory/api/search_request.h"
#include "services/directory/views/document.h"
#include "services/directory/views/places.h"

namespace regard::directory {
namespace {

constexpr size_t kMaxIdBytes = 64;
constexpr int32_t kDefaultSuggestions = 10;
constexpr int32_t kMaxSuggestions = 50;

void FillCategory(const taxonomy::Category& from, v1::Category& category) {
  category.set_curie(from.curie);
  category.set_label(from.label);
}

}  // namespace

absl::Status DirectoryApi::Answer(const v1::SearchRequest& request, v1::SearchResponse& response) {
  const std::shared_ptr<const Snapshot> snapshot = view_.index().snapshot();
  const absl::StatusOr<Query> query = ToQuery(request, *snapshot->gazetteer);
  if (!query.ok()) return query.status();
  const Found found = directory::Search(*snapshot, *query);
  FillResults(*query, found, response);
  FillFacets(*snapshot, found, response);
  if (found.more) response.set_next_page_token(EncodePageToken(request, found.hits.back().rank));
  if (found.total > 0) return absl::OkStatus();
  FillWider(*snapshot, *query, found, response);
  return NoteUnmetNeed(request, snapshot, *response.mutable_unmet_need());
}

absl::Status DirectoryApi::NoteUnmetNeed(const v1::SearchRequest& request,
                                         const std::shared_ptr<const Snapshot>& snapshot, v1::UnmetNeedNote& note) {
  note.set_reason("NOTHING_FOUND");
  note.set_words(request.words());
  if (!request.categories().empty()) {
    note.set_category(request.categories(0));
  } else if (!request.words().empty()) {
    const std::vector<Suggestion> suggestions = suggestions_.For(request.words(), snapshot, 1);
    if (!suggestions.empty()) note.set_category(suggestions[0].category->curie);
  }
  const absl::StatusOr<geo::Postcode> postcode = geo::Postcode::Parse(request.postcode());
  if (!postcode.ok()) return absl::OkStatus();
  const absl::StatusOr<absl::optional<KnownPlace>> place = FindPlace(store_, *postcode);
  if (!place.ok()) return place.status();
  if (place->has_value()) {
    note.set_area_code((*place)->postcode.area_code());
    note.set_tenant((*place)->tenant);
  }
  return absl::OkStatus();
}

absl::Status DirectoryApi::Answer(const v1::GetListingRequest& request, v1::GetListingResponse& response) {
  std::string id;
  absl::string_view field = "listing_id";
  switch (request.what_case()) {
    case v1::GetListingRequest::kListingId:
      if (!request.listing_id().empty()) id = ListingDocumentId(request.listing_id());
      break;
    case v1::GetListingRequest::kProviderId:
      field = "provider_id";
      if (!request.provider_id().empty()) id = ProviderDocumentId(request.provider_id());
      break;
    case v1::GetListingRequest::WHAT_NOT_SET:
      break;
  }
  if (id.empty()) return ToStatus(Invalid(field, "ID_MISSING", "listing_id or provider_id is needed"));
  if (std::max(request.listing_id().size(), request.provider_id().size()) > kMaxIdBytes) {
    return ToStatus(Invalid(field, "ID_TOO_LONG", "at most 64 bytes"));
  }
  absl::StatusOr<absl::optional<internal::v1::DocumentRow>> row =
      es::ViewReader(store_).Get<internal::v1::DocumentRow>(DocumentKey(id));
  if (!row.ok()) return row.status();
  if (!row->has_value()) return ToStatus(NotFound("LISTING_NOT_FOUND", "no such listing"));
  *response.mutable_listing() = std::move(*(*row)->mutable_listing());
  return absl::OkStatus();
}

absl::Status DirectoryApi::Answer(const v1::SuggestCategoriesRequest& request,
                                  v1::SuggestCategoriesResponse& response) {
  if (request.text().size() > kMaxWordsBytes) {
    return ToStatus(Invalid("text", "WORDS_TOO_LONG", "at most 200 bytes"));
  }
  if (request.page_size() < 0 || request.page_size() > kMaxSuggestions) {
    return ToStatus(Invalid("page_size", "PAGE_SIZE_OUT_OF_RANGE", "0 to 50"));
  }
  const int32_t limit = request.page_size() == 0 ? kDefaultSuggestions : request.page_size();
  for (const Suggestion& suggestion :
       suggestions_.For(request.text(), view_.index().snapshot(), static_cast<size_t>(limit))) {
    v1::CategorySuggestion& answer = *response.add_suggestions();
    FillCategory(*suggestion.category, *answer.mutable_category());
    answer.set_matched(suggestion.matched);
    answer.set_count(suggestion.count);
  }
  return absl::OkStatus();
}

absl::Status DirectoryApi::Answer(const v1::GetPlaceRequest& request, v1::GetPlaceResponse& response) {
  const absl::StatusOr<geo::Postcode> postcode = geo::Postcode::Parse(request.postcode());
  if (!postcode.ok()) return ToStatus(Invalid("postcode", "POSTCODE_MALFORMED", "not a postcode"));
  const absl::StatusOr<absl::optional<KnownPlace>> place = FindPlace(store_, *postcode);
  if (!place.ok()) return place.status();
  if (!place->has_value()) return ToStatus(NotFound("PLACE_NOT_KNOWN", "the postcode is not known here"));
  const providers::v1::Postcode& known = (*place)->postcode;
  response.set_postcode(postcode->text());
  *response.mutable_point() = known.point();
  response.set_sector(std::string(postcode->sector()));
  response.set_ward_code(known.ward_code());
  response.set_ward_name(known.ward_name());
  response.set_area_code(known.area_code());
  response.set_area_name((*place)->area_name);
  response.set_tenant((*place)->tenant);
  return absl::OkStatus();
}

}  // namespace regard::directory
