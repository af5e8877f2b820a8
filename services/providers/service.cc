#include "services/providers/service.h"

#include "services/providers/api/providers_api.h"
#include "services/providers/domain/providers_domain.h"
#include "services/providers/views/providers_view.h"

namespace regard::providers {
namespace {

struct Service final : hosting::Hosted {
  explicit Service(const hosting::Surroundings& around)
      : queries(around.host.gate(), around.host.timer()),
        commands(around.host.runtime("providers"), around.host.gate(), around.digester, around.clock,
                 around.forwarder),
        door(around.shell, commands, queries, around.host.reader(ProvidersView::kName), around.opener) {}
  rpc::Service& api() override { return door; }

  rpc::QueryDoor queries;
  rpc::CommandDoor commands;
  ProvidersApi door;
};

class Module final : public hosting::Module {
 public:
  absl::string_view name() const override { return "providers"; }
  const es::Domain* domain() const override { return &ProvidersDomain(); }
  std::vector<std::unique_ptr<es::View>> MakeViews() const override {
    std::vector<std::unique_ptr<es::View>> views;
    views.push_back(std::make_unique<ProvidersView>());
    return views;
  }
  std::unique_ptr<hosting::Hosted> Assemble(const hosting::Surroundings& around,
                                            const std::vector<std::unique_ptr<es::View>>&) const override {
    return std::make_unique<Service>(around);
  }
};

}  // namespace

const hosting::Module& ProvidersService() {
  static const Module kModule;
  return kModule;
}

}  // namespace regard::providers
