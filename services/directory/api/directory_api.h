// DirectoryService: open to everybody. Answers come from one snapshot of the index, on the thread that the call came on.
#pragma once

#include <memory>

#include "libs/es/store.h"
#include "libs/rpc/doors.h"
#include "libs/rpc/shell.h"
#include "regard/directory/v1/directory_service.grpc.pb.h"
#include "services/directory/views/listings_view.h"
#include "services/directory/views/suggest.h"

namespace regard::directory {

class DirectoryApi final : public rpc::Api<v1::DirectoryService> {
 public:
  // All outlive the service. `store` has the rows of `view`.
  DirectoryApi(rpc::Shell& shell, const rpc::QueryDoor& door, const ListingsView& view, const es::Store& store)
      : Api(shell), door_(door), view_(view), store_(store) {}

  REGARD_RPC(v1, Search)
  REGARD_RPC(v1, GetListing)
  REGARD_RPC(v1, SuggestCategories)
  REGARD_RPC(v1, GetPlace)

  // The answers themselves, as far as rows were read. Thread-safe.
  absl::Status Answer(const v1::SearchRequest& request, v1::SearchResponse& response);
  absl::Status Answer(const v1::GetListingRequest& request, v1::GetListingResponse& response);
  absl::Status Answer(const v1::SuggestCategoriesRequest& request, v1::SuggestCategoriesResponse& response);
  absl::Status Answer(const v1::GetPlaceRequest& request, v1::GetPlaceResponse& response);

 private:
  void Search(const rpc::Call& call, const v1::SearchRequest& request, v1::SearchResponse& response, rpc::Done done) {
    WhenFresh(call, request, response, std::move(done));
  }
  void GetListing(const rpc::Call& call, const v1::GetListingRequest& request, v1::GetListingResponse& response,
                  rpc::Done done) {
    WhenFresh(call, request, response, std::move(done));
  }
  void SuggestCategories(const rpc::Call&, const v1::SuggestCategoriesRequest& request,
                         v1::SuggestCategoriesResponse& response, rpc::Done done) {
    done(Answer(request, response));
  }
  void GetPlace(const rpc::Call& call, const v1::GetPlaceRequest& request, v1::GetPlaceResponse& response,
                rpc::Done done) {
    WhenFresh(call, request, response, std::move(done));
  }

  template <class Request, class Response>
  void WhenFresh(const rpc::Call& call, const Request& request, Response& response, rpc::Done done) {
    if (request.consistency_token().empty()) return done(Answer(request, response));
    auto shared = std::make_shared<rpc::Done>(std::move(done));
    door_.WhenFresh(call, ListingsView::kName, request.consistency_token(),
                    [this, shared, &request, &response](absl::Status fresh) {
                      (*shared)(fresh.ok() ? Answer(request, response) : fresh);
                    });
  }
  absl::Status NoteUnmetNeed(const v1::SearchRequest& request, const std::shared_ptr<const Snapshot>& snapshot,
                             v1::UnmetNeedNote& note);

  const rpc::QueryDoor& door_;
  const ListingsView& view_;
  const es::Store& store_;
  Suggestions suggestions_;
};

}  // namespace regard::directory
