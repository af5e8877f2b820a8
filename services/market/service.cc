#include "services/market/service.h"

#include "services/market/api/market_api.h"
#include "services/market/views/market_view.h"

namespace regard::market {
namespace {

struct Service final : hosting::Hosted {
  explicit Service(const hosting::Surroundings& around)
      : queries(around.host.gate(), around.host.timer()),
        door(around.shell, queries, around.host.reader(MarketView::kName), around.clock) {}
  rpc::Service& api() override { return door; }

  rpc::QueryDoor queries;
  MarketApi door;
};

class Module final : public hosting::Module {
 public:
  absl::string_view name() const override { return "market"; }
  std::vector<std::unique_ptr<es::View>> MakeViews() const override {
    std::vector<std::unique_ptr<es::View>> views;
    views.push_back(std::make_unique<MarketView>());
    return views;
  }
  std::unique_ptr<hosting::Hosted> Assemble(const hosting::Surroundings& around,
                                            const std::vector<std::unique_ptr<es::View>>&) const override {
    return std::make_unique<Service>(around);
  }
};

}  // namespace

const hosting::Module& MarketService() {
  static const Module kModule;
  return kModule;
}

}  // namespace regard::market
