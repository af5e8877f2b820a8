#include "services/directory/api/page_token.h"

#include "absl/strings/escaping.h"
#include "libs/base/ids.h"
#include "libs/base/rejection.h"
#include "regard/directory/internal/v1/page_token.pb.h"

namespace regard::directory {
namespace {

// Of everything that decides results and their order.
std::string DigestOf(const v1::SearchRequest& request) {
  v1::SearchRequest search = request;
  search.clear_page_size();
  search.clear_page_token();
  search.clear_consistency_token();
  return std::string(Uuid::Derived("search", "", search.SerializeAsString()).bytes());
}

}  // namespace

std::string EncodePageToken(const v1::SearchRequest& request, const Rank& last) {
  internal::v1::PageToken token;
  token.set_search(DigestOf(request));
  token.set_tier(last.tier);
  token.set_fit(last.fit);
  token.set_document_id(last.id);
  return absl::WebSafeBase64Escape(token.SerializeAsString());
}

absl::StatusOr<Rank> DecodePageToken(const v1::SearchRequest& request) {
  std::string bytes;
  internal::v1::PageToken token;
  if (!absl::WebSafeBase64Unescape(request.page_token(), &bytes) || !token.ParseFromString(bytes) ||
      token.document_id().empty()) {
    return ToStatus(Invalid("page_token", "PAGE_TOKEN_MALFORMED", "not a page token"));
  }
  if (token.search() != DigestOf(request)) {
    return ToStatus(Invalid("page_token", "PAGE_TOKEN_OF_ANOTHER_SEARCH", "the page token is of another search"));
  }
  return Rank{token.tier(), token.fit(), token.document_id()};
}

}  // namespace regard::directory
