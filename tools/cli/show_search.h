// A search's answer for people; the demonstration prints it too.
#pragma once

#include <ostream>
#include <string>

#include "regard/directory/v1/directory_service.pb.h"

namespace regard::cli {

void ShowResults(const directory::v1::SearchResponse& response, std::ostream& out);
void ShowFacets(const directory::v1::SearchResponse& response, std::ostream& out);
// "found in the title, 400 m away, verified".
std::string Reasons(const directory::v1::SearchResult& result);

}  // namespace regard::cli
