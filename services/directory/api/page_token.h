// Page tokens: opaque, URL-safe, of one search. See page_token.proto.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "regard/directory/v1/directory_service.pb.h"
#include "services/directory/views/fit.h"

namespace regard::directory {

std::string EncodePageToken(const v1::SearchRequest& request, const Rank& last);

// Where the page begins. INVALID_ARGUMENT for what is no token, or of another search.
absl::StatusOr<Rank> DecodePageToken(const v1::SearchRequest& request);

}  // namespace regard::directory
