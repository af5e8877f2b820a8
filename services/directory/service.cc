#include "services/directory/service.h"

#include "services/directory/api/directory_api.h"
#include "services/directory/views/listings_view.h"

namespace regard::directory {
namespace {

struct Service final : hosting::Hosted {
  Service(const hosting::Surroundings& around, ListingsView& view)
      : queries(around.host.gate(), around.host.timer()),
        listings(view),
        rows(around.host.reader(ListingsView::kName).store()),
        door(around.shell, queries, listings, rows) {}
  absl::Status Load() override { return listings.Load(rows); }
  rpc::Service& api() override { return door; }

  rpc::QueryDoor queries;
  // Keeps an index in memory beside its rows.
  ListingsView& listings;
  const es::Store& rows;
  DirectoryApi door;
};

class Module final : public hosting::Module {
 public:
  absl::string_view name() const override { return "directory"; }
  std::vector<std::unique_ptr<es::View>> MakeViews() const override {
    std::vector<std::unique_ptr<es::View>> views;
    views.push_back(std::make_unique<ListingsView>());
    return views;
  }
  std::unique_ptr<hosting::Hosted> Assemble(const hosting::Surroundings& around,
                                            const std::vector<std::unique_ptr<es::View>>& views) const override {
    return std::make_unique<Service>(around, static_cast<ListingsView&>(*views.front()));
  }
};

}  // namespace

const hosting::Module& DirectoryService() {
  static const Module kModule;
  return kModule;
}

}  // namespace regard::directory
